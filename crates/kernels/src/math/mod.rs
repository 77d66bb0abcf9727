//! Elementary functions from additions, multiplications, divisions and bit moves alone, over [`crate::arch::Real`]: one
//! number or eight, the same bits, and the same as `src/kernels/math` in TypeScript. The platform's libm is never asked:
//! it differs from system to system.

mod exp;
mod expm1;
mod log;
mod log1p;
mod normal_quantile;
mod power;
mod sigmoid;
mod tanh;
mod two_parts;

pub use exp::exp;
pub use expm1::expm1;
pub use log::log;
pub use log1p::log1p;
pub use normal_quantile::normal_quantile;
pub use power::power;
pub use sigmoid::sigmoid;
pub use tanh::tanh;

#[cfg(test)]
mod tests;
