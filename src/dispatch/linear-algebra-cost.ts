/**
 * Predicted nanoseconds of linear algebra on one thread, in TypeScript and natively. Functions of the shape alone: they decide between two
 * languages whose last bits differ, so a call must not be decided one way today and the other way tomorrow.
 */
export interface Cost {
  readonly inline: number
  readonly native: number
}

/** A native product packs both operands, in TypeScript small ones go without. */
export function matmulCost(rows: number, columns: number, depth: number): Cost {
  const products = rows * columns * depth
  const elements = (rows + columns) * depth
  return { inline: 100 + 0.7 * products + rows * columns, native: 1200 + 0.05 * products + elements }
}

/** Half of a product, by symmetry; `reads` of x that take nothing but time. */
export function gramCost(rows: number, columns: number, reads: number): Cost {
  const products = (rows * columns * (columns + 1)) / 2
  return { inline: 150 + 0.8 * products + columns * columns + 2 * rows * columns * reads, native: 2500 + 0.05 * products + rows * columns * (1 + reads) }
}

/** n³/3 for the factor, 2·n²·m for the right sides, and the copy of both; natively a block of 64 unknowns is factorised number by number. */
export function definiteCost(n: number, m: number): Cost {
  const products = (n * n * n) / 6 + n * n * m
  return { inline: 100 + products + 2 * n * (n + m), native: 2500 + 240 * Math.min(n, 64) + 0.08 * products + 4 * n * (n + m) }
}

export function matvecCost(rows: number, columns: number): Cost {
  return { inline: 60 + 0.7 * rows * columns + 3 * rows, native: 700 + 0.15 * rows * columns + columns }
}
