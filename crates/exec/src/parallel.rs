//! Chunks of work, drawn in turn by the caller and by idle threads of the pool.

use crate::cancel::{Cancel, Outcome, Payload, Stop};
use crate::pool::{Helpers, Lease, enter};
use manycore_kernels::Output;
use manycore_kernels::arch::{Element, processor};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::Thread;

/// Rounds that a caller spins for helpers that are in their last chunk before it sleeps: some microseconds, about what
/// falling asleep and being woken costs.
const SPINS: usize = 400;
/// Rounds after the last helper has said that it is done, for rayon to notice it too.
const LAST_SPINS: usize = 8;

/// In which order threads take chunks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Order {
    /// In turn from the first on: neighbours in memory are read at about the same time.
    InTurn,
    /// Each thread takes a run of its own, from its first chunk to its last in one call and from its last to its first in the next, then what is left of the others' runs. What a call
    /// has read last is what a core's own cache still has, and so is what the next call over the same memory reads first. For memory of a few times those caches: two threads with
    /// 2 MB each read 8 MB again and again in 130 µs where they take 170 to 200 in turn.
    BackAndForth,
}

/// Whether the next call that goes back and forth goes back.
static BACK: AtomicBool = AtomicBool::new(false);

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
    run_chunks_by(Order::InTurn, threads, chunks, cancel, work)
}

/// The same in an order of the caller's choice.
pub(crate) fn run_chunks_by<R: Send + Sync>(
    order: Order,
    threads: usize,
    chunks: usize,
    cancel: Option<&Cancel>,
    work: impl Fn(usize) -> R + Sync,
) -> Outcome<Vec<R>> {
    let results: Vec<OnceLock<R>> = (0..chunks).map(|_| OnceLock::new()).collect();
    let done = run_each(order, threads, chunks, cancel, &|chunk| {
        // Each index is drawn once, so the place is free.
        let _ = results[chunk].set(work(chunk));
    });
    done.map(|()| results.into_iter().filter_map(OnceLock::into_inner).collect())
}

/// The same without results. Compiled once: everything above it is compiled once a kind of work.
#[inline(never)]
fn run_each(
    order: Order,
    threads: usize,
    chunks: usize,
    cancel: Option<&Cancel>,
    work: &(dyn Fn(usize) + Sync),
) -> Outcome<()> {
    let wanted = threads.min(chunks).saturating_sub(1);
    let lease = if wanted > 0 { enter() } else { None };
    let Some((lease, helpers)) = lease.and_then(|lease| lease.reserve_helpers(wanted).map(|helpers| (lease, helpers)))
    else {
        return run_alone(chunks, cancel, work);
    };
    let call = Call {
        runs: Runs::new(order, chunks, helpers.slots.len() + 1),
        cancel,
        work,
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

/// The chunks of a call, cut into runs of neighbours.
struct Runs {
    chunks: usize,
    /// How many chunks of each run have been drawn, or more.
    drawn: Vec<AtomicUsize>,
    /// Whether runs are drawn from their last chunk on.
    back: bool,
}

impl Runs {
    fn new(order: Order, chunks: usize, threads: usize) -> Self {
        let (runs, back) = match order {
            Order::InTurn => (1, false),
            Order::BackAndForth => (threads, BACK.fetch_xor(true, Ordering::Relaxed)),
        };
        Runs {
            chunks,
            drawn: (0..runs).map(|_| AtomicUsize::new(0)).collect(),
            back,
        }
    }

    fn run(&self, index: usize) -> Range<usize> {
        let runs = self.drawn.len();
        self.chunks * index / runs..self.chunks * (index + 1) / runs
    }

    /// A chunk that nobody has drawn, of run `index` if it has one left, else of one after it.
    fn draw(&self, index: usize) -> Option<usize> {
        let runs = self.drawn.len();
        (0..runs).map(|others| (index + others) % runs).find_map(|index| {
            let run = self.run(index);
            let place = self.drawn[index].fetch_add(1, Ordering::Relaxed);
            let left = run.len().checked_sub(place + 1)?;
            Some(run.start + if self.back { left } else { place })
        })
    }
}

/// One call of `run_chunks`, shared with its helpers.
struct Call<'a> {
    runs: Runs,
    cancel: Option<&'a Cancel>,
    work: &'a (dyn Fn(usize) + Sync),
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
        let Some(rayon) = lease.rayon() else {
            return self.draw(0);
        };
        rayon.in_place_scope(|scope| {
            for (helper, slot) in helpers.slots.drain(..).enumerate() {
                scope.spawn(move |_| {
                    if let Some(processor) = self.processor {
                        processor::keep_off(processor);
                    }
                    self.draw(helper + 1);
                    // The thread is idle before the caller goes on: its next call shall find it so.
                    drop(slot);
                    if self.helpers.fetch_sub(1, Ordering::AcqRel) == 1 {
                        self.caller.unpark();
                    }
                });
            }
            self.draw(0);
            self.wait();
        });
    }

    /// Takes chunks until there are none, those of run `index` first. Never unwinds.
    fn draw(&self, index: usize) {
        while !self.stopped.load(Ordering::Relaxed) {
            let Some(chunk) = self.runs.draw(index) else { return };
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

#[cfg(test)]
mod tests {
    use super::{Order, Runs};
    use std::iter::from_fn;

    fn drawn(runs: &Runs, index: usize, most: usize) -> Vec<usize> {
        from_fn(|| runs.draw(index)).take(most).collect()
    }

    #[test]
    fn runs_are_taken_from_one_end_and_next_from_the_other() {
        let calls: [Runs; 2] = std::array::from_fn(|_| Runs::new(Order::BackAndForth, 7, 2));
        assert_ne!(calls[0].back, calls[1].back);
        for runs in calls {
            let (own, rest) = if runs.back {
                ([6, 5], [2, 1, 0, 4, 3])
            } else {
                ([3, 4], [0, 1, 2, 5, 6])
            };
            assert_eq!(drawn(&runs, 1, 2), own);
            assert_eq!(drawn(&runs, 0, 9), rest);
            assert_eq!(runs.draw(1), None);
        }
    }

    #[test]
    fn every_chunk_is_drawn_once() {
        for order in [Order::InTurn, Order::BackAndForth, Order::BackAndForth] {
            for chunks in [0, 1, 2, 3, 64] {
                for threads in 1..6 {
                    let runs = Runs::new(order, chunks, threads);
                    let mut all: Vec<usize> = (0..threads)
                        .flat_map(|index| drawn(&runs, index, chunks / 3 + 1))
                        .collect();
                    all.extend(drawn(&runs, 0, chunks));
                    all.sort_unstable();
                    assert_eq!(all, (0..chunks).collect::<Vec<_>>(), "{order:?} {chunks} {threads}");
                }
            }
        }
    }
}
