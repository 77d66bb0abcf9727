/**
 * The order of arithmetic of reductions, as numbers: part of the specification (docs/order-of-arithmetic.md), not tuning.
 * The Rust twin is crates/kernels/src/families/order.rs; a test compares the two.
 */

/** Running values of a block: element i of a block belongs to lane i mod LANES. */
export const LANES = 32

/** Elements of a block: the leaves of the merge tree. */
export const BLOCK = 4096

/**
 * Blocks of a chunk, the unit that a thread draws: a power of two, so that a chunk is a whole subtree and the partition can't
 * be seen in the result.
 */
export const CHUNK_BLOCKS = 16

/** Elements of a chunk. */
export const CHUNK = BLOCK * CHUNK_BLOCKS
