//! The pool is one a process, so tests that set it up take turns.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by a test while it uses the pool, which nobody uses any more when the test begins.
pub fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    manycore_exec::shutdown();
    turn
}

/// Numbers that differ, whose sum in another order would have other bits.
#[allow(dead_code)]
pub fn numbers(length: usize) -> Vec<f64> {
    (0..length)
        .map(|i| ((i as f64 * 0.7).sin() + 1.25) * 10_f64.powi((i % 7) as i32 - 3))
        .collect()
}
