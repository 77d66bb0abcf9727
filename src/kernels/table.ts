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
  /** Whether callers want all doubles of the root. */
  readonly whole: boolean
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

/** Several selections of one array, side by side. */
export interface TogetherKernel extends Common {
  readonly family: 'together'
  readonly kernels: readonly string[]
}

/**
 * The first element that a selection picks: value, index and number of elements. The order can't be seen in it either; NaN wins, and
 * zeros are equal.
 */
export interface FirstKernel extends Common {
  readonly family: 'first'
  readonly kernel: string
}

/** Two passes over each block: other kernels first, then sums over elements that were shifted or scaled by what those gave. */
export interface StagedKernel extends Common {
  readonly family: 'staged'
  /** Kernels of the first pass; the doubles of their partials are `f0`, `f1`, … in the texts below, and `n` is the number of elements. */
  readonly first: readonly string[]
  /** Where one pass is enough: when, and the partial then. */
  readonly early?: { readonly when: string; readonly partial: readonly string[] }
  /** The parameter `c` of the second pass. */
  readonly parameter: string
  /** What an element `x` becomes. */
  readonly element: (x: string) => string
  /** A function of src/kernels/math whose value takes its place then. */
  readonly terms?: string
  /** Running values over those elements, summed up; each is named by a letter. */
  readonly sums: Readonly<Record<string, (s: string, x: string) => string>>
  /** Lanes that a pass keeps at once: the fewer, the more a step does. */
  readonly lanes: 1 | 2 | 4
  /** Statements before the partial, and the partial. */
  readonly before: readonly string[]
  readonly partial: readonly string[]
  /** Names of the doubles of a partial. The merge sees them with `a` and `b` behind. */
  readonly names: readonly string[]
  readonly merge: { readonly before: readonly string[]; readonly partial: readonly string[] }
}

/** Two running values a lane, of which one corrects the other: written out in src/kernels/compensated.ts. */
export interface CompensatedKernel extends Common {
  readonly family: 'compensated'
}

export type KernelSpecification = LanesKernel | SelectionKernel | TogetherKernel | FirstKernel | StagedKernel | CompensatedKernel

const plus = (a: string, b: string) => `${a} + ${b}`

/** 2^600 and its reciprocal, and the bounds of sums of squares within which neither is needed: 2^-900 and 2^970. */
const UP = '4.149515568880993e180'
const DOWN = '2.409919865102884e-181'
const SMALL = '1.1830521861667747e-271'
const LARGE = '9.9792015476736e291'

export const reductions = {
  sum: {
    id: 0,
    family: 'lanes',
    inputs: 1,
    width: 1,
    value: 0,
    whole: false,
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
    whole: false,
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
    whole: false,
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
    whole: false,
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
    whole: false,
    identity: '-Infinity',
    beats: (s, x) => `${x} > ${s}`,
    zero: '0',
    merge: (a, b) => `Math.max(${a}, ${b})`,
  },
  variance: {
    id: 5,
    family: 'staged',
    inputs: 1,
    width: 3,
    value: 2,
    whole: false,
    first: ['sum'],
    parameter: 'f0 / n',
    element: (x) => `${x} - c`,
    sums: { d: (s, x) => `${s} + ${x}`, q: (s, x) => `${s} + ${x} * ${x}` },
    lanes: 4,
    before: [],
    partial: ['n', 'c + d / n', 'q - (d * d) / n'],
    names: ['n', 'm', 'q'],
    merge: {
      before: ['const n = na + nb', 'const delta = mb - ma', 'const share = nb / n'],
      partial: ['n', 'ma + delta * share', '(qa + qb) + (delta * delta) * (na * share)'],
    },
  },
  minMax: {
    id: 6,
    family: 'together',
    inputs: 1,
    width: 2,
    value: 1,
    whole: true,
    kernels: ['min', 'max'],
  },
  argMin: {
    id: 7,
    family: 'first',
    inputs: 1,
    width: 3,
    value: 2,
    whole: true,
    kernel: 'min',
  },
  argMax: {
    id: 8,
    family: 'first',
    inputs: 1,
    width: 3,
    value: 2,
    whole: true,
    kernel: 'max',
  },
  sumOfAbsolutes: {
    id: 9,
    family: 'lanes',
    inputs: 1,
    width: 1,
    value: 0,
    whole: false,
    identity: '0',
    step: (s, x) => `${s} + Math.abs(${x})`,
    merge: plus,
  },
  euclideanNorm: {
    id: 10,
    family: 'staged',
    inputs: 1,
    width: 2,
    value: 1,
    whole: true,
    first: ['sumOfSquares'],
    early: { when: `!(f0 > ${LARGE}) && !(f0 < ${SMALL})`, partial: ['f0', '1'] },
    parameter: `f0 > ${LARGE} ? ${DOWN} : ${UP}`,
    element: (x) => `${x} * c`,
    sums: { s: (s, x) => `${s} + ${x} * ${x}` },
    lanes: 4,
    before: [],
    partial: ['s', `f0 > ${LARGE} ? ${UP} : ${DOWN}`],
    names: ['s', 'c'],
    merge: {
      before: ['const c = Math.max(ca, cb)', 'const a1 = ca / c', 'const b1 = cb / c'],
      partial: ['(sa * a1) * a1 + (sb * b1) * b1', 'c'],
    },
  },
  product: {
    id: 11,
    family: 'lanes',
    inputs: 1,
    width: 1,
    value: 0,
    whole: false,
    identity: '1',
    step: (s, x) => `${s} * ${x}`,
    merge: (a, b) => `${a} * ${b}`,
  },
  countNonzero: {
    id: 12,
    family: 'lanes',
    inputs: 1,
    width: 1,
    value: 0,
    whole: false,
    identity: '0',
    step: (s, x) => `${s} + (${x} === 0 ? 0 : 1)`,
    merge: plus,
  },
  countNaN: {
    id: 13,
    family: 'lanes',
    inputs: 1,
    width: 1,
    value: 0,
    whole: false,
    identity: '0',
    step: (s, x) => `${s} + (${x} === ${x} ? 0 : 1)`,
    merge: plus,
  },
  logSumExp: {
    id: 14,
    family: 'staged',
    inputs: 1,
    width: 2,
    value: 1,
    whole: true,
    first: ['max'],
    // Infinity − Infinity is NaN.
    early: { when: 'f0 - f0 !== 0', partial: ['f0', 'f0 === -Infinity ? 0 : f0'] },
    parameter: 'f0',
    element: (x) => `${x} - c`,
    terms: 'exp',
    sums: { s: (s, x) => `${s} + ${x}` },
    lanes: 1,
    before: [],
    partial: ['c', 's'],
    names: ['c', 's'],
    merge: {
      before: ['const swap = ca < cb', 'const c = swap ? cb : ca', 'const factor = ca === cb ? 1 : exp((swap ? ca : cb) - c)'],
      partial: ['c', 'swap ? sb + sa * factor : sa + sb * factor'],
    },
  },
  describe: {
    id: 15,
    family: 'staged',
    inputs: 1,
    width: 8,
    value: 7,
    whole: true,
    first: ['sum', 'minMax'],
    parameter: 'f0 / n',
    element: (x) => `${x} - c`,
    sums: {
      d: (s, x) => `${s} + ${x}`,
      q: (s, x) => `${s} + ${x} * ${x}`,
      t: (s, x) => `${s} + (${x} * ${x}) * ${x}`,
      u: (s, x) => `${s} + (${x} * ${x}) * (${x} * ${x})`,
    },
    lanes: 2,
    before: ['const e = d / n', 'const e2 = e * e'],
    partial: [
      'n', 'c + e', 'q - (d * d) / n', '(t - (3 * e) * q) + (2 * e2) * d', '((u - (4 * e) * t) + (6 * e2) * q) - ((3 * e2) * e) * d', 'f1', 'f2', 'f0',
    ],
    names: ['n', 'm', 'q', 't', 'u', 'l', 'h', 's'],
    merge: {
      before: [
        'const n = na + nb', 'const delta = mb - ma', 'const share = nb / n', 'const rest = na / n', 'const weight = na * share', 'const square = delta * delta',
      ],
      partial: [
        'n',
        'ma + delta * share',
        '(qa + qb) + square * weight',
        '(ta + tb) + ((square * delta) * (weight * (rest - share)) + (3 * delta) * (rest * qb - share * qa))',
        '(ua + ub) + ((square * square) * (weight * ((rest * rest - rest * share) + share * share)) + ((6 * square) * ((rest * rest) * qb + (share * share) * qa) + (4 * delta) * (rest * tb - share * ta)))',
        'Math.min(la, lb)',
        'Math.max(ha, hb)',
        'sa + sb',
      ],
    },
  },
  compensatedSum: { id: 16, family: 'compensated', inputs: 1, width: 2, value: 0, whole: true },
  compensatedSumOfSquares: { id: 17, family: 'compensated', inputs: 1, width: 2, value: 0, whole: true },
  compensatedDot: { id: 18, family: 'compensated', inputs: 2, width: 2, value: 0, whole: true },
} as const satisfies Record<string, KernelSpecification>

/** Names of the reductions. */
export type ReductionName = keyof typeof reductions
