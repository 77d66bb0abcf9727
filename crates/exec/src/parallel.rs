//! Chunks of work, drawn in turn by the caller and by idle threads of the pool.

use crate::cancel::{Cancel, Outcome, Payload, Stop};
use crate::pool::{Helpers, Lease, enter};
use manycore_kernels::Output;
use manycore_kernels::arch::{Element, processor};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::Thread;

/// Rounds that a caller spins for helpers that are in their last chunk before it sleeps: some microseconds, about what
/// falling asleep and being woken costs.
const SPINS: usize = 400;
/// Rounds after the last helper has said that it is done, for rayon to notice it too.
const LAST_SPINS: usize = 8;

/// Calls `work(0) … work(chunks − 1)`, each once, on at most `threads` threads, this one included, and gives the results by
/// index. Fewer threads take part when others keep the pool busy; none is waited for that wasn't idle. `cancel` is polled
/// before every chunk. After a panic, a cancellation or a timeout no further chunk begins.
///
/// Costs a few microseconds beyond the work when more than one thread takes part. May be called from any thread, also from
/// within an asynchronous operation; a call from within `work` finds fewer idle threads, and is otherwise fine.
pub fn run_chunks<R: Send + Sync>(
    threads: usize,
    chunks: usize,
    cancel: Option<&Cancel>,
    work: impl Fn(usize) -> R + Sync,
) -> Outcome<Vec<R>> {
    let results: Vec<OnceLock<R>> = (0..chunks).map(|_| OnceLock::new()).collect();
    let done = run_each(threads, chunks, cancel, &|chunk| {
        // Each index is drawn once, so the place is free.
        let _ = results[chunk].set(work(chunk));
    });
    done.map(|()| results.into_iter().filter_map(OnceLock::into_inner).collect())
}

/// The same without results. Compiled once: everything above it is compiled once a kind of work.
#[inline(never)]
fn run_each(threads: usize, chunks: usize, cancel: Option<&Cancel>, work: &(dyn Fn(usize) + Sync)) -> Outcome<()> {
    let wanted = threads.min(chunks).saturating_sub(1);
    let lease = if wanted > 0 { enter() } else { None };
    let Some((lease, helpers)) = lease.and_then(|lease| lease.reserve_helpers(wanted).map(|helpers| (lease, helpers)))
    else {
        return run_alone(chunks, cancel, work);
    };
    let call = Call {
        chunks,
        cancel,
        work,
        next: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        stop: Mutex::new(None),
        helpers: AtomicUsize::new(helpers.slots.len()),
        caller: std::thread::current(),
        processor: processor::current(),
    };
    call.run(&lease, helpers);
    match call.stop.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(Ended::Panicked(payload)) => Outcome::Panicked(payload),
        Some(Ended::Stopped(stop)) => stop.into(),
        None => Outcome::Done(()),
    }
}

/// Hands each piece of `size` elements of `out` to `work`, with its number; otherwise as [`run_chunks`].
pub fn run_pieces<T: Element>(
    threads: usize,
    out: Output<'_, T>,
    size: usize,
    cancel: Option<&Cancel>,
    work: impl Fn(usize, Output<'_, T>) + Sync,
) -> Outcome<()> {
    let pieces: Vec<_> = out.pieces(size).map(|piece| Mutex::new(Some(piece))).collect();
    let done = run_chunks(threads, pieces.len(), cancel, |index| {
        let piece = pieces[index].lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(piece) = piece {
            work(index, piece);
        }
    });
    done.map(drop)
}

fn run_alone(chunks: usize, cancel: Option<&Cancel>, work: &(dyn Fn(usize) + Sync)) -> Outcome<()> {
    for chunk in 0..chunks {
        if let Some(stop) = cancel.and_then(Cancel::poll) {
            return stop.into();
        }
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| work(chunk))) {
            return Outcome::Panicked(payload);
        }
    }
    Outcome::Done(())
}

/// Why a call ended without a result.
enum Ended {
    Stopped(Stop),
    Panicked(Payload),
}

/// One call of `run_chunks`, shared with its helpers.
struct Call<'a> {
    chunks: usize,
    cancel: Option<&'a Cancel>,
    work: &'a (dyn Fn(usize) + Sync),
    /// The next chunk to draw.
    next: AtomicUsize,
    /// Raised when no further chunk should begin; `stop` says why.
    stopped: AtomicBool,
    stop: Mutex<Option<Ended>>,
    /// Helpers that haven't ended.
    helpers: AtomicUsize,
    caller: Thread,
    /// Where that runs; helpers keep off it.
    processor: Option<usize>,
}

impl Call<'_> {
    fn run(&self, lease: &Lease, mut helpers: Helpers) {
        let Some(rayon) = lease.rayon() else { return self.draw() };
        rayon.in_place_scope(|scope| {
            for slot in helpers.slots.drain(..) {
                scope.spawn(move |_| {
                    if let Some(processor) = self.processor {
                        processor::keep_off(processor);
                    }
                    self.draw();
                    // The thread is idle before the caller goes on: its next call shall find it so.
                    drop(slot);
                    if self.helpers.fetch_sub(1, Ordering::AcqRel) == 1 {
                        self.caller.unpark();
                    }
                });
            }
            self.draw();
            self.wait();
        });
    }

    /// Takes chunks until there are none. Never unwinds.
    fn draw(&self) {
        while !self.stopped.load(Ordering::Relaxed) {
            let chunk = self.next.fetch_add(1, Ordering::Relaxed);
            if chunk >= self.chunks {
                return;
            }
            if let Some(stop) = self.cancel.and_then(Cancel::poll) {
                return self.end(Ended::Stopped(stop));
            }
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| (self.work)(chunk))) {
                return self.end(Ended::Panicked(payload));
            }
        }
    }

    /// The first reason to stop counts; a panic outranks the rest, since it tells of a fault.
    fn end(&self, reason: Ended) {
        self.stopped.store(true, Ordering::Relaxed);
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if stop.is_none() || matches!((&*stop, &reason), (Some(Ended::Stopped(_)), Ended::Panicked(_))) {
            *stop = Some(reason);
        }
    }

    /// Waits for the helpers here and not in rayon: there a thread of the pool would take up other work meanwhile, and any
    /// other thread would sleep at once.
    fn wait(&self) {
        let mut spins = 0;
        while self.helpers.load(Ordering::Acquire) > 0 {
            if spins < SPINS {
                spins += 1;
                std::hint::spin_loop();
            } else {
                std::thread::park();
            }
        }
        for _ in 0..LAST_SPINS {
            std::hint::spin_loop();
        }
    }
}
