//! Asynchronous operations: first come, first served, by threads of the pool that are idle.
//!
//! The queue is ours, because work in rayon's queues could be picked up by a thread that waits for its helpers, and could
//! not be taken back. Every release of a slot looks at the queue (after the count of idle threads has risen), every
//! submission looks for an idle thread (after the operation is queued); so of two that meet, one sees the other.

use crate::pool::{Lease, enter};
use manycore_kernels::arch::processor;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An asynchronous operation.
type Job = Box<dyn FnOnce() + Send>;

struct Queued {
    owner: u64,
    job: Job,
}

static QUEUE: Mutex<VecDeque<Queued>> = Mutex::new(VecDeque::new());
/// Length of the queue, readable without its lock.
static WAITING: AtomicUsize = AtomicUsize::new(0);

fn lock() -> MutexGuard<'static, VecDeque<Queued>> {
    // No job runs and none is dropped under the lock, so a panic can't leave it half-changed.
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `job` on a thread of the pool, at once or when one is idle; on this thread if the system grants no threads at all.
/// `owner` is whoever may take it back by [`remove_owner`]. A panic of the job is swallowed: jobs that must tell somebody
/// catch it themselves.
pub fn submit(owner: u64, job: Job) {
    let Some(lease) = enter() else {
        return run(job);
    };
    let mut queue = lock();
    queue.push_back(Queued { owner, job });
    WAITING.store(queue.len(), Ordering::SeqCst);
    drop(queue);
    start_runner(&lease);
}

/// Takes back the operations of an owner that haven't begun, drops them on this thread and gives their number.
pub fn remove_owner(owner: u64) -> usize {
    let mut queue = lock();
    let (removed, kept): (VecDeque<_>, VecDeque<_>) = queue.drain(..).partition(|queued| queued.owner == owner);
    *queue = kept;
    WAITING.store(queue.len(), Ordering::SeqCst);
    drop(queue);
    removed.len()
}

/// Sets an idle thread to work on the queue, if there are both.
pub(crate) fn start_runner(lease: &Lease) {
    if WAITING.load(Ordering::SeqCst) == 0 {
        return;
    }
    if let (Some(slot), Some(rayon)) = (lease.reserve(), lease.rayon()) {
        rayon.spawn(move || {
            // Nobody computes beside an operation but its own helpers.
            processor::keep_off_none();
            while let Some(job) = next() {
                run(job);
            }
            drop(slot);
        });
    }
}

fn next() -> Option<Job> {
    let mut queue = lock();
    let next = queue.pop_front();
    WAITING.store(queue.len(), Ordering::SeqCst);
    next.map(|queued| queued.job)
}

fn run(job: Job) {
    // What the panic carried may panic again when dropped; forgetting it leaks a few bytes in a case that is a bug anyway.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(job)) {
        std::mem::forget(payload);
    }
}
