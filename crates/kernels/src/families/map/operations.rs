//! What elementwise kernels do with one element, or with eight: written once for both.

use crate::arch::Real;
use crate::arch::stream::Operation;
use crate::math;

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident => |$x:ident, $y:ident| $result:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub(super) struct $name;

        impl Operation for $name {
            #[inline(always)]
            fn apply<R: Real>(self, $x: R, $y: R) -> R {
                let _ = $y;
                $result
            }
        }
    )+};
}

operations! {
    Add => |x, y| x + y;
    Subtract => |x, y| x - y;
    Multiply => |x, y| x * y;
    Divide => |x, y| x / y;
    Power => |x, y| math::power(x, y);
    /// `power` with an exponent of 2, whose bits it has.
    Square => |x, y| x * x;
    Abs => |x, y| x.abs();
    Sqrt => |x, y| x.sqrt();
    Exp => |x, y| math::exp(x);
    Expm1 => |x, y| math::expm1(x);
    Log => |x, y| math::log(x);
    Log1p => |x, y| math::log1p(x);
    Sigmoid => |x, y| math::sigmoid(x);
    Tanh => |x, y| math::tanh(x);
}

/// a·x + y, each of the two rounded.
#[derive(Clone, Copy)]
pub(super) struct Axpy(pub(super) f64);

impl Operation for Axpy {
    #[inline(always)]
    fn apply<R: Real>(self, x: R, y: R) -> R {
        x.splat(self.0) * x + y
    }
}

/// The bound that x is beyond, else x: a NaN and a zero of either sign stay.
#[derive(Clone, Copy)]
pub(super) struct Clip {
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Operation for Clip {
    #[inline(always)]
    fn apply<R: Real>(self, x: R, y: R) -> R {
        let _ = y;
        let (low, high) = (x.splat(self.low), x.splat(self.high));
        R::select(x.less(low), low, R::select(high.less(x), high, x))
    }
}
