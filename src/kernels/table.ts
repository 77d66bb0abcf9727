/**
 * The reductions: one entry a kernel, one scalar line each for what it does with an element and with two partials. How the
 * elements meet is the family's business (docs/order-of-arithmetic.md); `npm run generate` stamps the loops of
 * src/kernels/generated.ts from this table, so that every kernel has machine code of its own (a loop that is handed its
 * step as an argument runs 20 times slower once six kernels have been through it).
 *
 * The texts are TypeScript; `s`, `x`, `y`, `a`, `b` are names or expressions that bind tighter than any operator.
 */

/** A running value of a lane: what it starts at, and what it becomes with the next element. */
export interface Accumulator {
  readonly identity: string
  readonly step: (s: string, x: string, y: string) => string
}

interface Common {
  /** The number that stands for the kernel where names can't travel; the same as in Rust (crates/kernels). */
  readonly id: number
  /** Arrays that it reads. */
  readonly inputs: 1 | 2
  /** Doubles of a partial. */
  readonly width: number
  /** Which double of the root of the merge tree is the kernel's value. */
  readonly value: number
}

/** One running value a lane, one double a partial; the order of the document. */
export interface LanesKernel extends Common, Accumulator {
  readonly family: 'lanes'
  readonly merge: (a: string, b: string) => string
}

/**
 * Picks an element: the result doesn't depend on the order, which the loop may therefore choose. NaN wins over everything,
 * and of the two zeros, `zero` wins.
 */
export interface SelectionKernel extends Common {
  readonly family: 'selection'
  readonly identity: string
  /** Whether x beats s, for numbers that are neither NaN nor zeros of two signs. */
  readonly beats: (s: string, x: string) => string
  readonly zero: '-0' | '0'
  readonly merge: (a: string, b: string) => string
}

/** Two passes over each block: the mean of the block, then sums of powers of the deviations `x` from it. */
export interface MomentsKernel extends Common {
  readonly family: 'moments'
  readonly deviations: { readonly d: Accumulator; readonly q: Accumulator }
  /** The partial from the number of elements `n`, the first mean `c` and the folded `d` and `q`. */
  readonly partial: readonly string[]
  /** Statements before, and the merged partial, over `na`, `ma`, `qa`, `nb`, `mb`, `qb`. */
  readonly merge: { readonly before: readonly string[]; readonly partial: readonly string[] }
}

export type KernelSpecification = LanesKernel | SelectionKernel | MomentsKernel

const plus = (a: string, b: string) => `${a} + ${b}`

export const reductions = {
  sum: {
    id: 0,
    family: 'lanes',
    inputs: 1,
    width: 1,
    value: 0,
    identity: '0',
    step: (s, x) => `${s} + ${x}`,
    merge: plus,
  },
  sumOfSquares: {
    id: 1,
    family: 'lanes',
    inputs: 1,
    width: 1,
    value: 0,
    identity: '0',
    step: (s, x) => `${s} + ${x} * ${x}`,
    merge: plus,
  },
  dot: {
    id: 2,
    family: 'lanes',
    inputs: 2,
    width: 1,
    value: 0,
    identity: '0',
    step: (s, x, y) => `${s} + ${x} * ${y}`,
    merge: plus,
  },
  min: {
    id: 3,
    family: 'selection',
    inputs: 1,
    width: 1,
    value: 0,
    identity: 'Infinity',
    beats: (s, x) => `${x} < ${s}`,
    zero: '-0',
    merge: (a, b) => `Math.min(${a}, ${b})`,
  },
  max: {
    id: 4,
    family: 'selection',
    inputs: 1,
    width: 1,
    value: 0,
    identity: '-Infinity',
    beats: (s, x) => `${x} > ${s}`,
    zero: '0',
    merge: (a, b) => `Math.max(${a}, ${b})`,
  },
  variance: {
    id: 5,
    family: 'moments',
    inputs: 1,
    width: 3,
    value: 2,
    deviations: {
      d: { identity: '0', step: (s, x) => `${s} + ${x}` },
      q: { identity: '0', step: (s, x) => `${s} + ${x} * ${x}` },
    },
    partial: ['n', 'c + d / n', 'q - (d * d) / n'],
    merge: {
      before: ['const n = na + nb', 'const delta = mb - ma', 'const share = nb / n'],
      partial: ['n', 'ma + delta * share', '(qa + qb) + (delta * delta) * (na * share)'],
    },
  },
} as const satisfies Record<string, KernelSpecification>

/** Names of the reductions. */
export type ReductionName = keyof typeof reductions
