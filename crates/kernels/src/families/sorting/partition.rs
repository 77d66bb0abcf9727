//! Equal steps and buckets of the range of keys, and a chunk of items put in their order.

use super::keys::Item;

/// Keys looked at for a picture of the distribution.
const SAMPLE: usize = 8192;

/// Equal steps of the range in which most keys lie; all smaller keys share the first step, all larger ones the last.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    low: u64,
    shift: u32,
}

impl Steps {
    /// How many steps there are: enough to split a range on which most keys crowd together (random doubles from 0 to 1 lie half of them in one of
    /// some fifty octaves), few enough that a table of them stays in the first-level cache.
    pub const COUNT: usize = 8192;

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

    /// Steps for the keys that a sample, in rising order, stands for. A few outliers at both ends are left out of the range, which they would make too
    /// coarse for the rest.
    pub fn new(sample: &[u64]) -> Self {
        let count = sample.len();
        let trim = count / 256;
        let (low, high) = match (sample.get(trim), sample.get((count - trim).wrapping_sub(1))) {
            (Some(low), Some(high)) => (*low, *high),
            _ => (0, u64::MAX),
        };
        let bits = u64::BITS - (high - low).leading_zeros();
        // One step is set aside for smaller keys.
        let shift = bits.saturating_sub(Self::COUNT.ilog2() - 1);
        Steps { low, shift }
    }

    /// The step of a key.
    #[inline(always)]
    pub fn of(self, key: u64) -> usize {
        if key < self.low {
            return 0;
        }
        (((key - self.low) >> self.shift).min(Self::COUNT as u64 - 2)) as usize + 1
    }

    /// The one key of a step, if it has only one.
    pub fn only_key(self, step: usize) -> Option<u64> {
        (self.shift == 0 && step > 0 && step < Self::COUNT - 1).then(|| self.low + (step as u64 - 1))
    }
}

/// A division of all keys into buckets of rising keys: which bucket a key belongs to is a subtraction, a shift, and a look into a table.
#[derive(Debug)]
pub struct Partition {
    steps: Steps,
    /// Bucket of each step.
    bucket: Vec<u16>,
    buckets: usize,
}

impl Partition {
    /// About `buckets` (at most 32 768) buckets with about equally many of the keys that `sample` stands for.
    pub fn new(mut sample: Vec<u64>, buckets: usize) -> Self {
        sample.sort_unstable();
        let steps = Steps::new(&sample);
        let mut weights = vec![0_usize; Steps::COUNT];
        for key in &sample {
            weights[steps.of(*key)] += 1;
        }
        let share = sample.len().div_ceil(buckets.clamp(1, 1 << 15)).max(1);
        let (mut current, mut filled) = (0_u16, 0);
        let bucket = weights
            .into_iter()
            .map(|weight| {
                // A heavy step begins a bucket of its own.
                if filled > 0 && filled + weight > share {
                    current += 1;
                    filled = 0;
                }
                filled += weight;
                current
            })
            .collect();
        Partition {
            steps,
            bucket,
            buckets: usize::from(current) + 1,
        }
    }

    /// Number of buckets.
    pub fn buckets(&self) -> usize {
        self.buckets
    }

    /// The bucket of a key.
    #[inline(always)]
    pub fn bucket(&self, key: u64) -> usize {
        usize::from(self.bucket[self.steps.of(key)])
    }

    /// Puts the items of a chunk in the order of their buckets, equal buckets in the order that they have, and gives where each
    /// bucket begins, and the end. `to` is as long as `from`; a chunk has fewer than 2^32 items.
    pub fn split<I: Item>(&self, from: &[I], to: &mut [I]) -> Vec<u32> {
        let mut ends = vec![0_u32; self.buckets + 1];
        for item in from {
            ends[self.bucket(item.key()) + 1] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        let mut next = ends.clone();
        for item in from {
            let place = &mut next[self.bucket(item.key())];
            to[*place as usize] = *item;
            *place += 1;
        }
        ends
    }
}
