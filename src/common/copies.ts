/**
 * Counts the copies of inputs and outputs: the exceptions to "kernels read and write where memory lies", which docs/memory.md lists under the same names. Whoever copies
 * says so here; calls that copy nothing never come by.
 */

/** Why something was copied. */
export const copyReasons = [
  /** An array of numbers: its elements have no memory of their own. */
  'numbers',
  /** A range that was written out, since the kernel looks at its elements more than once. */
  'range',
  /** Nested arrays and other objects that give their rows as arrays. */
  'rows',
  /** A matrix with strides that the kernels don't read, or an ordinary array with a shape. */
  'strides',
  /** A column of a matrix along an axis, where the kernel has no loop along it. */
  'columns',
  /** Integers as features of a model, which reads floating-point numbers; a sparse matrix that is made dense. */
  'features',
  /** A plain ArrayBuffer that a promise form reads more than once, or that workers can't see. */
  'promise',
  /** A result that was computed elsewhere: on worker threads, or since `out` lies on an operand or may be freed meanwhile. */
  'out',
] as const

export type CopyReason = (typeof copyReasons)[number]

/** How much was copied. */
export interface Copied {
  readonly count: number
  readonly bytes: number
}

/** What was copied in this thread since it began: in total, and by reason. */
export interface Copies extends Copied {
  readonly reasons: Readonly<Record<CopyReason, Copied>>
}

const counters = Object.fromEntries(copyReasons.map((reason) => [reason, { count: 0, bytes: 0 }])) as Record<CopyReason, { count: number; bytes: number }>

/** Counts one copy. */
export function countCopy(reason: CopyReason, bytes: number): void {
  const counter = counters[reason]
  counter.count++
  counter.bytes += bytes
}

/** The counters as they are now. */
export function copies(): Copies {
  let [count, bytes] = [0, 0]
  for (const reason of copyReasons) {
    count += counters[reason].count
    bytes += counters[reason].bytes
  }
  return { count, bytes, reasons: Object.fromEntries(copyReasons.map((reason) => [reason, { ...counters[reason] }])) as Record<CopyReason, Copied> }
}
