//! Stopping early: on request or when time has run out.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// What a panic carried.
pub type Payload = Box<dyn Any + Send>;

/// How a call ended.
#[derive(Debug)]
pub enum Outcome<T> {
    /// With its result.
    Done(T),
    /// Stopped by [`Cancel::cancel`].
    Cancelled,
    /// Stopped by its deadline.
    TimedOut,
    /// A chunk panicked; the pool goes on.
    Panicked(Payload),
}

impl<T> Outcome<T> {
    /// The same end with the result changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Outcome::Done(value) => Outcome::Done(change(value)),
            Outcome::Cancelled => Outcome::Cancelled,
            Outcome::TimedOut => Outcome::TimedOut,
            Outcome::Panicked(payload) => Outcome::Panicked(payload),
        }
    }

    /// What `next` makes of the result, unless this end came first.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Outcome<U>) -> Outcome<U> {
        match self {
            Outcome::Done(value) => next(value),
            Outcome::Cancelled => Outcome::Cancelled,
            Outcome::TimedOut => Outcome::TimedOut,
            Outcome::Panicked(payload) => Outcome::Panicked(payload),
        }
    }

    /// The result, `None` when stopped early, or what the panic carried.
    pub fn into_result(self) -> Result<Option<T>, Payload> {
        match self {
            Outcome::Done(value) => Ok(Some(value)),
            Outcome::Cancelled | Outcome::TimedOut => Ok(None),
            Outcome::Panicked(payload) => Err(payload),
        }
    }
}

/// Why a call should stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Cancelled,
    TimedOut,
}

impl<T> From<Stop> for Outcome<T> {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Cancelled => Outcome::Cancelled,
            Stop::TimedOut => Outcome::TimedOut,
        }
    }
}

/// A flag that any thread may raise, and a deadline; polled between chunks, so a call ends within one chunk of work a
/// thread. Clones share the flag.
#[derive(Clone, Debug)]
pub struct Cancel {
    raised: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Cancel {
    /// Not raised yet.
    pub fn new(deadline: Option<Instant>) -> Self {
        Cancel {
            raised: Arc::default(),
            deadline,
        }
    }

    /// Asks the call to stop.
    pub fn cancel(&self) {
        self.raised.store(true, Ordering::Relaxed);
    }

    /// Whether the call should stop. Costs a load, and with a deadline a look at the clock (some 25 ns).
    #[inline]
    pub(crate) fn poll(&self) -> Option<Stop> {
        if self.raised.load(Ordering::Relaxed) {
            return Some(Stop::Cancelled);
        }
        self.deadline
            .filter(|deadline| Instant::now() >= *deadline)
            .map(|_| Stop::TimedOut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn stops_by_flag_before_deadline() {
        let past = Instant::now().checked_sub(Duration::from_millis(1));
        let cancel = Cancel::new(past);
        assert_eq!(cancel.poll(), past.map(|_| Stop::TimedOut));
        cancel.clone().cancel();
        assert_eq!(cancel.poll(), Some(Stop::Cancelled));
        assert_eq!(Cancel::new(None).poll(), None);
    }
}
