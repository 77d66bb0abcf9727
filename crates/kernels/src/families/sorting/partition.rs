//! Buckets of the range of keys, and a chunk of items put in their order.

use super::keys::Item;

/// Keys looked at for a picture of the distribution.
const SAMPLE: usize = 8192;
/// Equal steps of the range in which most keys lie. All smaller keys share the first, all larger ones the last.
const STEPS: usize = 4096;
/// Most buckets that a step is cut into.
const MOST_CUTS: u32 = 10;

/// A division of all keys into buckets of rising keys, about equally full: a step where few keys lie is joined with its neighbours, one where many lie is cut
/// up. So keys that crowd together are told apart (random doubles from 0 to 1 lie half of them in one of fifty octaves, normal ones in a few of
/// two thousand), at the cost of a look into a table that stays in the first-level cache.
#[derive(Debug)]
pub struct Partition {
    /// The least key of the second step.
    low: u64,
    /// Bits of a key within its step.
    shift: u32,
    cuts: Box<[Cuts; STEPS]>,
    /// Where each bucket's keys begin; the last bucket has no end.
    starts: Vec<u128>,
}

/// How a step falls into buckets.
#[derive(Clone, Copy, Debug, Default)]
struct Cuts {
    /// The bucket of its least keys.
    first: u16,
    /// Bits of a key within its bucket.
    shift: u16,
}

/// What is known of the keys of a bucket: they are `low … low + 2^bits − 1` at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// No key is smaller.
    pub low: u64,
    /// Bits of the difference to it.
    pub bits: u32,
}

impl Partition {
    /// Places of a sample in an input of `length`: evenly spread.
    pub fn sample_places(length: usize) -> impl Iterator<Item = usize> {
        let count = SAMPLE.min(length);
        // Fixed point, so that the product can't overflow.
        let step = if count == 0 {
            0
        } else {
            ((length as u128) << 32) / count as u128
        };
        (0..count as u128).map(move |place| ((place * step) >> 32) as usize)
    }

    /// About `buckets` (at most 4096; up to three times as many come about) for the keys that `sample` stands for.
    pub fn new(mut sample: Vec<u64>, buckets: usize) -> Self {
        sample.sort_unstable();
        let count = sample.len();
        // A few outliers at both ends would make the steps too coarse for the rest.
        let trim = count / 256;
        let (low, high) = match (sample.get(trim), sample.get((count - trim).wrapping_sub(1))) {
            (Some(low), Some(high)) => (*low, *high),
            _ => (0, u64::MAX),
        };
        let bits = u64::BITS - (high - low).leading_zeros();
        // One step is set aside for smaller keys.
        let shift = bits.saturating_sub(STEPS.ilog2() - 1);
        let mut weights = vec![0_usize; STEPS];
        for key in &sample {
            weights[step(*key, low, shift)] += 1;
        }
        let share = count.div_ceil(buckets.clamp(1, 4096)).max(1);
        let mut cuts = Box::new([Cuts::default(); STEPS]);
        // Wider than keys: the end of the last step may lie beyond them.
        let mut starts: Vec<u128> = Vec::with_capacity(3 * buckets);
        // What a bucket that takes no more counts as.
        const FULL: usize = usize::MAX;
        let mut filled = FULL;
        for (step, (cuts, weight)) in cuts.iter_mut().zip(weights).enumerate() {
            let start = if step == 0 {
                0
            } else {
                u128::from(low) + ((step as u128 - 1) << shift)
            };
            // The ends of the range are of unknown width, and buckets of their own.
            let ends = step == 0 || step == STEPS - 1;
            let wanted = weight.div_ceil(share).next_power_of_two().ilog2();
            let halvings = if ends { 0 } else { wanted.min(shift).min(MOST_CUTS) };
            if halvings == 0 && !ends && filled.saturating_add(weight) <= share {
                filled += weight;
                *cuts = Cuts {
                    first: starts.len() as u16 - 1,
                    shift: shift as u16,
                };
                continue;
            }
            *cuts = Cuts {
                first: starts.len() as u16,
                shift: (shift - halvings) as u16,
            };
            starts.extend((0..1_u128 << halvings).map(|cut| start + (cut << (shift - halvings))));
            filled = if halvings > 0 || ends { FULL } else { weight };
        }
        Partition {
            low,
            shift,
            cuts,
            starts,
        }
    }

    /// Number of buckets.
    pub fn buckets(&self) -> usize {
        self.starts.len()
    }

    /// The bucket of a key.
    #[inline(always)]
    pub fn bucket(&self, key: u64) -> usize {
        let step = step(key, self.low, self.shift);
        let cuts = self.cuts[step];
        // A mask instead of the step's start; the ends of the range are never cut, and have all of it.
        let within = key.wrapping_sub(self.low) & ((1 << self.shift) - 1);
        usize::from(cuts.first) + (within >> cuts.shift) as usize
    }

    /// Where the keys of a bucket lie; `None` for the first and the last, whose width nobody knows.
    pub fn extent(&self, bucket: usize) -> Option<Extent> {
        if bucket == 0 || bucket + 1 >= self.starts.len() {
            return None;
        }
        let width = self.starts[bucket + 1] - self.starts[bucket];
        Some(Extent {
            low: self.starts[bucket] as u64,
            bits: u128::BITS - (width - 1).leading_zeros(),
        })
    }

    /// For a chunk; `buckets` is memory for one of its items each.
    pub fn counter<'a>(&'a self, buckets: &'a mut Vec<u16>) -> Counter<'a> {
        buckets.clear();
        Counter {
            partition: self,
            buckets,
            counts: vec![0; self.buckets()],
        }
    }
}

/// Counts a chunk's items by bucket, and then puts them in that order.
#[derive(Debug)]
pub struct Counter<'a> {
    partition: &'a Partition,
    /// The bucket of each item so far.
    buckets: &'a mut Vec<u16>,
    counts: Vec<u32>,
}

impl Counter<'_> {
    /// Counts the chunk's next items. A chunk has fewer than 2^32.
    #[inline]
    pub fn count<I: Item>(&mut self, items: &[I]) {
        let Counter {
            partition,
            buckets,
            counts,
        } = self;
        buckets.extend(items.iter().map(|item| {
            let bucket = partition.bucket(item.key());
            counts[bucket] += 1;
            bucket as u16
        }));
    }

    /// Puts the items that were counted, all of them, in the order of their buckets, equal buckets in the order that they have, and gives where each
    /// bucket begins, and the end. `to` is as long as `from`.
    pub fn split<I: Item>(self, from: &[I], to: &mut [I]) -> Vec<u32> {
        let mut next = self.counts;
        let mut ends = Vec::with_capacity(next.len() + 1);
        let mut total = 0;
        for count in &mut next {
            ends.push(total);
            (*count, total) = (total, total + *count);
        }
        ends.push(total);
        for (item, bucket) in from.iter().zip(self.buckets.iter()) {
            let place = &mut next[usize::from(*bucket)];
            to[*place as usize] = *item;
            *place += 1;
        }
        ends
    }
}

#[inline(always)]
fn step(key: u64, low: u64, shift: u32) -> usize {
    if key < low {
        return 0;
    }
    (((key - low) >> shift).min(STEPS as u64 - 2)) as usize + 1
}
