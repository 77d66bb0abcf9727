//! Random numbers on one thread or many. An element depends on the seed and its index alone, so the pieces are drawn in any order.

use crate::cancel::{Cancel, Outcome};
use crate::parallel::{run_chunks, run_pieces};
use manycore_kernels::arch::Element;
use manycore_kernels::array::ArrayMut;
use manycore_kernels::random::integers::{Integer, Range, integers};
use manycore_kernels::random::normal::{Normal, normal};
use manycore_kernels::random::permutation::{Dealt, Partition, deal, shuffle};
use manycore_kernels::random::uniform::{Interval, Uniform, uniform};
use manycore_kernels::random::{Key, PIECE};
use manycore_kernels::{Level, Output};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub enum Draw {
    /// Uniform numbers; floats and doubles.
    Uniform(Interval),
    /// Normal numbers; floats and doubles.
    Normal(Normal),
    /// Integers; of every kind, or doubles.
    Integers(Range),
}

/// Writes elements `first … first + out.len() − 1` on at most `threads` threads, this one included. `cancel` is polled between pieces of
/// 16 384 elements. Panics when `first` is no multiple of that, or the kind of array doesn't go with what is drawn.
pub fn random(
    level: Level,
    key: &Key,
    draw: Draw,
    first: u64,
    out: ArrayMut<'_>,
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<()> {
    let call = Call {
        level,
        key,
        first,
        threads,
        cancel,
    };
    match (draw, out) {
        (Draw::Uniform(interval), ArrayMut::F64(out)) => call.uniform(interval, out),
        (Draw::Uniform(interval), ArrayMut::F32(out)) => call.uniform(interval, out),
        (Draw::Normal(parameters), ArrayMut::F64(out)) => {
            call.pieces(out, |first, out| normal(level, key, parameters, first, out))
        }
        (Draw::Normal(parameters), ArrayMut::F32(out)) => {
            call.pieces(out, |first, out| normal(level, key, parameters, first, out))
        }
        (Draw::Integers(range), ArrayMut::I8(out)) => call.integers(range, out),
        (Draw::Integers(range), ArrayMut::U8(out)) => call.integers(range, out),
        (Draw::Integers(range), ArrayMut::I16(out)) => call.integers(range, out),
        (Draw::Integers(range), ArrayMut::U16(out)) => call.integers(range, out),
        (Draw::Integers(range), ArrayMut::I32(out)) => call.integers(range, out),
        (Draw::Integers(range), ArrayMut::U32(out)) => call.integers(range, out),
        (Draw::Integers(range), ArrayMut::I64(out)) => call.integers(range, out),
        (Draw::Integers(range), ArrayMut::U64(out)) => call.integers(range, out),
        (Draw::Integers(range), ArrayMut::F64(out)) => call.integers(range, out),
        (draw, out) => panic!("{draw:?} into an array of {}", out.element_type().name()),
    }
}

struct Call<'a> {
    level: Level,
    key: &'a Key,
    first: u64,
    threads: usize,
    cancel: Option<&'a Cancel>,
}

impl Call<'_> {
    fn uniform<T: Uniform>(&self, interval: Interval, out: Output<'_, T>) -> Outcome<()> {
        self.pieces(out, |first, out| uniform(self.level, self.key, interval, first, out))
    }

    fn integers<T: Integer>(&self, range: Range, out: Output<'_, T>) -> Outcome<()> {
        self.pieces(out, |first, out| integers(self.level, self.key, range, first, out))
    }

    fn pieces<T: Element>(&self, out: Output<'_, T>, work: impl Fn(u64, Output<'_, T>) + Sync) -> Outcome<()> {
        if out.len() <= PIECE {
            // Nothing to share out, and no list of pieces to make.
            return match catch_unwind(AssertUnwindSafe(|| work(self.first, out))) {
                Ok(()) => Outcome::Done(()),
                Err(payload) => Outcome::Panicked(payload),
            };
        }
        run_pieces(self.threads, out, PIECE, self.cancel, |number, out| {
            work(self.first + (number * PIECE) as u64, out);
        })
    }
}

/// Writes 0 … out.len() − 1 in random order, on at most `threads` threads, this one included. Needs memory for as many indices again.
/// `cancel` is polled between deals and between buckets of some 32 768 elements.
pub fn permutation(
    level: Level,
    key: &Key,
    out: Output<'_, u32>,
    threads: usize,
    cancel: Option<&Cancel>,
) -> Outcome<()> {
    let partition = Partition::of(out.len());
    let deals = match run_chunks(threads, partition.deals, cancel, |number| {
        deal(level, key, partition, number)
    }) {
        Outcome::Done(deals) => deals,
        other => return other.map(drop),
    };
    let mut buckets = Vec::with_capacity(partition.buckets);
    let (mut first, mut rest) = (0, out);
    for bucket in 0..partition.buckets {
        let count = deals.iter().map(|dealt: &Dealt| dealt.count(bucket)).sum();
        let (place, others) = rest.split_at(count);
        buckets.push((first, Mutex::new(Some(place))));
        first += count;
        rest = others;
    }
    run_chunks(threads, partition.buckets, cancel, |bucket| {
        let (first, place) = &buckets[bucket];
        if let Some(place) = place.lock().unwrap_or_else(PoisonError::into_inner).take() {
            shuffle(level, key, &deals, bucket, *first, place);
        }
    })
    .map(drop)
}
