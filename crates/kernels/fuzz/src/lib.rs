//! What the fuzz targets do with some bytes: one function a target. Each panics when something is wrong; memory errors are the
//! sanitizer's to see. Also included by crates/kernels/tests/fuzz.rs.

mod bytes;
mod input;
mod order;
mod output;
mod random;
mod reductions;

pub use input::input;
pub use order::order;
pub use output::output;
pub use random::random;
pub use reductions::reductions;

/// What is done with the bytes of a case.
pub type Target = fn(&[u8]);

/// Every target by its name.
pub const TARGETS: [(&str, Target); 5] = [
    ("input", input),
    ("output", output),
    ("reductions", reductions),
    ("random", random),
    ("order", order),
];
