//! Every kernel, type and available level against the naive twins: the same bits at every length around an internal
//! boundary.

use super::order::{BLOCK, CHUNK, CHUNK_BLOCKS, LANES};
use crate::arch::{Input, Level};
use crate::ops::naive;
use crate::reduction::{InputAny, Partial, Reduction, finish, finish_all, merge, reduce_range, tree};
use proptest::prelude::*;

/// Around each internal boundary: the vector (8), the lanes (32), the block (4096), the chunk (16 blocks), and where the
/// tree changes shape.
const LENGTHS: [usize; 36] = [
    0,
    1,
    2,
    3,
    7,
    8,
    9,
    15,
    16,
    17,
    31,
    32,
    33,
    39,
    40,
    41,
    63,
    64,
    65,
    95,
    96,
    100,
    BLOCK - 33,
    BLOCK - 32,
    BLOCK - 1,
    BLOCK,
    BLOCK + 1,
    2 * BLOCK - 1,
    2 * BLOCK,
    2 * BLOCK + 1,
    3 * BLOCK + 17,
    7 * BLOCK + 5,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    3 * CHUNK + 5,
];

const OFFSETS: [usize; 3] = [0, 1, 3];

/// A small generator, so that failures can be repeated (Vigna's splitmix64).
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    /// In −1 … 1.
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// Name and element `i` of each fill.
type Fill = (&'static str, fn(&mut Random, usize) -> f64);

const FILLS: [Fill; 10] = [
    ("normal numbers", |random, _| random.unit() * 8.0),
    ("far from zero", |random, _| 1e8 + random.unit()),
    (
        "cancelling",
        |random, i| if i % 2 == 0 { 1e16 } else { -1e16 + random.unit() },
    ),
    ("zeros of both signs", |random, _| {
        if random.bits().is_multiple_of(2) { 0.0 } else { -0.0 }
    }),
    ("negative zeros", |_, _| -0.0),
    ("subnormal", |random, _| random.unit() * 1e-310),
    ("overflowing", |random, _| random.unit() * 1e300),
    ("an infinity now and then", |random, _| {
        if random.bits().is_multiple_of(1009) {
            f64::INFINITY
        } else {
            random.unit()
        }
    }),
    ("a NaN now and then", |random, _| {
        if random.bits().is_multiple_of(1511) {
            -f64::NAN
        } else {
            random.unit()
        }
    }),
    ("any bits but NaN", |random, _| {
        let number = f64::from_bits(random.bits());
        if number.is_nan() { 1.0 } else { number }
    }),
];

fn by_definition(kernel: Reduction, x: &[f64], y: &[f64]) -> Partial {
    match kernel {
        Reduction::Sum => naive::sum(x),
        Reduction::SumOfSquares => naive::sum_of_squares(x),
        Reduction::Dot => naive::dot(x, y),
        Reduction::Min => naive::min(x),
        Reduction::Max => naive::max(x),
        Reduction::Variance => naive::variance(x),
        Reduction::MinMax => naive::min_max(x),
        Reduction::ArgMin => naive::arg_min(x),
        Reduction::ArgMax => naive::arg_max(x),
        Reduction::SumOfAbsolutes => naive::sum_of_absolutes(x),
        Reduction::EuclideanNorm => naive::euclidean_norm(x),
        Reduction::Product => naive::product(x),
        Reduction::CountNonzero => naive::count_nonzero(x),
        Reduction::CountNaN => naive::count_nan(x),
        Reduction::LogSumExp => naive::log_sum_exp(x),
        Reduction::Describe => naive::describe(x),
    }
}

/// Equal bits; of a NaN, payload and sign are not promised.
fn same(a: Partial, b: Partial) -> bool {
    a.iter()
        .zip(b)
        .all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
}

fn whole(level: Level, kernel: Reduction, x: InputAny<'_>, y: InputAny<'_>) -> Partial {
    reduce_range(level, kernel, x, (kernel.inputs() == 2).then_some(y), 0, x.blocks())
}

#[test]
fn every_level_gives_the_bits_of_the_document() {
    let longest = 3 * CHUNK + 5 + 3;
    for (fill, (name, element)) in FILLS.iter().enumerate() {
        let mut random = Random(fill as u64 + 1);
        let x: Vec<f64> = (0..longest).map(|i| element(&mut random, i)).collect();
        let y: Vec<f64> = (0..longest).map(|i| element(&mut random, i)).collect();
        // The long lengths run with fewer offsets and fills: they differ from one another in the tree, not in how elements are read.
        for (length, offset) in LENGTHS
            .iter()
            .flat_map(|&length| OFFSETS.map(|offset| (length, offset)))
        {
            if length > 2 * BLOCK && (offset == 3 || fill % 3 != 0) {
                continue;
            }
            let range = offset..offset + length;
            let narrow_x: Vec<f32> = x[range.clone()].iter().map(|&x| x as f32).collect();
            let narrow_y: Vec<f32> = y[range.clone()].iter().map(|&y| y as f32).collect();
            let widened_x: Vec<f64> = narrow_x.iter().map(|&x| f64::from(x)).collect();
            let widened_y: Vec<f64> = narrow_y.iter().map(|&y| f64::from(y)).collect();
            for kernel in Reduction::ALL {
                let wanted = by_definition(kernel, &x[range.clone()], &y[range.clone()]);
                let wanted_narrow = by_definition(kernel, &widened_x, &widened_y);
                for level in Level::available() {
                    let input = |all| InputAny::F64(Input::from_slice(all).range(offset, offset + length));
                    let got = whole(level, kernel, input(&x), input(&y));
                    assert!(
                        same(got, wanted),
                        "{kernel:?} {level:?} {name} {length} {offset}: {got:?} {wanted:?}"
                    );
                    let input = |all| InputAny::F32(Input::from_slice(all));
                    let got = whole(level, kernel, input(&narrow_x), input(&narrow_y));
                    assert!(
                        same(got, wanted_narrow),
                        "f32 {kernel:?} {level:?} {name} {length}: {got:?} {wanted_narrow:?}"
                    );
                }
            }
        }
    }
}

/// One special element in every lane and position of a row, so that no lane forgets to look.
#[test]
fn a_special_element_is_seen_wherever_it_lies() {
    for length in [1, 8, 31, 32, 33, 64, 75, 100] {
        for position in 0..length {
            for special in [f64::NAN, -0.0, -7.0, 7.0, f64::INFINITY] {
                let mut x = vec![if special == 0.0 { 0.0 } else { 1.0 }; length];
                x[position] = special;
                for kernel in Reduction::ALL.into_iter().filter(|kernel| kernel.inputs() == 1) {
                    let wanted = by_definition(kernel, &x, &[]);
                    for level in Level::available() {
                        let input = InputAny::F64(Input::from_slice(&x));
                        let got = whole(level, kernel, input, input);
                        assert!(
                            same(got, wanted),
                            "{kernel:?} {level:?} {special} at {position} of {length}"
                        );
                        let narrow: Vec<f32> = x.iter().map(|&x| x as f32).collect();
                        let input = InputAny::F32(Input::from_slice(&narrow));
                        let got = whole(level, kernel, input, input);
                        assert!(
                            same(got, wanted),
                            "f32 {kernel:?} {level:?} {special} at {position} of {length}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn any_cut_into_chunks_merges_to_the_same_root() {
    let mut random = Random(99);
    let x: Vec<f64> = (0..5 * CHUNK + 3 * BLOCK + 7).map(|_| 3.0 + random.unit()).collect();
    let input = InputAny::F64(Input::from_slice(&x));
    for kernel in Reduction::ALL {
        let wanted = whole(Level::Portable, kernel, input, input);
        let y = (kernel.inputs() == 2).then_some(input);
        for level in Level::available() {
            for blocks in [1, 2, CHUNK_BLOCKS, 4 * CHUNK_BLOCKS] {
                let parts = (0..input.blocks())
                    .step_by(blocks)
                    .map(|first| reduce_range(level, kernel, input, y, first, input.blocks().min(first + blocks)));
                assert!(
                    same(tree(kernel, parts), wanted),
                    "{kernel:?} {level:?} in runs of {blocks}"
                );
            }
        }
    }
}

#[test]
fn nothing_gives_the_identity() {
    let empty = InputAny::F64(Input::from_slice(&[]));
    for kernel in Reduction::ALL {
        let wanted = by_definition(kernel, &[], &[]);
        for level in Level::available() {
            assert!(same(whole(level, kernel, empty, empty), wanted), "{kernel:?}");
        }
        assert!(same(tree(kernel, []), wanted), "{kernel:?}");
    }
    assert_eq!(finish(Reduction::Min, tree(Reduction::Min, [])), f64::INFINITY);
    assert_eq!(finish(Reduction::Product, tree(Reduction::Product, [])), 1.0);
}

#[test]
fn merge_is_one_node_of_the_tree() {
    for kernel in Reduction::ALL {
        let a = [10.0, 2.5, 3.0, 1.0, 2.0, -1.0, 4.0, 25.0];
        let b = [4.0, -1.0, 0.5, 2.0, 1.0, -3.0, 2.0, -4.0];
        assert_eq!(merge(kernel, a, b), tree(kernel, [a, b]));
    }
}

#[test]
fn a_nan_leaves_without_payload() {
    let odd = f64::from_bits(0xfff7_ffff_dead_beef);
    for kernel in Reduction::ALL {
        let x = [1.0, odd];
        let input = InputAny::F64(Input::from_slice(&x));
        let root = whole(Level::current(), kernel, input, input);
        for value in finish_all(root) {
            assert!(!value.is_nan() || value.to_bits() == f64::NAN.to_bits(), "{kernel:?}");
        }
        let value = finish(kernel, root);
        assert!(!value.is_nan() || value.to_bits() == f64::NAN.to_bits(), "{kernel:?}");
    }
}

/// Where the norm changes its scale, in a block and between blocks.
#[test]
fn norms_of_any_scale_give_the_bits_of_the_document() {
    let sizes = [0.0, 5e-324, 1e-200, 1e-140, 1e-134, 1.0, 1e140, 1e146, 1e200, 1e308];
    for first in sizes {
        for second in sizes {
            let mut x = vec![first; BLOCK];
            x.extend(vec![second; BLOCK + 5]);
            x.extend(vec![first; 40]);
            x[17] = second;
            let wanted = naive::euclidean_norm(&x);
            for level in Level::available() {
                let input = InputAny::F64(Input::from_slice(&x));
                let got = whole(level, Reduction::EuclideanNorm, input, input);
                assert!(same(got, wanted), "{level:?} {first} {second}: {got:?} {wanted:?}");
            }
            let [s, scale, ..] = wanted;
            let largest = first.max(second);
            let rest = x.iter().map(|x| {
                if largest == 0.0 {
                    0.0
                } else {
                    (x / largest) * (x / largest)
                }
            });
            let truth = largest * rest.sum::<f64>().sqrt();
            let got = s.sqrt() * scale;
            assert!(
                got == truth || (got - truth).abs() <= 1e-12 * truth || (got - truth).abs() < 1e-320,
                "{first} {second}: {got} {truth}"
            );
        }
    }
}

/// The first of equal elements, of NaNs, and of zeros of both signs, wherever it lies.
#[test]
fn the_first_extreme_is_found() {
    let mut random = Random(5);
    for length in [1, 9, 40, BLOCK - 1, BLOCK, 2 * BLOCK + 100] {
        for round in 0..60 {
            let kinds = if round % 4 == 0 { 7 } else { 4 };
            let mut x: Vec<f64> = vec![if round % 3 == 0 { 0.0 } else { 1.0 }; length];
            for _ in 0..1 + random.bits() % 6 {
                let place = random.bits() as usize % length;
                let kind = random.bits() as usize % kinds;
                x[place] = [-0.0, 0.0, 2.0, -2.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN][kind];
            }
            if round == 1 {
                x.fill(f64::INFINITY);
            }
            let input = InputAny::F64(Input::from_slice(&x));
            for kernel in [Reduction::ArgMin, Reduction::ArgMax] {
                let wanted = by_definition(kernel, &x, &[]);
                for level in Level::available() {
                    let got = whole(level, kernel, input, input);
                    assert!(same(got, wanted), "{kernel:?} {level:?} {got:?} {wanted:?}");
                    let parts = (0..input.blocks()).map(|at| reduce_range(level, kernel, input, None, at, at + 1));
                    assert!(same(tree(kernel, parts), wanted), "{kernel:?} {level:?} in blocks");
                }
            }
        }
    }
}

#[test]
fn names_and_numbers_agree() {
    for (id, kernel) in Reduction::ALL.into_iter().enumerate() {
        assert_eq!(kernel as usize, id);
        assert_eq!(Reduction::from_id(id as u32), Some(kernel));
        assert_eq!(kernel.name(), Reduction::NAMES[id]);
    }
    assert_eq!(Reduction::from_id(16), None);
}

#[test]
#[should_panic(expected = "inputs of 3 and 2 elements")]
fn operands_of_two_lengths_panic() {
    let x = [1.0, 2.0, 3.0];
    let (long, short) = (
        InputAny::F64(Input::from_slice(&x)),
        InputAny::F64(Input::from_slice(&x[1..])),
    );
    reduce_range(Level::current(), Reduction::Dot, long, Some(short), 0, 1);
}

#[test]
#[should_panic(expected = "inputs of two types")]
fn operands_of_two_types_panic() {
    let (wide, narrow) = ([1.0], [1.0_f32]);
    let (wide, narrow) = (
        InputAny::F64(Input::from_slice(&wide)),
        InputAny::F32(Input::from_slice(&narrow)),
    );
    reduce_range(Level::current(), Reduction::Dot, wide, Some(narrow), 0, 1);
}

#[test]
fn blocks_hold_whole_rows() {
    assert_eq!((LANES, BLOCK, CHUNK), (32, 4096, 65536));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_numbers_give_the_bits_of_the_document(
        x in prop::collection::vec(prop::num::f64::ANY, 0..10_000),
        offset in 0_usize..9,
    ) {
        let offset = offset.min(x.len());
        let input = InputAny::F64(Input::from_slice(&x).range(offset, x.len()));
        for kernel in Reduction::ALL {
            let wanted = by_definition(kernel, &x[offset..], &x[offset..]);
            for level in Level::available() {
                let got = whole(level, kernel, input, input);
                prop_assert!(same(got, wanted), "{:?} {:?}: {:?} {:?}", kernel, level, got, wanted);
            }
        }
    }
}
