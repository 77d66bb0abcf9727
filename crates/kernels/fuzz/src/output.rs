//! Writing: single elements, vectors, copies, splits, pieces. Nothing beside what was meant is touched.

use super::bytes::{Bytes, quietly};
use manycore_kernels::arch::{Float, Simd, Task, WIDTH};
use manycore_kernels::{Level, Output};

pub fn output(data: &[u8]) {
    let mut bytes = Bytes(data);
    let length = usize::from(bytes.byte());
    if bytes.byte() % 2 == 0 {
        write::<f64>(&mut bytes, length);
    } else {
        write::<f32>(&mut bytes, length);
    }
}

fn write<T: Float + PartialEq + std::fmt::Debug>(bytes: &mut Bytes<'_>, length: usize) {
    let mut memory = vec![T::narrow(0.0); length].into_boxed_slice();
    let mut model = memory.to_vec();
    for step in 1..8 {
        let value = T::narrow(f64::from(step));
        let mut out = Output::from_slice(&mut memory);
        let index = bytes.place(length);
        match bytes.byte() % 5 {
            0 => {
                let done = quietly(|| out.set(index, value));
                assert_eq!(done.is_some(), index < length);
                if index < length {
                    model[index] = value;
                }
            }
            1 => {
                let inside = index <= length && length - index >= WIDTH;
                let level = Level::available().nth(usize::from(bytes.byte()) % Level::available().count());
                let done = quietly(|| {
                    level
                        .unwrap_or(Level::Portable)
                        .dispatch(Store(out, index, f64::from(step)))
                });
                assert_eq!(done.is_some(), inside);
                if inside {
                    model[index..index + WIDTH].fill(value);
                }
            }
            2 => {
                let from = vec![value; usize::from(bytes.byte() % 70)];
                let inside = index <= length && length - index >= from.len();
                let done = quietly(|| out.copy_from(index, &from));
                assert_eq!(done.is_some(), inside);
                if inside {
                    model[index..index + from.len()].fill(value);
                }
            }
            3 => {
                let parts = quietly(|| out.split_at(index));
                assert_eq!(parts.is_some(), index <= length);
                if let Some((first, mut rest)) = parts {
                    assert_eq!((first.len(), rest.len()), (index, length - index));
                    if !rest.is_empty() {
                        rest.set(0, value);
                        model[index] = value;
                    }
                }
            }
            _ => {
                let pieces = quietly(|| out.pieces(index).collect::<Vec<_>>());
                assert_eq!(pieces.is_some(), index > 0);
                for (number, mut piece) in pieces.unwrap_or_default().into_iter().enumerate() {
                    let last = piece.len() - 1;
                    piece.set(last, value);
                    model[number * index + last] = value;
                }
            }
        }
        assert_eq!(*memory, *model, "step {step}");
    }
}

struct Store<'a, T>(Output<'a, T>, usize, f64);

impl<T: Float> Task for Store<'_, T> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        self.0.store(self.1, simd.splat(self.2));
    }
}
