//! Elementary functions from additions, multiplications, divisions and bit moves alone, over [`crate::arch::Real`]: one
//! number or eight, the same bits, and the same as `src/kernels/math` in TypeScript. The platform's libm is never asked:
//! it differs from system to system.

mod exp;
mod log1p;

pub use exp::exp;
pub use log1p::log1p;

#[cfg(test)]
mod tests;
