//! Threefry-4×32 with 20 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011): additions,
//! rotations and exclusive ors of 32-bit words, which vector units and JavaScript do equally well. 12 rounds pass BigCrush
//! by its authors' account; 20 are their default.

use super::Purpose;
use crate::arch::{Simd, Task, WORDS, Words};

/// What a seed comes to: 128 bits, the lowest first, and the parity word of Threefry.
#[derive(Clone, Copy, Debug)]
pub struct Key([u32; 5]);

impl Key {
    /// From the four words of a seed, the lowest first.
    pub const fn new(seed: [u32; 4]) -> Self {
        Key([
            seed[0],
            seed[1],
            seed[2],
            seed[3],
            0x1bd1_1bda ^ seed[0] ^ seed[1] ^ seed[2] ^ seed[3],
        ])
    }
}

/// Two words of every lane: `a += b`, `b = rotate(b) ^ a`.
#[inline(always)]
fn mix<W: Words>(a: &mut W, b: &mut W, count: u32) {
    *a = a.add(*b);
    *b = b.rotate_left(count).xor(*a);
}

#[inline(always)]
fn inject<W: Words>(word: &mut W, key: u32) {
    *word = word.add(word.splat(key));
}

/// Row `row`: sixteen blocks, the words 0 of all of them first. Counter: block number (two words), purpose, attempt (0 here).
#[inline(always)]
pub(super) fn row<S: Simd>(simd: S, key: &Key, purpose: Purpose, row: u64) -> [S::Words; 4] {
    let counters = counters(simd, purpose, 0, row);
    if S::Words::IN_REGISTERS {
        return encrypt(key, counters);
    }
    simd.apart(Encrypt(key, counters.map(Words::to_array)))
        .map(|words| simd.words(words))
}

/// The same on the `attempt`-th try, which is rare.
#[inline(always)]
pub(super) fn row_again<S: Simd>(simd: S, key: &Key, purpose: Purpose, attempt: u32, row: u64) -> [[u32; WORDS]; 4] {
    simd.apart(Encrypt(key, counters(simd, purpose, attempt, row).map(Words::to_array)))
}

#[inline(always)]
fn counters<S: Simd>(simd: S, purpose: Purpose, attempt: u32, row: u64) -> [S::Words; 4] {
    let block = row * WORDS as u64;
    // The sixteen block numbers of a row share all but their four lowest bits.
    let lanes = simd.words([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    [
        lanes.add(lanes.splat(block as u32)),
        lanes.splat((block >> 32) as u32),
        lanes.splat(purpose as u32),
        lanes.splat(attempt),
    ]
}

/// Counters to blocks, as a function of its own: several kilobytes of instructions.
struct Encrypt<'a>(&'a Key, [[u32; WORDS]; 4]);

impl Task for Encrypt<'_> {
    type Output = [[u32; WORDS]; 4];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        encrypt(self.0, self.1.map(|words| simd.words(words))).map(Words::to_array)
    }
}

/// Sixteen counters to sixteen blocks.
#[inline(always)]
fn encrypt<W: Words>(key: &Key, counters: [W; 4]) -> [W; 4] {
    let Key(keys) = key;
    let [mut w0, mut w1, mut w2, mut w3] = counters;
    inject(&mut w0, keys[0]);
    inject(&mut w1, keys[1]);
    inject(&mut w2, keys[2]);
    inject(&mut w3, keys[3]);
    // Written out, since rotations by a constant are instructions of their own.
    macro_rules! four_rounds {
        ($number:expr, $($a:literal $b:literal $c:literal $d:literal),+) => {
            four_rounds!(@ $($a, $b, w1, w3; $c, $d, w3, w1);+);
            inject(&mut w0, keys[$number % 5]);
            inject(&mut w1, keys[($number + 1) % 5]);
            inject(&mut w2, keys[($number + 2) % 5]);
            inject(&mut w3, keys[($number + 3) % 5].wrapping_add($number));
        };
        (@ $($a:literal, $b:literal, $with0:ident, $with2:ident);+) => {
            $(
                mix(&mut w0, &mut $with0, $a);
                mix(&mut w2, &mut $with2, $b);
            )+
        };
    }
    four_rounds!(1, 10 26 11 21, 13 27 23 5);
    four_rounds!(2, 6 20 17 11, 25 10 18 20);
    four_rounds!(3, 10 26 11 21, 13 27 23 5);
    four_rounds!(4, 6 20 17 11, 25 10 18 20);
    four_rounds!(5, 10 26 11 21, 13 27 23 5);
    [w0, w1, w2, w3]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Level;

    /// Row of swaps on the seventh attempt.
    struct Row(Key, u64);

    impl Task for Row {
        type Output = [[u32; WORDS]; 4];
        #[inline(always)]
        fn run<S: Simd>(self, simd: S) -> Self::Output {
            row_again(simd, &self.0, Purpose::Swaps, 7, self.1)
        }
    }

    /// Known answers of Random123 (its `kat_vectors`, threefry4x32 with 20 rounds): counter, key, block.
    const KNOWN: [[[u32; 4]; 3]; 3] = [
        [[0; 4], [0; 4], [0x9c6c_a96a, 0xe17e_ae66, 0xfc10_ecd4, 0x5256_a7d8]],
        [
            [u32::MAX; 4],
            [u32::MAX; 4],
            [0x2a88_1696, 0x5701_2287, 0xf6c7_446e, 0xa16a_6732],
        ],
        [
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0, 0x082e_fa98, 0xec4e_6c89],
            [0x59cd_1dbb, 0xb887_9579, 0x86b5_d00c, 0xac8b_6d84],
        ],
    ];

    #[test]
    fn known_answers() {
        for [counter, key, block] in KNOWN {
            for level in Level::available() {
                let words = level.dispatch(Encrypt(&Key::new(key), counter.map(|word| [word; WORDS])));
                assert_eq!(words, block.map(|word| [word; WORDS]), "{level:?}");
            }
        }
    }

    #[test]
    fn a_row_is_sixteen_counters_one_after_the_other() {
        let key = Key::new([1, 2, 3, 4]);
        for number in [0, 1, (1 << 28) - 1, 1 << 28, (1 << 60) - 1] {
            for level in Level::available() {
                let words = level.dispatch(Row(key, number));
                for lane in 0..WORDS {
                    let block = number * WORDS as u64 + lane as u64;
                    let counter = [block as u32, (block >> 32) as u32, 4, 7];
                    let alone = level.dispatch(Encrypt(&key, counter.map(|word| [word; WORDS])));
                    assert_eq!(words.map(|word| word[lane]), alone.map(|word| word[0]), "{level:?}");
                }
            }
        }
    }
}
