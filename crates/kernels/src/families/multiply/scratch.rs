//! Room for packed operands and for results before they are rounded.

use crate::arch::large_zeros;
use std::cell::RefCell;

/// Doubles of a cache line.
const LINE: usize = 8;

/// Doubles that a thread keeps room for from one call to the next, in one piece and in how many: the system takes longer to make memory than
/// a small product takes to compute.
const KEPT: usize = 3 << 17;
const KEPT_PIECES: usize = 3;

thread_local! {
    static PIECES: RefCell<Vec<Vec<f64>>> = const { RefCell::new(Vec::new()) };
}

/// Doubles of whatever content from the edge of a cache line on: a vector that crosses an edge costs two reads.
pub struct Scratch {
    data: Vec<f64>,
    start: usize,
}

impl Scratch {
    /// Room for so many doubles.
    pub fn new(length: usize) -> Self {
        let wanted = length + LINE;
        let kept = PIECES.with_borrow_mut(|pieces| {
            let fitting = pieces.iter().position(|piece| piece.len() >= wanted);
            fitting.map(|index| pieces.swap_remove(index))
        });
        let data = kept.unwrap_or_else(|| large_zeros(wanted));
        let start = data.as_ptr().align_offset(LINE * size_of::<f64>()).min(LINE);
        Scratch { data, start }
    }

    /// The first `length` doubles, to read. Panics if there are fewer.
    pub fn get(&self, length: usize) -> &[f64] {
        &self.data[self.start..][..length]
    }

    /// The first `length` doubles, to write. Panics if there are fewer.
    pub fn get_mut(&mut self, length: usize) -> &mut [f64] {
        &mut self.data[self.start..][..length]
    }
}

impl Drop for Scratch {
    /// Keeps it unless it is large; of many pieces the largest.
    fn drop(&mut self) {
        let data = std::mem::take(&mut self.data);
        if data.len() > KEPT {
            return;
        }
        // A thread that is ending keeps nothing.
        let _ = PIECES.try_with(|pieces| {
            let mut pieces = pieces.borrow_mut();
            pieces.push(data);
            if pieces.len() > KEPT_PIECES {
                let smallest = (0..pieces.len()).min_by_key(|&index| pieces[index].len());
                smallest.map(|index| pieces.swap_remove(index));
            }
        });
    }
}
