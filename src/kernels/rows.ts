/**
 * How the rows of a matrix are cut and how the parts meet again: part of the specification
 * (docs/order-of-arithmetic-models.md), not tuning. The Rust twin is crates/kernels/src/families/rows.rs.
 */
import type { Pausing } from '../common/pausing.ts'

/** Rows of a block: sums start afresh in each block. */
export const ROW_BLOCK = 64

/** Elements of X that a chunk holds at least, so that a small problem is one chunk. */
export const CHUNK_ELEMENTS = 32768

/** Chunks of a problem at most: enough to share out, few enough to keep their partials. */
export const MAX_CHUNKS = 64

/** The fixed partition of the rows: depends on the shape alone, so that nobody can tell how many threads there were. */
export interface RowPartition {
  /** Rows of each chunk but the last, which may be shorter: a multiple of ROW_BLOCK. */
  readonly rowsPerChunk: number
  readonly chunks: number
}

/** The partition of a matrix of `rows × columns`. */
export function partitionRows(rows: number, columns: number): RowPartition {
  const blocks = Math.ceil(rows / ROW_BLOCK)
  const least = Math.ceil(CHUNK_ELEMENTS / (ROW_BLOCK * Math.max(1, columns)))
  const blocksPerChunk = Math.max(least, Math.ceil(blocks / MAX_CHUNKS))
  return { rowsPerChunk: blocksPerChunk * ROW_BLOCK, chunks: Math.ceil(blocks / blocksPerChunk) }
}

/**
 * The merge tree of docs/order-of-arithmetic.md over leaves `low … high − 1` (leaf `low` alone when there are none): at most one partial a level is alive.
 * `merge(a, b)` adds b into a and may recycle b.
 */
export function mergeTree<Partial>(low: number, high: number, leaf: (index: number) => Partial, merge: (a: Partial, b: Partial) => Partial): Partial {
  const count = high - low
  if (count <= 1) return leaf(low)
  const left = 2 ** (31 - Math.clz32(count - 1))
  const a = mergeTree(low, low + left, leaf, merge)
  return merge(a, mergeTree(low + left, high, leaf, merge))
}

/** The same tree over leaves that pause. */
export function* pausingMergeTree<Partial>(low: number, high: number, leaf: (index: number) => Pausing<Partial>, merge: (a: Partial, b: Partial) => Partial): Pausing<Partial> {
  const count = high - low
  if (count <= 1) return yield* leaf(low)
  const left = 2 ** (31 - Math.clz32(count - 1))
  const a = yield* pausingMergeTree(low, low + left, leaf, merge)
  return merge(a, yield* pausingMergeTree(low + left, high, leaf, merge))
}

/** Columns rounded up to whole groups of eight: the stride of packed rows and of everything that goes with them. */
export function paddedTo8(columns: number): number {
  return (columns + 7) & ~7
}
