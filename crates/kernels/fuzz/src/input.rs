//! Reading: ranges, single elements, vectors, rows. What is in bounds gives the elements of a slice, everything else a panic.

use super::bytes::{Bytes, quietly};
use manycore_kernels::arch::{Element, Simd, Task, Vector, WIDTH};
use manycore_kernels::{Input, Level};

pub fn input(data: &[u8]) {
    let mut bytes = Bytes(data);
    let length = usize::from(bytes.byte());
    match bytes.byte() % 4 {
        0 => look::<f64>(&mut bytes, length, |index| index as f64),
        1 => look::<f32>(&mut bytes, length, |index| index as f32),
        2 => look::<i16>(&mut bytes, length, |index| index as i16),
        _ => look::<u64>(&mut bytes, length, |index| index as u64),
    }
}

fn look<T: Element>(bytes: &mut Bytes<'_>, length: usize, element: impl Fn(usize) -> T) {
    // No spare capacity: the sanitizer sees a step beyond.
    let slice: Box<[T]> = (0..length).map(element).collect();
    let mut input = Input::from_slice(&slice);
    let mut start = 0;
    for _ in 0..8 {
        let left = input.len();
        match bytes.byte() % 4 {
            0 => {
                let (from, to) = (bytes.place(left), bytes.place(left));
                let inside = from <= to && to <= left;
                let part = quietly(|| input.range(from, to));
                assert_eq!(part.is_some(), inside, "range {from}..{to} of {left}");
                if let Some(part) = part {
                    assert_eq!(part.len(), to - from);
                    (input, start) = (part, start + from);
                }
            }
            1 => {
                let index = bytes.place(left);
                let value = quietly(|| input.get(index));
                assert_eq!(
                    value,
                    (index < left).then(|| (start + index) as f64),
                    "{index} of {left}"
                );
            }
            2 => {
                let index = bytes.place(left);
                let inside = index <= left && left - index >= WIDTH;
                for level in Level::available() {
                    let lanes = quietly(|| level.dispatch(Load(input, index)));
                    let wanted = inside.then(|| std::array::from_fn(|lane| (start + index + lane) as f64));
                    assert_eq!(lanes, wanted, "{index} of {left}");
                }
            }
            _ => {
                let (stride, first) = (bytes.place(left.min(40)), bytes.place(9));
                let inside = stride > 0 && first <= stride && stride - first >= 2 * WIDTH;
                for level in Level::available() {
                    let sum = quietly(|| level.dispatch(SumRows(input, stride, first)));
                    let wanted = inside.then(|| {
                        let rows = (0..left / stride).map(|row| row * stride + first);
                        rows.flat_map(|from| from..from + 2 * WIDTH)
                            .map(|index| (start + index) as f64)
                            .sum()
                    });
                    assert_eq!(sum, wanted, "rows of {stride} from {first} of {left}");
                }
            }
        }
    }
}

struct Load<'a, T>(Input<'a, T>, usize);

impl<T: Element> Task for Load<'_, T> {
    type Output = [f64; WIDTH];
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Self::Output {
        self.0.load(simd, self.1).to_array()
    }
}

/// The sum of two vectors of each row; small integers, so exact in any order.
struct SumRows<'a, T>(Input<'a, T>, usize, usize);

impl<T: Element> Task for SumRows<'_, T> {
    type Output = f64;
    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> f64 {
        let rows = self.0.rows::<S, 2>(simd, self.1, self.2);
        rows.flat_map(|row| row.map(|vector| vector.to_array().iter().sum::<f64>()))
            .sum()
    }
}
