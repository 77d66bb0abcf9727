//! The order of arithmetic of reductions, as numbers: part of the specification (`docs/order-of-arithmetic.md`), not tuning.
//! The TypeScript twin is `src/kernels/order.ts`; a test compares the two.

/// Running values of a block: element `i` of a block belongs to lane `i mod LANES`.
pub const LANES: usize = 32;

/// Elements of a block: the leaves of the merge tree.
pub const BLOCK: usize = 4096;

/// Blocks of a chunk, the unit that a thread draws: a power of two, so that a chunk is a whole subtree and the partition
/// can't be seen in the result.
pub const CHUNK_BLOCKS: usize = 16;

/// Elements of a chunk.
pub const CHUNK: usize = BLOCK * CHUNK_BLOCKS;

const _: () = assert!(LANES.is_power_of_two() && BLOCK.is_multiple_of(LANES) && CHUNK_BLOCKS.is_power_of_two());
