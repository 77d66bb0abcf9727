//! Random permutations in two steps whose pieces don't depend on one another (Rao, "Generation of random permutation of given
//! number of elements using random sampling numbers", 1961; Sandelius, 1962): every element falls into a random bucket, in
//! order; then each bucket, small enough for a cache, is shuffled by itself (Fisher and Yates). Every order is equally likely
//! if the words are random, and which element fell where, and when, can't be seen.

use super::threefry::{row, row_again};
use super::{DENSE_ROW, Key, Purpose};
use crate::arch::{Level, Output, Simd, Task, WORDS, Words};

/// Elements of a bucket, about: 128 kB of indices.
const BUCKET: usize = 32_768;

/// Elements that are dealt to buckets at a time, at least.
const DEAL: usize = 65_536;

/// Most deals, so that a bucket is gathered from few places.
const MOST_DEALS: usize = 64;

/// Most buckets: their numbers are 16-bit integers.
const MOST_BUCKETS: usize = 1 << 16;

/// Most elements: indices are 32-bit integers.
pub const MOST: usize = u32::MAX as usize;

/// How a permutation of `count` elements is cut up; depends on `count` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// Number of elements.
    pub count: usize,
    /// Number of buckets, a power of two.
    pub buckets: usize,
    /// Elements of a deal, the last one possibly shorter.
    pub deal: usize,
    /// Number of deals.
    pub deals: usize,
}

impl Partition {
    /// Panics above [`MOST`] elements.
    pub fn of(count: usize) -> Partition {
        assert!(count <= MOST, "{count} elements to permute, at most {MOST} can be");
        let buckets = count.div_ceil(BUCKET).max(1).next_power_of_two().min(MOST_BUCKETS);
        let deal = count.div_ceil(MOST_DEALS).next_multiple_of(DEAL).max(DEAL);
        Partition {
            count,
            buckets,
            deal,
            deals: count.div_ceil(deal),
        }
    }

    /// The elements of a deal.
    pub fn elements(&self, deal: usize) -> std::ops::Range<usize> {
        let first = deal * self.deal;
        first..self.count.min(first + self.deal)
    }
}

/// The words of row `number`, one an element.
#[inline(always)]
fn words<S: Simd>(simd: S, key: &Key, purpose: Purpose, number: u64) -> [[u32; WORDS]; 4] {
    row(simd, key, purpose, number).map(Words::to_array)
}

/// The elements of one deal, those of bucket 0 first, each bucket's in rising order; `starts[b]` is where bucket `b` begins, and the last
/// entry is the number of elements.
#[derive(Debug, Default)]
pub struct Dealt {
    elements: Vec<u32>,
    starts: Vec<u32>,
}

impl Dealt {
    fn bucket(&self, bucket: usize) -> &[u32] {
        &self.elements[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }

    /// Elements of a bucket.
    pub fn count(&self, bucket: usize) -> usize {
        self.bucket(bucket).len()
    }
}

/// Deals the elements of deal `number` to buckets.
pub fn deal(level: Level, key: &Key, partition: Partition, number: usize) -> Dealt {
    level.dispatch(Deal { key, partition, number })
}

struct Deal<'a> {
    key: &'a Key,
    partition: Partition,
    number: usize,
}

impl Task for Deal<'_> {
    type Output = Dealt;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Dealt {
        let Deal { key, partition, number } = self;
        let elements = partition.elements(number);
        let count = elements.len();
        if partition.buckets == 1 {
            return Dealt {
                elements: elements.map(|element| element as u32).collect(),
                starts: vec![0, count as u32],
            };
        }
        let shift = 32 - partition.buckets.trailing_zeros();
        let mut buckets = vec![0_u16; count.next_multiple_of(DENSE_ROW)];
        let mut starts = vec![0_u32; partition.buckets + 1];
        let first_row = (elements.start / DENSE_ROW) as u64;
        for (index, places) in buckets.chunks_exact_mut(DENSE_ROW).enumerate() {
            let words = words(simd, key, Purpose::Buckets, first_row + index as u64);
            for (place, word) in places.iter_mut().zip(words.as_flattened()) {
                *place = (word >> shift) as u16;
            }
        }
        buckets.truncate(count);
        for bucket in &buckets {
            starts[*bucket as usize + 1] += 1;
        }
        for bucket in 0..partition.buckets {
            starts[bucket + 1] += starts[bucket];
        }
        let mut next = starts.clone();
        let mut dealt = vec![0_u32; count];
        for (element, bucket) in elements.zip(buckets) {
            let place = &mut next[bucket as usize];
            dealt[*place as usize] = element as u32;
            *place += 1;
        }
        Dealt {
            elements: dealt,
            starts,
        }
    }
}

/// Writes the elements of `bucket` in random order; `first` is how many lie in the buckets before. Panics unless `out` holds exactly the bucket.
pub fn shuffle(level: Level, key: &Key, deals: &[Dealt], bucket: usize, first: usize, out: Output<'_, u32>) {
    level.dispatch(Shuffle {
        key,
        deals,
        bucket,
        first,
        out,
    });
}

struct Shuffle<'a> {
    key: &'a Key,
    deals: &'a [Dealt],
    bucket: usize,
    first: usize,
    out: Output<'a, u32>,
}

impl Task for Shuffle<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Shuffle {
            key,
            deals,
            bucket,
            first,
            mut out,
        } = self;
        let mut elements: Vec<u32> = Vec::with_capacity(out.len());
        for dealt in deals {
            elements.extend_from_slice(dealt.bucket(bucket));
        }
        assert_eq!(elements.len(), out.len());
        // From the last place down: the word of a place says with which of those up to it it changes.
        let mut place = elements.len();
        while place > 1 {
            let number = (first + place - 1) / DENSE_ROW;
            let words = words(simd, key, Purpose::Swaps, number as u64);
            while place > 1 && (first + place - 1) / DENSE_ROW == number {
                let index = first + place - 1;
                let other = below(simd, key, place as u32, words.as_flattened()[index % DENSE_ROW], index);
                place -= 1;
                elements.swap(place, other as usize);
            }
        }
        out.copy_from(0, &elements);
    }
}

/// One of `0 … count − 1` from a word, or from those of later attempts for element `index`.
#[inline(always)]
fn below<S: Simd>(simd: S, key: &Key, count: u32, word: u32, index: usize) -> u32 {
    let mut product = u64::from(word) * u64::from(count);
    // The costly remainder only where the cheap bound on it doesn't decide.
    if (product as u32) < count {
        let threshold = count.wrapping_neg() % count;
        let mut attempt = 0;
        while (product as u32) < threshold {
            attempt += 1;
            let words = row_again(simd, key, Purpose::Swaps, attempt, (index / DENSE_ROW) as u64);
            product = u64::from(words.as_flattened()[index % DENSE_ROW]) * u64::from(count);
        }
    }
    (product >> 32) as u32
}
