//! Sorting: numbers become integers of the same order, integers are sorted by digits.
//!
//! | file | what |
//! |---|---|
//! | `keys.rs` | [`Sortable`]: the integer that stands for a number; [`Item`]: what is moved, a key alone or with its index |
//! | `partition.rs` | [`Partition`]: buckets of the range of keys, from a sample, and a chunk put in their order |
//! | `in_cache.rs` | [`sort_items`]: one bucket, in a core's cache |
//! | `counting.rs` | [`Counts`]: types of 8 and 16 bits |
//!
//! Keys of 32 and 64 bits are sorted by registers on levels that have it (`arch/quicksort.rs`, `crates/exec/src/register_sort.rs`). Otherwise, how a long array is sorted, on any number of threads (`crates/exec/src/sort.rs`): each chunk of the input is read once, turned
//! into keys and put in the order of the buckets within memory of its own (which stays in a core's cache); then each
//! bucket is gathered from all chunks and sorted in cache. Both steps keep equal keys in order. No thread writes where another
//! does, so it is all safe code; the result is the one sorted order, whoever did what.

mod counting;
mod in_cache;
mod keys;
mod partition;

#[cfg(test)]
mod tests;

pub use crate::arch::{VectorKey, divide_numbers, sort_keys, sort_numbers, sort_pieces, sorts_by_registers};
pub use counting::{Counts, SmallKey};
pub use in_cache::{sort_items, sort_within};
pub use keys::{Item, Pair, Sortable, index_of, pair};
pub use partition::{Counter, Extent, Partition};
