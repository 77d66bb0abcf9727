//! Checks of bounds whose failures are functions of their own. A message put together in place would keep every number it names in memory, written
//! anew in each turn of the loop around it, and stand once more in each loop.

/// Panics unless `count` elements from `from` on lie within `length`.
#[inline(always)]
pub(super) fn check(from: usize, count: usize, length: usize) {
    if from > length || length - from < count {
        outside(from, count, length);
    }
}

/// Panics unless `from <= to <= length`.
#[inline(always)]
pub(super) fn check_range(from: usize, to: usize, length: usize) {
    if from > to || to > length {
        no_range(from, to, length);
    }
}

#[cold]
#[inline(never)]
fn outside(from: usize, count: usize, length: usize) -> ! {
    panic!("{count} elements at {from} of {length}")
}

#[cold]
#[inline(never)]
fn no_range(from: usize, to: usize, length: usize) -> ! {
    panic!("range {from}..{to} of {length} elements")
}
