//! Elementwise kernels: each element of the result from the elements of the same index, so that neither cutting up nor threads
//! can be seen in it. `docs/order-of-arithmetic.md` says what is computed; the TypeScript twin is `src/kernels/maps.ts`.
//!
//! | result | computed |
//! |---|---|
//! | Float64, Float32 | `floats.rs`: in double, eight at a time, rounded once |
//! | Float16, and Float64 from integers | `doubles.rs`: blocks widened to double, then as above |
//! | integers of up to 32 bits | `integers.rs`: in double, which is exact wherever the result fits |
//! | 64-bit integers | `wide.rs`: in 128 bits |
//! | `astype` | `convert.rs` |

mod convert;
mod doubles;
mod floats;
mod integers;
mod operations;
#[cfg(test)]
mod tests;
mod wide;

use crate::arch::Level;
use crate::arch::array::{Array, ArrayMut};

macro_rules! kernels {
    ($($name:ident, $id:literal, $text:literal;)+) => {
        /// Elementwise kernels; the numbers are those of TypeScript (`src/kernels/map-table.ts`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum MapKernel {
            $(#[doc = $text] $name = $id,)+
        }

        impl MapKernel {
            /// Every kernel, by number.
            pub const ALL: &'static [MapKernel] = &[$(MapKernel::$name),+];

            /// Its name in JavaScript.
            pub const fn name(self) -> &'static str {
                match self {
                    $(MapKernel::$name => $text,)+
                }
            }
        }
    };
}

kernels! {
    Add, 0, "add";
    Subtract, 1, "subtract";
    Multiply, 2, "multiply";
    Divide, 3, "divide";
    Power, 4, "power";
    Axpy, 5, "axpy";
    Clip, 6, "clip";
    Abs, 7, "abs";
    Sqrt, 8, "sqrt";
    Exp, 9, "exp";
    Expm1, 10, "expm1";
    Log, 11, "log";
    Log1p, 12, "log1p";
    Sigmoid, 13, "sigmoid";
    Tanh, 14, "tanh";
    Astype, 15, "astype";
}

impl MapKernel {
    /// The kernel of a number.
    pub fn from_id(id: u32) -> Option<MapKernel> {
        MapKernel::ALL.get(id as usize).copied()
    }
}

/// A number that goes with an array, as a double and, for integer arrays of 64 bits, exactly.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scalar {
    /// As a double.
    pub number: f64,
    /// As an integer; only looked at for 64-bit integers.
    pub integer: i128,
}

impl From<f64> for Scalar {
    fn from(number: f64) -> Self {
        Scalar {
            number,
            integer: number as i128,
        }
    }
}

/// One call of an elementwise kernel, but for its output.
#[derive(Clone, Copy, Debug)]
pub struct MapCall<'a> {
    /// What is computed.
    pub kernel: MapKernel,
    /// The first operand.
    pub x: Array<'a>,
    /// The second operand, of the kind and length of the first; `b` where there is none.
    pub y: Option<Array<'a>>,
    /// The factor of `axpy`, the lower bound of `clip`.
    pub a: Scalar,
    /// The second operand if it is a number, the upper bound of `clip`.
    pub b: Scalar,
}

/// Computes the elements from `first` on that `out` has room for. Gives the index (counted from `first`) of the first element whose result
/// the kind of `out` can't hold, after which the contents of `out` are unspecified. Panics when operands and output don't fit one another.
pub fn map(level: Level, call: &MapCall<'_>, first: usize, out: ArrayMut<'_>) -> Option<usize> {
    let last = first + out.len();
    let x = call.x.range(first, last);
    let y = call.y.map(|y| y.range(first, last));
    let MapCall { kernel, a, b, .. } = *call;
    if kernel == MapKernel::Astype {
        return convert::astype(x, out);
    }
    macro_rules! with_kind {
        ($kind:ident, $input:expr, |$y:ident| $body:expr) => {{
            let $y = y.map(|y| match y {
                Array::$kind(y) => y,
                _ => mismatch(call),
            });
            $body
        }};
    }
    match (x, out) {
        (Array::F64(x), ArrayMut::F64(out)) => {
            with_kind!(F64, x, |y| floats::map(level, kernel, x, y, a.number, b.number, out));
            None
        }
        (Array::F32(x), ArrayMut::F32(out)) => {
            with_kind!(F32, x, |y| floats::map(level, kernel, x, y, a.number, b.number, out));
            None
        }
        (Array::F16(x), ArrayMut::F16(out)) => {
            with_kind!(F16, x, |y| doubles::map(level, kernel, x, y, a.number, b.number, out));
            None
        }
        (Array::I64(x), ArrayMut::I64(out)) => {
            with_kind!(I64, x, |y| wide::map(kernel, x, y, a.integer, b.integer, out))
        }
        (Array::U64(x), ArrayMut::U64(out)) => {
            with_kind!(U64, x, |y| wide::map(kernel, x, y, a.integer, b.integer, out))
        }
        (x, out) => {
            macro_rules! narrow {
                ($($kind:ident)+) => {
                    match (x, out) {
                        $((Array::$kind(x), ArrayMut::$kind(out)) => {
                            with_kind!($kind, x, |y| integers::map(level, kernel, x, y, a.number, b.number, out))
                        })+
                        $((Array::$kind(x), ArrayMut::F64(out)) => {
                            with_kind!($kind, x, |y| doubles::map(level, kernel, x, y, a.number, b.number, out));
                            None
                        })+
                        (Array::I64(x), ArrayMut::F64(out)) => {
                            with_kind!(I64, x, |y| doubles::map(level, kernel, x, y, a.number, b.number, out));
                            None
                        }
                        (Array::U64(x), ArrayMut::F64(out)) => {
                            with_kind!(U64, x, |y| doubles::map(level, kernel, x, y, a.number, b.number, out));
                            None
                        }
                        _ => mismatch(call),
                    }
                };
            }
            narrow!(I8 U8 U8Clamped I16 U16 I32 U32)
        }
    }
}

/// TypeScript checks kinds before it calls.
fn mismatch(call: &MapCall<'_>) -> ! {
    panic!(
        "{} of {} with other kinds than it has",
        call.kernel.name(),
        call.x.element_type().name()
    )
}
