//! Room for packed operands.

/// Doubles of a cache line.
const LINE: usize = 8;

/// Zeros from the edge of a cache line on: a vector that crosses an edge costs two reads.
pub struct Scratch {
    data: Vec<f64>,
    start: usize,
}

impl Scratch {
    /// Room for so many doubles.
    pub fn new(length: usize) -> Self {
        let data = vec![0.0; length + LINE];
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
