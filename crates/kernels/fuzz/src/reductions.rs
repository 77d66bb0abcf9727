//! Reductions over parts of arrays: every level the bits of the plainest, whatever the cut.

use super::bytes::Bytes;
use manycore_kernels::order::CHUNK_BLOCKS;
use manycore_kernels::reduction::{Reduction, reduce_range, tree};
use manycore_kernels::{Input, InputAny, Level, Partial};

pub fn reductions(data: &[u8]) {
    let mut bytes = Bytes(data);
    let Some(&kernel) = Reduction::ALL.get(usize::from(bytes.byte()) % Reduction::ALL.len()) else {
        return;
    };
    let length = bytes.word() as usize % 200_000;
    let offset = usize::from(bytes.byte()) % (length + 1);
    let blocks = 1 + usize::from(bytes.byte()) % (2 * CHUNK_BLOCKS);
    let seed = bytes.word();
    let number = |index: usize| {
        let bits = (index as u64 + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        f64::from((bits >> 40) as i32 - (1 << 23))
    };
    if bytes.byte() % 2 == 0 {
        let x: Box<[f64]> = (0..length).map(number).collect();
        let input = Input::from_slice(&x).range(offset, length);
        compare(kernel, InputAny::F64(input), blocks);
    } else {
        let x: Box<[f32]> = (0..length).map(|index| number(index) as f32).collect();
        let input = Input::from_slice(&x).range(offset, length);
        compare(kernel, InputAny::F32(input), blocks);
    }
}

fn compare(kernel: Reduction, x: InputAny<'_>, blocks: usize) {
    let y = (kernel.inputs() == 2).then_some(x);
    let plain = reduce_range(Level::Portable, kernel, x, y, 0, x.blocks());
    for level in Level::available() {
        let whole = reduce_range(level, kernel, x, y, 0, x.blocks());
        assert!(same(whole, plain), "{kernel:?} {level:?}: {whole:?} {plain:?}");
    }
    // Chunks are aligned powers of two of blocks.
    let blocks = blocks.next_power_of_two();
    let parts = (0..x.blocks())
        .step_by(blocks)
        .map(|first| reduce_range(Level::current(), kernel, x, y, first, x.blocks().min(first + blocks)));
    let cut = tree(kernel, parts);
    assert!(
        x.is_empty() || same(cut, plain),
        "{kernel:?} in runs of {blocks}: {cut:?} {plain:?}"
    );
}

fn same(a: Partial, b: Partial) -> bool {
    a.iter()
        .zip(b)
        .all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}
