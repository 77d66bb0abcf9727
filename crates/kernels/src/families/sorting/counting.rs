//! Keys of at most 16 bits: count them, and write each as often as it was seen.

use super::keys::Item;

/// A key that is small enough to be counted.
pub trait SmallKey: Item {
    /// How many different keys there are.
    const KEYS: usize;

    /// The key with a number below [`SmallKey::KEYS`].
    fn of(index: usize) -> Self;
}

impl SmallKey for u8 {
    const KEYS: usize = 1 << 8;

    fn of(index: usize) -> Self {
        index as u8
    }
}

impl SmallKey for u16 {
    const KEYS: usize = 1 << 16;

    fn of(index: usize) -> Self {
        index as u16
    }
}

/// How often each key was seen.
#[derive(Clone, Debug)]
pub struct Counts(Vec<u64>);

impl Counts {
    /// Counts keys of `K`.
    pub fn of<K: SmallKey>(keys: impl Iterator<Item = K>) -> Self {
        // Neighbours are often equal; two rows of counters keep one increment from waiting for the other.
        let mut rows = vec![[0_u64; 2]; K::KEYS];
        for (place, key) in keys.enumerate() {
            rows[key.key() as usize][place & 1] += 1;
        }
        Counts(rows.into_iter().map(|[even, odd]| even + odd).collect())
    }

    /// Counts of several parts, together.
    pub fn total(parts: impl IntoIterator<Item = Counts>) -> Option<Self> {
        parts.into_iter().reduce(|mut total, part| {
            total
                .0
                .iter_mut()
                .zip(part.0)
                .for_each(|(total, count)| *total += count);
            total
        })
    }

    /// The runs of equal keys that places `from … to − 1` of the sorted keys consist of: key and length.
    pub fn runs<K: SmallKey>(&self, from: usize, to: usize) -> impl Iterator<Item = (K, usize)> {
        let mut end = 0_usize;
        self.0.iter().enumerate().filter_map(move |(key, count)| {
            let start = end;
            end += *count as usize;
            let (first, last) = (start.max(from), end.min(to));
            (first < last).then(|| (K::of(key), last - first))
        })
    }
}
