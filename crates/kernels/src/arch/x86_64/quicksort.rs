//! Quicksort by registers: keys below the pivot move to the front in place, the others to a scratch and back behind them, eight or sixteen at a time and without a
//! branch that depends on them. Few keys are sorted by networks.
//!
//! Methods: Bramas, "A novel hybrid quicksort algorithm vectorized using AVX-512 on Intel Skylake" (2017); Blacher, Giesen, Sanders and Wassenberg, "Vectorized and
//! performance-portable quicksort" (2022). Here one permutation serves both sides, and a scratch spares the branch about which side is read next.

use super::super::level::Level;
use super::lanes::{Code, Lanes, Narrow, Wide, first};
use super::networks::{ROWS, columns_of_8, sort_few, sort_some};

/// Blocks of sixteen registers that aren't split any more: one or two.
const MOST: usize = 2;

/// Keys of the sample that a pivot is the median of.
const SAMPLE: usize = 64;

/// Whether this CPU has what the shells below enable.
#[inline]
pub fn is_available() -> bool {
    Level::Avx512.is_available()
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("popcnt")
}

macro_rules! shells {
    ($module:ident, $key:ty, $lanes:ty) => {
        /// For keys of one width. All need the features, see `is_available`.
        pub mod $module {
            use super::*;

            /// Sorts keys where they are.
            ///
            /// # Safety
            /// The features. `keys` and `scratch` are two pieces of memory for `count` keys each.
            #[target_feature(enable = "avx2,bmi2,popcnt,avx512f,avx512dq,avx512vl,avx512bw")]
            #[inline(never)]
            pub unsafe fn sort_keys(keys: *mut $key, count: usize, scratch: *mut $key) {
                // SAFETY: the caller's promise.
                unsafe { sort::<$lanes>(keys, count, scratch, &Code::new([0; 3]), keys, limit(count)) }
            }

            /// Sorts numbers that lie in pieces; two codes say how their bits become keys and how keys become the result.
            ///
            /// # Safety
            /// The features. The pieces have numbers to read for `count` in all, the buffers are two other pieces of memory for as many keys, `out` has room for as many
            /// numbers. Nothing need be aligned but the buffers.
            #[target_feature(enable = "avx2,bmi2,popcnt,avx512f,avx512dq,avx512vl,avx512bw")]
            #[inline(never)]
            pub unsafe fn sort_pieces(
                pieces: &[(*const $key, usize)],
                count: usize,
                [encode, decode]: [[$key; 3]; 2],
                buffers: [*mut $key; 2],
                out: *mut $key,
            ) {
                // SAFETY: the caller's promise.
                unsafe {
                    let codes = [&Code::new(encode), &Code::new(decode)];
                    super::sort_pieces::<$lanes>(pieces, count, codes, buffers, out);
                }
            }

            /// Divides numbers into keys below the first of `bounds` (which rise), those from there on below the second, and so on, and writes these in this order to
            /// `out` and where each group ends to `ends`, one more than there are bounds.
            ///
            /// # Safety
            /// As above, with one piece, and `out` for keys.
            #[target_feature(enable = "avx2,bmi2,popcnt,avx512f,avx512dq,avx512vl,avx512bw")]
            #[inline(never)]
            pub unsafe fn divide(
                (from, count): (*const $key, usize),
                code: [$key; 3],
                buffers: [*mut $key; 2],
                bounds: &[$key],
                out: *mut $key,
                ends: &mut [usize],
            ) {
                // SAFETY: the caller's promise.
                unsafe { super::divide_first::<$lanes>((from, count), &Code::new(code), buffers, bounds, out, ends) }
            }
        }
    };
}

shells!(wide, u64, Wide);
shells!(narrow, u32, Narrow);

/// Rounds that a good choice of pivots never needs.
fn limit(count: usize) -> u32 {
    2 * count.max(1).ilog2() + 4
}

#[inline(always)]
unsafe fn encode_all<L: Lanes>(from: *const L::Key, count: usize, code: &Code<L>, keys: *mut L::Key) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut at = 0;
        while at + L::COUNT <= count {
            L::load(from.add(at)).encode(code).store(keys.add(at));
            at += L::COUNT;
        }
        let rest = first(count - at);
        L::load_some(from.add(at), rest)
            .encode(code)
            .store_some(keys.add(at), rest);
    }
}

#[inline(always)]
unsafe fn sort_pieces<L: Lanes>(
    pieces: &[(*const L::Key, usize)],
    count: usize,
    [encode, decode]: [&Code<L>; 2],
    [keys, scratch]: [*mut L::Key; 2],
    out: *mut L::Key,
) {
    // SAFETY: the caller's promise; the pieces follow one another in `keys`.
    unsafe {
        if count <= MOST * ROWS * L::COUNT {
            let mut to = keys;
            for (piece, length) in pieces {
                encode_all(*piece, *length, encode, to);
                to = to.add(*length);
            }
            return few::<L>(keys, count, decode, out);
        }
        // The first split is done on the way.
        let mut sample = [L::GREATEST; SAMPLE];
        let step = count / SAMPLE;
        let (mut place, mut taken) = (step / 2, 0);
        for (piece, length) in pieces {
            while place < *length && taken < SAMPLE {
                sample[taken] = piece.add(place).read_unaligned();
                taken += 1;
                place += step;
            }
            place -= place.min(*length);
        }
        let sample = sample.as_mut_ptr();
        encode_all(sample, SAMPLE, encode, sample);
        let pivot = median::<L>(sample);
        let (mut below, mut end) = (0, count);
        for (piece, length) in pieces {
            let lesser = split(*piece, *length, Some(encode), keys.add(below), keys.add(end), pivot);
            below += lesser;
            end -= length - lesser;
        }
        let rounds = limit(count);
        sort::<L>(keys, below, scratch, decode, out, rounds);
        let scratch = scratch.add(below);
        sort::<L>(keys.add(below), count - below, scratch, decode, out.add(below), rounds);
    }
}

/// The first split is done on the way.
#[inline(always)]
unsafe fn divide_first<L: Lanes>(
    (from, count): (*const L::Key, usize),
    code: &Code<L>,
    [keys, other]: [*mut L::Key; 2],
    bounds: &[L::Key],
    out: *mut L::Key,
    ends: &mut [usize],
) {
    // SAFETY: the caller's promise.
    unsafe {
        let middle = bounds.len() / 2;
        let Some(bound) = bounds.get(middle) else {
            encode_all(from, count, code, out);
            ends[0] = count;
            return;
        };
        let below = split(from, count, Some(code), keys, keys.add(count), *bound);
        let (ends, other_ends) = ends.split_at_mut(middle + 1);
        divide::<L>([keys, other], below, &bounds[..middle], out, ends, 0);
        let buffers = [keys.add(below), other.add(below)];
        let out = out.add(below);
        divide::<L>(buffers, count - below, &bounds[middle + 1..], out, other_ends, below);
    }
}

#[target_feature(enable = "avx2,bmi2,popcnt,avx512f,avx512dq,avx512vl,avx512bw")]
#[inline(never)]
unsafe fn divide<L: Lanes>(
    [keys, other]: [*mut L::Key; 2],
    count: usize,
    bounds: &[L::Key],
    out: *mut L::Key,
    ends: &mut [usize],
    start: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let middle = bounds.len() / 2;
        if bounds.len() < 2 {
            // The last split writes to where the keys shall be.
            if let Some(bound) = bounds.first() {
                ends[0] = start + split::<L>(keys, count, None, out, out.add(count), *bound);
            } else {
                std::ptr::copy_nonoverlapping(keys, out, count);
            }
            ends[bounds.len()] = start + count;
            return;
        }
        let below = split::<L>(keys, count, None, keys, other.add(count), bounds[middle]);
        let (ends, other_ends) = ends.split_at_mut(middle + 1);
        divide::<L>([keys, other], below, &bounds[..middle], out, ends, start);
        divide::<L>(
            [other.add(below), keys.add(below)],
            count - below,
            &bounds[middle + 1..],
            out.add(below),
            other_ends,
            start + below,
        );
    }
}

/// Sorts `count` keys and writes their numbers to `out`, which is other memory or what begins at `keys` or `other`. Keys are moved between these two only.
#[target_feature(enable = "avx2,bmi2,popcnt,avx512f,avx512dq,avx512vl,avx512bw")]
#[inline(never)]
unsafe fn sort<L: Lanes>(
    mut keys: *mut L::Key,
    mut count: usize,
    mut other: *mut L::Key,
    code: &Code<L>,
    mut out: *mut L::Key,
    mut rounds: u32,
) {
    // SAFETY: the caller's promise; the three advance together, and what is left of the keys lies within what there was.
    unsafe {
        while count > MOST * ROWS * L::COUNT {
            if rounds == 0 {
                return by_comparisons::<L>(keys, count, code, out);
            }
            rounds -= 1;
            let pivot = pivot::<L>(keys, count);
            let mut below = split::<L>(keys, count, None, keys, other.add(count), pivot);
            if below == 0 {
                // The pivot is the least key, and perhaps there are many of it: they need no sorting. All have moved.
                (keys, other) = (other, keys);
                below = if pivot == L::GREATEST {
                    count
                } else {
                    split::<L>(keys, count, None, keys, other.add(count), L::after(pivot))
                };
                fill::<L>(pivot, code, out, below);
            } else {
                sort::<L>(keys, below, other, code, out, rounds);
            }
            (keys, other) = (other.add(below), keys.add(below));
            out = out.add(below);
            count -= below;
        }
        few::<L>(keys, count, code, out);
    }
}

#[target_feature(enable = "avx2,bmi2,popcnt,avx512f,avx512dq,avx512vl,avx512bw")]
#[inline(never)]
unsafe fn few<L: Lanes>(keys: *mut L::Key, count: usize, code: &Code<L>, out: *mut L::Key) {
    // SAFETY: the caller's promise.
    unsafe {
        if count <= ROWS * L::COUNT {
            sort_few::<L>(keys, count, code, out);
        } else {
            sort_some::<L>(keys, count, code, out);
        }
    }
}

/// Writes the number of one key many times.
#[inline(always)]
unsafe fn fill<L: Lanes>(key: L::Key, code: &Code<L>, out: *mut L::Key, count: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let v = L::splat(key).decode(code);
        let mut at = 0;
        while at + L::COUNT <= count {
            v.store(out.add(at));
            at += L::COUNT;
        }
        v.store_some(out.add(at), first(count - at));
    }
}

/// Where one bad pivot followed the other.
#[cold]
#[target_feature(enable = "avx2,bmi2,popcnt,avx512f,avx512dq,avx512vl,avx512bw")]
unsafe fn by_comparisons<L: Lanes>(keys: *mut L::Key, count: usize, code: &Code<L>, out: *mut L::Key) {
    // SAFETY: the caller's promise; the keys are memory of our own.
    unsafe {
        std::slice::from_raw_parts_mut(keys, count).sort_unstable();
        let mut at = 0;
        while at < count {
            let lanes = first(L::COUNT.min(count - at));
            L::load_some(keys.add(at), lanes)
                .decode(code)
                .store_some(out.add(at), lanes);
            at += L::COUNT;
        }
    }
}

/// The median of a sample, which is sorted for it.
#[inline(always)]
unsafe fn median<L: Lanes>(sample: *mut L::Key) -> L::Key {
    // SAFETY: the caller's promise.
    unsafe {
        few::<L>(sample, SAMPLE, &Code::new([L::LEAST; 3]), sample);
        *sample.add(SAMPLE / 2)
    }
}

/// A key with about as many below as above: of some places that depend on nothing but `count`.
#[inline(always)]
unsafe fn pivot<L: Lanes>(keys: *const L::Key, count: usize) -> L::Key {
    // SAFETY: all places lie before `count`, which is more than sixteen registers full.
    unsafe {
        if count < 1024 {
            let step = (count - L::COUNT) / 7;
            let mut v = [L::load(keys); 8];
            for (i, v) in v.iter_mut().enumerate() {
                *v = L::load(keys.add(i * step));
            }
            columns_of_8(&mut v);
            let mut medians = [L::GREATEST; 16];
            v[4].store(medians.as_mut_ptr());
            let [a, b, c] = [medians[1], medians[4], medians[6]];
            return a.min(b).max(a.max(b).min(c));
        }
        let mut sample = [L::GREATEST; SAMPLE];
        let step = count / SAMPLE;
        for (i, sample) in sample.iter_mut().enumerate() {
            *sample = *keys.add(i * step + step / 2);
        }
        median::<L>(sample.as_mut_ptr())
    }
}

/// Writes the keys below the pivot to `low` and beyond and the others before `high`; gives how many are below. These may be the two ends of one piece of memory of `count` keys or more, and
/// `low` may be `from`, with `high` elsewhere.
#[inline(always)]
unsafe fn split<L: Lanes>(
    from: *const L::Key,
    count: usize,
    encode: Option<&Code<L>>,
    low: *mut L::Key,
    high: *mut L::Key,
    pivot: L::Key,
) -> usize {
    // SAFETY: what is below is written where it was read or before. As long as two registers full are left to read, as many are left to write, so what one side writes beyond its
    // keys meets no key of the other.
    unsafe {
        let pivot = L::splat(pivot);
        let coded = |v: L| match encode {
            Some(code) => v.encode(code),
            None => v,
        };
        let (mut below, mut at) = (0, 0);
        while at + 2 * L::COUNT <= count {
            let v = coded(L::load(from.add(at)));
            below += v.deal(pivot, low.add(below), high.sub(at - below));
            at += L::COUNT;
        }
        while at < count {
            let some = L::COUNT.min(count - at);
            let v = coded(L::load_some(from.add(at), first(some)));
            below += v.deal_some(some, pivot, low.add(below), high.sub(at - below));
            at += some;
        }
        below
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_pivots_end_in_comparisons() {
        if !is_available() {
            return;
        }
        for count in [300_u64, 1000, 5000, 20_000] {
            for rounds in 0..5 {
                let mut keys: Vec<u64> = (0..count).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
                let mut expected = keys.clone();
                expected.sort_unstable();
                let (mut scratch, mut out) = (vec![0; keys.len()], vec![0; keys.len()]);
                let (from, other, to) = (keys.as_mut_ptr(), scratch.as_mut_ptr(), out.as_mut_ptr());
                // SAFETY: the CPU has the features; three vectors of one length.
                unsafe { sort::<Wide>(from, keys.len(), other, &Code::new([0; 3]), to, rounds) };
                assert!(out == expected, "{count} keys, {rounds} rounds");
            }
        }
    }
}
