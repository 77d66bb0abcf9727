//! aarch64: NEON, which every such CPU that Node runs on has.

mod neon;

pub(super) use neon::run as run_neon;
