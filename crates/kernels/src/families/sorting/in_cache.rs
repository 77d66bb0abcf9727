//! One bucket in a core's cache: two passes by the leading digits of what the keys differ in, then the few runs of items that those
//! digits can't tell apart.
//!
//! For n keys that are spread about evenly, digits of 2·log₂ n bits leave on average half a pair of equals, so the rest costs one look at
//! neighbours. Keys that crowd together cost one more round for their run; each round settles at least twelve bits, so no input
//! is quadratic.

use super::keys::Item;
use super::partition::Extent;
use crate::arch::Level;

/// Up to this length insertion is fastest.
const INSERTION: usize = 24;
/// Up to this length the standard library's sort is: digits have a fixed cost.
const COMPARISONS: usize = 256;
/// Most bits of a digit: the counters of both passes fit the first-level cache.
const DIGIT: u32 = 11;

/// Sorts items by key, equal keys in the order of [`Ord`], which must be that of the input. `scratch` is at least as long. Time n · log n at the most;
/// about 5 ns an item that is spread evenly, half of that by registers.
pub fn sort_items<I: Item>(items: &mut [I], scratch: &mut [I]) {
    if !sort_at_once(items, scratch) {
        sort_long(items, scratch);
    }
}

fn sort_long<I: Item>(items: &mut [I], scratch: &mut [I]) {
    let (mut low, mut high) = (u64::MAX, 0);
    for item in items.iter() {
        low = low.min(item.key());
        high = high.max(item.key());
    }
    let bits = u64::BITS - (high - low).leading_zeros();
    by_digits(items, scratch, Extent { low, bits });
}

/// As [`sort_items`], of keys that are known to lie within an extent.
pub fn sort_within<I: Item>(items: &mut [I], scratch: &mut [I], extent: Extent) {
    if !sort_at_once(items, scratch) {
        by_digits(items, scratch, extent);
    }
}

/// Sorts items where that needs no digits; gives whether it was so.
fn sort_at_once<I: Item>(items: &mut [I], scratch: &mut [I]) -> bool {
    let by_registers = items.len() > INSERTION && I::sort_by_registers(Level::current(), items, scratch);
    by_registers || sort_short(items)
}

/// Sorts a few items; gives whether they were that few.
fn sort_short<I: Item>(items: &mut [I]) -> bool {
    if items.len() <= INSERTION {
        insert(items);
    } else if items.len() <= COMPARISONS {
        items.sort_unstable();
    } else {
        return false;
    }
    true
}

fn by_digits<I: Item>(items: &mut [I], scratch: &mut [I], Extent { low, bits }: Extent) {
    if bits == 0 {
        return;
    }
    let n = items.len();
    let scratch = &mut scratch[..n];
    let digit = n.ilog2().clamp(6, DIGIT);
    if bits <= digit {
        one_pass(items, scratch, low, bits);
        return;
    }
    let shift = bits.saturating_sub(2 * digit);
    two_passes(items, scratch, low, shift, digit);
    if shift > 0 {
        finish_runs(items, scratch, low, shift);
    }
}

/// Sorts by all bits in which the keys differ.
fn one_pass<I: Item>(items: &mut [I], scratch: &mut [I], low: u64, bits: u32) {
    let mut counts = [0_u32; 1 << DIGIT];
    let mask = (1_usize << bits) - 1;
    for item in items.iter() {
        counts[(item.key() - low) as usize & mask] += 1;
    }
    begin(&mut counts);
    for item in items.iter() {
        let place = &mut counts[(item.key() - low) as usize & mask];
        scratch[*place as usize] = *item;
        *place += 1;
    }
    items.copy_from_slice(scratch);
}

/// Sorts by the `2 · digit` bits above `shift`.
fn two_passes<I: Item>(items: &mut [I], scratch: &mut [I], low: u64, shift: u32, digit: u32) {
    let mut lower = [0_u32; 1 << DIGIT];
    let mut upper = [0_u32; 1 << DIGIT];
    let mask = (1_usize << digit) - 1;
    // A mask of constant size on top, so that the compiler sees that the index is in bounds.
    const ALL: usize = (1 << DIGIT) - 1;
    for item in items.iter() {
        let leading = ((item.key() - low) >> shift) as usize;
        lower[leading & mask & ALL] += 1;
        upper[(leading >> digit) & ALL] += 1;
    }
    begin(&mut lower);
    begin(&mut upper);
    for item in items.iter() {
        let place = &mut lower[((item.key() - low) >> shift) as usize & mask & ALL];
        scratch[*place as usize] = *item;
        *place += 1;
    }
    for item in scratch.iter() {
        let place = &mut upper[((item.key() - low) >> shift >> digit) as usize & ALL];
        items[*place as usize] = *item;
        *place += 1;
    }
}

/// Counts become the places where each digit begins.
fn begin(counts: &mut [u32; 1 << DIGIT]) {
    let mut total = 0;
    for count in counts {
        (*count, total) = (total, total + *count);
    }
}

/// Sorts the runs of items whose bits above `shift` are equal.
fn finish_runs<I: Item>(items: &mut [I], scratch: &mut [I], low: u64, shift: u32) {
    let leading = |item: &I| (item.key() - low) >> shift;
    let mut start = 0;
    let mut before = leading(&items[0]);
    for i in 1..items.len() {
        let here = leading(&items[i]);
        if here != before {
            if i - start > 1 {
                sort_items(&mut items[start..i], scratch);
            }
            start = i;
            before = here;
        }
    }
    if items.len() - start > 1 {
        sort_items(&mut items[start..], scratch);
    }
}

fn insert<I: Item>(items: &mut [I]) {
    for i in 1..items.len() {
        let item = items[i];
        let mut place = i;
        while place > 0 && items[place - 1].key() > item.key() {
            items[place] = items[place - 1];
            place -= 1;
        }
        items[place] = item;
    }
}
