//! Few keys, sorted in registers without a branch: columns by a sorting network, which then become runs along the registers, which are merged two by two.
//!
//! Method: Batcher, "Sorting networks and their applications" (1968), for merging; the network of 16 is Green's (60 comparisons, 1969), that of 8 Batcher's (19).
//!
//! SAFETY of every block here: as in `lanes.rs`.

use super::lanes::{Code, Lanes, sorted};

/// Registers that are sorted at once.
pub(super) const ROWS: usize = 16;

/// Compares and exchanges two registers.
#[inline(always)]
unsafe fn exchange<L: Lanes, const R: usize>(v: &mut [L; R], low: usize, high: usize, down: bool) {
    // SAFETY: see the top of the file.
    (v[low], v[high]) = unsafe { sorted((v[low], v[high]), down) };
}

macro_rules! network {
    ($v:ident; $($low:literal $high:literal),+) => {
        // SAFETY: see the top of the file.
        unsafe { $(exchange($v, $low, $high, false);)+ }
    };
}

/// Sorts the columns of eight registers.
#[inline(always)]
pub(super) unsafe fn columns_of_8<L: Lanes>(v: &mut [L; 8]) {
    network!(v; 0 2, 1 3, 4 6, 5 7, 0 4, 1 5, 2 6, 3 7, 0 1, 2 3, 4 5, 6 7, 2 4, 3 5, 1 4, 3 6, 1 2, 3 4, 5 6);
}

/// Sorts the columns of sixteen registers.
#[inline(always)]
unsafe fn columns_of_16<L: Lanes>(v: &mut [L; 16]) {
    network!(v;
        0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 14 15, 0 2, 4 6, 8 10, 12 14, 1 3, 5 7, 9 11, 13 15,
        0 4, 8 12, 1 5, 9 13, 2 6, 10 14, 3 7, 11 15, 0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 7 15,
        5 10, 6 9, 3 12, 13 14, 4 8, 7 11, 1 2, 1 4, 7 13, 2 8, 11 14, 2 4, 5 6, 9 10, 11 13, 3 8, 7 12,
        6 8, 10 12, 3 5, 7 9, 3 4, 5 6, 7 8, 9 10, 11 12, 6 7, 8 9);
}

/// Makes rows of the columns of the first registers, as many as a register has lanes, and of the next ones. Which column becomes which row is left open.
#[inline(always)]
unsafe fn transpose<L: Lanes, const R: usize>(v: &mut [L; R]) {
    for step in 0..L::COUNT.ilog2() {
        for i in 0..R {
            let apart = 1 << step;
            if i & apart == 0 {
                // SAFETY: see the top of the file.
                (v[i], v[i + apart]) = unsafe { v[i].transpose(v[i + apart], step) };
            }
        }
    }
}

/// Compares registers `D` apart in groups of `W` registers, every other one of which falls; of one group alone, `down` says whether it does.
#[inline(always)]
unsafe fn exchange_apart<L: Lanes, const R: usize, const W: usize, const D: usize>(v: &mut [L; R], down: bool) {
    for i in 0..R {
        if i & D == 0 {
            // SAFETY: see the top of the file.
            unsafe { exchange(v, i, i + D, falls::<R, W>(i, down)) };
        }
    }
}

#[inline(always)]
const fn falls<const R: usize, const W: usize>(i: usize, down: bool) -> bool {
    if W == R { down } else { i & W != 0 }
}

/// Sorts groups of `W` registers that rise and then fall or the other way round, upwards and downwards by turns.
#[inline(always)]
unsafe fn clean<L: Lanes, const R: usize, const W: usize>(v: &mut [L; R], down: bool) {
    // SAFETY: see the top of the file.
    unsafe {
        if W > 8 {
            exchange_apart::<L, R, W, 8>(v, down);
        }
        if W > 4 {
            exchange_apart::<L, R, W, 4>(v, down);
        }
        if W > 2 {
            exchange_apart::<L, R, W, 2>(v, down);
        }
        exchange_apart::<L, R, W, 1>(v, down);
        for i in 0..R / 2 {
            (v[2 * i], v[2 * i + 1]) = v[2 * i].clean(v[2 * i + 1], falls::<R, W>(2 * i, down));
        }
    }
}

/// Turns every other group of `W` registers round.
#[inline(always)]
unsafe fn reverse<L: Lanes, const R: usize, const W: usize>(v: &mut [L; R]) {
    for i in 0..R {
        if i & W != 0 {
            // SAFETY: see the top of the file.
            v[i] = unsafe { v[i].reverse() };
        }
        if W == 2 && i & 3 == 3 {
            v.swap(i, i - 1);
        }
    }
}

/// Sorts eight registers of eight keys.
#[inline(always)]
unsafe fn sort_8<L: Lanes>(v: &mut [L; 8], down: bool) {
    // SAFETY: see the top of the file.
    unsafe {
        columns_of_8(v);
        transpose(v);
        reverse::<L, 8, 1>(v);
        clean::<L, 8, 2>(v, down);
        clean::<L, 8, 4>(v, down);
        clean::<L, 8, 8>(v, down);
    }
}

/// Sorts sixteen registers.
#[inline(always)]
unsafe fn sort_16<L: Lanes>(v: &mut [L; ROWS], down: bool) {
    // SAFETY: see the top of the file.
    unsafe {
        columns_of_16(v);
        transpose(v);
        if L::COUNT == 16 {
            reverse::<L, 16, 1>(v);
            clean::<L, 16, 2>(v, down);
        } else {
            // The second half of each column is eight registers behind.
            let from = *v;
            for i in 0..8 {
                v[2 * i] = from[i];
                v[2 * i + 1] = from[i + 8];
            }
            reverse::<L, 16, 2>(v);
        }
        clean::<L, 16, 4>(v, down);
        clean::<L, 16, 8>(v, down);
        clean::<L, 16, 16>(v, down);
    }
}

/// A bit a place of register `i` that lies before `count`, and perhaps more bits above.
#[inline(always)]
fn places<L: Lanes>(i: usize, count: usize) -> u64 {
    let first = i * L::COUNT;
    let word = match count.saturating_sub(first - first % 64) {
        rest @ ..64 => (1 << rest) - 1,
        _ => u64::MAX,
    };
    word >> (first % 64)
}

#[inline(always)]
unsafe fn load<L: Lanes, const R: usize>(from: *const L::Key, count: usize) -> [L; R] {
    // SAFETY: see the top of the file; no key beyond `count` is read.
    unsafe {
        let mut v = [L::splat(L::GREATEST); R];
        for (i, v) in v.iter_mut().enumerate() {
            *v = L::load_some(from.wrapping_add(i * L::COUNT), places::<L>(i, count));
        }
        v
    }
}

#[inline(always)]
unsafe fn store<L: Lanes, const R: usize>(v: [L; R], code: &Code<L>, to: *mut L::Key, count: usize) {
    // SAFETY: see the top of the file; no place beyond `count` is written.
    unsafe {
        for (i, v) in v.into_iter().enumerate() {
            v.decode(code)
                .store_some(to.wrapping_add(i * L::COUNT), places::<L>(i, count));
        }
    }
}

/// Sorts at most sixteen registers full of keys to `out`, which may be `keys`, as numbers. The rest of the registers is filled up with the greatest key, which stays behind all others.
///
/// # Safety
/// AVX-512, and `count` keys at both.
#[inline(always)]
pub(super) unsafe fn sort_few<L: Lanes>(keys: *const L::Key, count: usize, code: &Code<L>, out: *mut L::Key) {
    // SAFETY: the caller's promise.
    unsafe {
        if L::COUNT == 8 && count <= 64 {
            let mut v = load::<L, 8>(keys, count);
            sort_8(&mut v, false);
            store(v, code, out, count);
        } else {
            let mut v = load::<L, ROWS>(keys, count);
            sort_16(&mut v, false);
            store(v, code, out, count);
        }
    }
}

/// The same for more than that, and at most twice as many.
///
/// # Safety
/// As above.
#[inline(always)]
pub(super) unsafe fn sort_some<L: Lanes>(keys: *const L::Key, count: usize, code: &Code<L>, out: *mut L::Key) {
    // SAFETY: the caller's promise.
    unsafe {
        let half = ROWS * L::COUNT;
        let high = if L::COUNT == 8 && count - half <= 64 {
            let mut few = load::<L, 8>(keys.add(half), count - half);
            sort_8(&mut few, true);
            // Falling: the greatest keys, which fill up, come first.
            let mut high = [L::splat(L::GREATEST); ROWS];
            high[8..].copy_from_slice(&few);
            high
        } else {
            let mut high = load::<L, ROWS>(keys.add(half), count - half);
            sort_16(&mut high, true);
            high
        };
        let mut high = high;
        let mut low = load::<L, ROWS>(keys, half);
        sort_16(&mut low, false);
        for i in 0..ROWS {
            (low[i], high[i]) = sorted((low[i], high[i]), false);
        }
        clean::<L, ROWS, ROWS>(&mut low, false);
        store(low, code, out, half);
        clean::<L, ROWS, ROWS>(&mut high, false);
        store(high, code, out.add(half), count - half);
    }
}
