//! Decisions from bytes.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

/// Bytes, used up from the front; zeros when there are no more.
pub struct Bytes<'a>(pub &'a [u8]);

impl Bytes<'_> {
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// Eight bytes.
    pub fn word(&mut self) -> u64 {
        (0..8).fold(0, |word, _| word << 8 | u64::from(self.byte()))
    }

    /// A length or place: mostly small, now and then just about what is there, now and then absurd.
    pub fn place(&mut self, about: usize) -> usize {
        match self.byte() % 8 {
            0 => about,
            1 => about.wrapping_add(usize::from(self.byte() % 10)),
            2 => about.saturating_sub(usize::from(self.byte() % 10)),
            3 => usize::MAX - usize::from(self.byte()),
            4 => self.word() as usize,
            _ => usize::from(self.byte()) % (about + 2),
        }
    }
}

/// What `body` gives, or `None` where it panics. Nothing is printed: such panics are the answer that out-of-bounds calls should get.
pub fn quietly<T>(body: impl FnOnce() -> T) -> Option<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let loud = take_hook();
        set_hook(Box::new(move |info| {
            if !EXPECTED.get() {
                loud(info);
            }
        }));
    });
    EXPECTED.set(true);
    let result = catch_unwind(AssertUnwindSafe(body)).ok();
    EXPECTED.set(false);
    result
}

thread_local! {
    static EXPECTED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}
