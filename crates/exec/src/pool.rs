//! The threads of the process: one rayon pool of our own, started by its first use, sized by the user, joined at shutdown.
//!
//! A **lease** keeps the pool alive; a **slot** stands for one idle pool thread that somebody has reserved. Work is only
//! ever handed to a thread that is idle, so rayon's own queues never hold work that waits.

use crate::queue;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;

/// The environment variable that sets the number of threads.
const VARIABLE: &str = "MANYCORE_NUM_THREADS";
/// More threads than this are a mistake.
const MOST_THREADS: usize = 1024;

/// The threads and how many of them are idle and not reserved.
pub(crate) struct Pool {
    pub(crate) rayon: ThreadPool,
    idle: AtomicUsize,
    handles: Vec<JoinHandle<()>>,
}

/// How many leases are out.
#[derive(Default)]
struct Leases {
    count: Mutex<usize>,
    returned: Condvar,
}

/// The pool as the process holds it.
struct Running {
    pool: Arc<Pool>,
    leases: Arc<Leases>,
}

struct State {
    running: Option<Running>,
    /// What the user asked for by `set_threads`.
    asked: Option<usize>,
    /// What could be started when less than wanted could.
    limit: Option<usize>,
    warning: Option<String>,
}

static STATE: Mutex<State> = Mutex::new(State {
    running: None,
    asked: None,
    limit: None,
    warning: None,
});

/// A panic can't leave these locks' contents half-changed, so poisoning means nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Threads by default: `MANYCORE_NUM_THREADS` if it is a number from 1 to 1024, else what the operating system grants
/// (affinity and container quotas included); read once.
fn default_threads() -> usize {
    static DEFAULT: OnceLock<usize> = OnceLock::new();
    *DEFAULT.get_or_init(|| {
        let asked = std::env::var(VARIABLE).ok().and_then(|text| text.trim().parse().ok());
        asked
            .filter(|threads| (1..=MOST_THREADS).contains(threads))
            .unwrap_or_else(|| {
                std::thread::available_parallelism().map_or(1, |threads| threads.get().min(MOST_THREADS))
            })
    })
}

impl State {
    fn wanted(&self) -> usize {
        let threads = self.asked.unwrap_or_else(default_threads);
        self.limit.map_or(threads, |limit| threads.min(limit).max(1))
    }
}

/// Threads that a call may use at most, the calling one included.
pub fn threads() -> usize {
    lock(&STATE).wanted()
}

/// Sets what [`threads`] gives, clamped to 1 … 1024. Takes effect when no call is in flight: at once, or at the first
/// call after that moment.
pub fn set_threads(threads: usize) {
    let mut state = lock(&STATE);
    state.asked = Some(threads.clamp(1, MOST_THREADS));
    state.limit = None;
    state.warning = None;
    retire_if_unfit(&mut state);
}

/// What went wrong when threads were last started, in words, or `None`.
pub fn warning() -> Option<String> {
    lock(&STATE).warning.clone()
}

/// Threads of the pool that exist now; 0 before its first use and after [`shutdown`].
pub fn started_threads() -> usize {
    lock(&STATE)
        .running
        .as_ref()
        .map_or(0, |running| running.pool.handles.len())
}

/// Waits for the calls in flight, ends the pool's threads and joins them. The next call that wants threads starts them
/// again. Must not be called from within a call or an asynchronous operation, which would wait for itself.
pub fn shutdown() {
    // Taken out first, so that the lock isn't held while calls finish.
    let running = {
        let mut state = lock(&STATE);
        state.limit = None;
        state.running.take()
    };
    if let Some(running) = running {
        running.close();
    }
}

impl Running {
    fn is_leased(&self) -> bool {
        *lock(&self.leases.count) > 0
    }

    fn lease(&self) -> Lease {
        *lock(&self.leases.count) += 1;
        Lease {
            pool: Some(Arc::clone(&self.pool)),
            leases: Arc::clone(&self.leases),
        }
    }

    fn close(self) {
        let mut count = lock(&self.leases.count);
        while *count > 0 {
            count = self.leases.returned.wait(count).unwrap_or_else(PoisonError::into_inner);
        }
        drop(count);
        // A lease gives back its pointer before it is counted as returned, so this one is the last.
        if let Some(Pool { rayon, handles, .. }) = Arc::into_inner(self.pool) {
            // Rayon only signals its threads here; the handles are what one can wait for.
            drop(rayon);
            for handle in handles {
                // An error would be a panic of rayon's own loop: the thread has ended all the same.
                let _ = handle.join();
            }
        }
    }
}

/// Ends a pool of the wrong size if nobody uses it.
fn retire_if_unfit(state: &mut State) {
    let wanted = state.wanted();
    let unfit = state
        .running
        .as_ref()
        .is_some_and(|running| running.pool.handles.len() != wanted && !running.is_leased());
    if unfit && let Some(running) = state.running.take() {
        running.close();
    }
}

/// A lease of the pool, which is started if need be; `None` if not a single thread could be started.
pub(crate) fn enter() -> Option<Lease> {
    let mut state = lock(&STATE);
    retire_if_unfit(&mut state);
    if state.running.is_none() {
        if state.limit == Some(0) {
            return None;
        }
        start(&mut state);
    }
    state.running.as_ref().map(Running::lease)
}

/// Starts as many threads as wanted, or half as many, and so on.
fn start(state: &mut State) {
    let wanted = state.wanted();
    let mut size = wanted;
    while size > 0 {
        match build(size) {
            Ok(pool) => {
                state.running = Some(Running {
                    pool: Arc::new(pool),
                    leases: Arc::default(),
                });
                break;
            }
            Err(reason) => {
                size /= 2;
                state.warning = Some(format!("of {wanted} threads only {size} could be started: {reason}"));
            }
        }
    }
    if size < wanted {
        state.limit = Some(size);
    }
}

fn build(size: usize) -> Result<Pool, String> {
    let mut handles = Vec::with_capacity(size);
    let built = ThreadPoolBuilder::new()
        .num_threads(size)
        // Every job catches its own panics; this only keeps rayon from aborting the process.
        .panic_handler(|_| {})
        .spawn_handler(|thread| {
            let name = format!("manycore-{}", thread.index());
            handles.push(std::thread::Builder::new().name(name).spawn(|| thread.run())?);
            Ok(())
        })
        .build();
    match built {
        Ok(rayon) => Ok(Pool {
            rayon,
            idle: AtomicUsize::new(size),
            handles,
        }),
        Err(error) => {
            // Rayon has told those that did start to end.
            for handle in handles {
                let _ = handle.join();
            }
            Err(error.to_string())
        }
    }
}

/// Keeps the pool alive.
pub(crate) struct Lease {
    /// `None` only while it is dropped.
    pool: Option<Arc<Pool>>,
    leases: Arc<Leases>,
}

impl Clone for Lease {
    fn clone(&self) -> Self {
        *lock(&self.leases.count) += 1;
        Lease {
            pool: self.pool.clone(),
            leases: Arc::clone(&self.leases),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.pool = None;
        let mut count = lock(&self.leases.count);
        *count -= 1;
        if *count == 0 {
            self.leases.returned.notify_all();
        }
    }
}

impl Lease {
    /// The rayon pool, for handing work to threads whose slots are held.
    pub(crate) fn rayon(&self) -> Option<&ThreadPool> {
        self.pool.as_deref().map(|pool| &pool.rayon)
    }

    /// Reserves an idle thread for a job of the queue.
    pub(crate) fn reserve(&self) -> Option<Slot> {
        self.take(1, 1).pop()
    }

    /// Reserves up to `helpers` idle threads for a call of this thread. A calling thread that isn't the pool's takes a slot
    /// too, which keeps the threads at work to the number that the user wants; so it gets `None` unless a helper can be had
    /// beside it, and several calls at once don't share the processors out in slivers.
    pub(crate) fn reserve_helpers(&self, helpers: usize) -> Option<Helpers> {
        let own = usize::from(self.rayon()?.current_thread_index().is_none());
        let mut slots = self.take(own + 1, own + helpers);
        let own = if own == 1 { Some(slots.pop()?) } else { None };
        (!slots.is_empty()).then_some(Helpers { slots, _own: own })
    }

    /// From `least` to `most` slots, or none.
    fn take(&self, least: usize, most: usize) -> Vec<Slot> {
        let Some(pool) = self.pool.as_deref() else {
            return Vec::new();
        };
        let enough = |idle: usize| (idle >= least && most >= least).then(|| idle - idle.min(most));
        match pool.idle.fetch_update(Ordering::SeqCst, Ordering::SeqCst, enough) {
            Ok(idle) => (0..idle.min(most)).map(|_| Slot { lease: self.clone() }).collect(),
            Err(_) => Vec::new(),
        }
    }
}

/// Idle threads reserved for one call.
pub(crate) struct Helpers {
    /// One a helper.
    pub(crate) slots: Vec<Slot>,
    /// The calling thread's own, held to the end of the call.
    _own: Option<Slot>,
}

/// One idle thread of the pool, reserved; whoever holds it may hand one job to rayon (or work itself in that thread's
/// stead). Travels into the job, so that the thread counts as idle again when the job ends, however it ends.
pub(crate) struct Slot {
    lease: Lease,
}

impl Drop for Slot {
    fn drop(&mut self) {
        if let Some(pool) = self.lease.pool.as_deref() {
            pool.idle.fetch_add(1, Ordering::SeqCst);
        }
        // An operation may have been queued while no thread was idle.
        queue::start_runner(&self.lease);
    }
}
