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
  return { inline: 150 + products + rows * columns, native: 900 + 0.05 * products + elements }
}

/** Half of a product, by symmetry; `reads` of x that take nothing but time. */
export function gramCost(rows: number, columns: number, reads: number): Cost {
  const products = (rows * columns * (columns + 1)) / 2
  return { inline: 1500 + (products + 2 * columns) + rows * columns * (2 + reads), native: 1500 + 0.05 * products + rows * columns * (1 + reads) }
}

/** n³/3 for the factor, 2·n²·m for the right sides, and the copy of both. */
export function definiteCost(n: number, m: number): Cost {
  const products = (n * n * n) / 6 + n * n * m
  return { inline: 800 + 1.2 * products + 4 * n * (n + m), native: 2500 + 0.08 * products + 4 * n * (n + m) }
}

export function matvecCost(rows: number, columns: number): Cost {
  return { inline: 120 + 0.9 * rows * columns + 3 * rows, native: 350 + 0.15 * rows * columns + columns }
}
