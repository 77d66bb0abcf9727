//! The largest numbers and where they are: the least of them by selection, then one more read for those that aren't smaller.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::run_chunks;
use crate::select::select;
use manycore_kernels::Input;
use manycore_kernels::arch::Element;
use manycore_kernels::sorting::{Item, Pair, Sortable, sort_items};

/// Elements of a chunk.
const CHUNK: usize = 1 << 18;

/// The `k` largest numbers of `x` (in the order of `sort`, so NaN first) with their indices, the largest first, equal ones by rising index. `k` is at most the length of
/// `x`. Three reads of `x`; memory for 32 bytes a number that is given, and for the numbers that equal the least of them.
pub fn top_k<T: Element + Sortable>(
    x: Input<'_, T>,
    k: usize,
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<(Vec<T>, Vec<u64>)> {
    let length = x.len();
    assert!(k <= length);
    if k == 0 {
        return Outcome::Done((Vec::new(), Vec::new()));
    }
    let least = match select(x, &[length - k], threads, cancel) {
        Outcome::Done(values) => values[0].key().key(),
        other => return other.map(|_| (Vec::new(), Vec::new())),
    };
    let collected = run_chunks(threads, length.div_ceil(CHUNK), cancel, |chunk| {
        let mut pairs = Vec::new();
        let mut equal = 0;
        for index in chunk * CHUNK..length.min((chunk + 1) * CHUNK) {
            let key = x.raw(index).key().key();
            if key > least || (key == least && equal < k) {
                equal += usize::from(key == least);
                // Turned round: the largest first.
                pairs.push(Pair {
                    key: !key,
                    index: index as u64,
                });
            }
        }
        pairs
    });
    collected.map(|collected| {
        let mut pairs = collected.concat();
        let mut scratch = vec![Pair::default(); pairs.len()];
        sort_items(&mut pairs, &mut scratch);
        // Memory that changes between the reads may hold fewer now: any answer is right, none must be missing.
        pairs.resize(k, Pair { key: !least, index: 0 });
        pairs.iter().map(|pair| (T::of_wide(!pair.key), pair.index)).unzip()
    })
}
