//! Random numbers: what is drawn travels as a number.

use crate::callback::settle::{self, Settled};
use crate::callback::{Call, Fault, Value};
use manycore_exec::{Draw, Outcome};
use manycore_kernels::Level;
use manycore_kernels::array::{ArrayMut, ElementType};
use manycore_kernels::random::Key;
use manycore_kernels::random::integers::Range;
use manycore_kernels::random::normal::Normal;
use manycore_kernels::random::uniform::Interval;

/// The four words of a seed from argument `first` on.
fn key(call: &Call, first: usize) -> Result<Key, Fault> {
    Ok(Key::new([
        call.integer(first)?,
        call.integer(first + 1)?,
        call.integer(first + 2)?,
        call.integer(first + 3)?,
    ]))
}

/// The parameters from argument 8 on, of what `kind` names.
fn draw(call: &Call, kind: u32) -> Result<Draw, Fault> {
    let number = |index| {
        let missing = || Fault::internal(format!("native argument {index} is not a number"));
        call.number(index).ok_or_else(missing)
    };
    let words = |index| Ok::<u64, Fault>(u64::from(call.integer(index)?) << 32 | u64::from(call.integer(index + 1)?));
    match kind {
        0 => Ok(Draw::Uniform(Interval {
            low: number(8)?,
            span: number(9)?,
            top: number(10)?,
        })),
        1 => Ok(Draw::Normal(Normal {
            mean: number(8)?,
            standard_deviation: number(9)?,
        })),
        2 => Ok(Draw::Integers(Range {
            low: words(8)?,
            last: words(10)?,
        })),
        _ => Err(Fault::internal(format!("no kind of random numbers {kind}"))),
    }
}

/// `random(packed, id, timeout, first, seed0, seed1, seed2, seed3, a, b, c, d, out)`: elements from `first` on. `packed` is the kind
/// (0 uniform: low, span, top; 1 normal: mean, standard deviation; 2 integers: high and low word of the least, and of how many there are less
/// one) + 16 × the element type of `out` + 256 × threads.
pub fn random(call: &Call) -> Result<Value, Fault> {
    const OUT: usize = 12;
    let packed = call.integer(0)?;
    let (key, draw, first) = (key(call, 4)?, draw(call, packed & 15)?, call.count(3)? as u64);
    let (code, threads) = (packed >> 4 & 15, (packed >> 8).max(1) as usize);
    if call.count(1)? == 0 && call.number(2) == Some(0.0) {
        // No clock and no list of held arguments: this way is short.
        let out = call.array_mut(OUT, code)?;
        let outcome = manycore_exec::random(Level::current(), &key, draw, first, out, threads, None);
        return Ok(settled(outcome)?.map_or(Value::Undefined, Value::Number));
    }
    let (out, hold) = call.array_mut_held(OUT, code)?;
    settle::run(call, 1, 2, &[OUT], move |cancel| {
        let _hold = hold;
        settled(manycore_exec::random(
            Level::current(),
            &key,
            draw,
            first,
            out,
            threads,
            Some(cancel),
        ))
    })
}

/// `permutation(threads, id, timeout, seed0, seed1, seed2, seed3, out)`: all indices of `out`, a Uint32Array, in random order.
pub fn permutation(call: &Call) -> Result<Value, Fault> {
    const OUT: usize = 7;
    let threads = call.count(0)?.max(1);
    let key = key(call, 3)?;
    let (out, hold) = call.array_mut_held(OUT, ElementType::U32 as u32)?;
    let ArrayMut::U32(out) = out else {
        return Err(Fault::internal("indices are unsigned integers of 32 bits"));
    };
    settle::run(call, 1, 2, &[OUT], move |cancel| {
        let _hold = hold;
        settled(manycore_exec::permutation(
            Level::current(),
            &key,
            out,
            threads,
            Some(cancel),
        ))
    })
}

fn settled(outcome: Outcome<()>) -> Settled {
    match outcome {
        Outcome::Done(()) => Ok(Some(0.0)),
        Outcome::Cancelled | Outcome::TimedOut => Ok(None),
        Outcome::Panicked(payload) => Err(Fault::from_panic(payload.as_ref())),
    }
}
