//! Results that were computed in double and are wanted as floats.

use crate::arch::{Input, Level, Output, Simd, Task, WIDTH};

/// Rounds each number once, to nearest even. Panics unless there are as many places as numbers.
pub fn round_to_floats(level: Level, numbers: &[f64], out: Output<'_, f32>) {
    assert!(numbers.len() == out.len());
    level.dispatch(Round {
        numbers: Input::from_slice(numbers),
        out,
    });
}

struct Round<'a> {
    numbers: Input<'a, f64>,
    out: Output<'a, f32>,
}

impl Task for Round<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let whole = self.numbers.len() / WIDTH * WIDTH;
        for index in (0..whole).step_by(WIDTH) {
            self.out.store(index, self.numbers.load(simd, index));
        }
        for index in whole..self.numbers.len() {
            self.out.set(index, self.numbers.get(index) as f32);
        }
    }
}
