//! Parallel execution: the one native pool of the process, a partition that can't be seen in results, cancellation.
//!
//! | file | what |
//! |---|---|
//! | `pool.rs` | the threads: started on first use, counted, joined at shutdown |
//! | `parallel.rs` | [`run_chunks`]: chunks drawn by the caller and by idle helpers |
//! | `queue.rs` | [`submit`]: asynchronous operations, first come, first served |
//! | `cancel.rs` | [`Cancel`] and [`Outcome`] |
//! | `reduce.rs`, `exact.rs`, `axis.rs` | reductions over all of that, of vectors and along the axes of matrices |
//! | `parts.rs` | parts of memory, one a chunk |
//! | `sort.rs`, `select.rs`, `top_k.rs`, `histogram.rs` | order, and counts by order |
//! | `scan.rs` | running sums |
//! | `random.rs` | random numbers and permutations, in pieces that are drawn in any order |
//! | `logistic.rs`, `merge.rs` | the kernels of the models, whose partials are large and merge as they come |
//!
//! Who may wait for whom: a call waits only for helpers that have begun or were idle when it asked, never for queued work;
//! when nobody is idle it runs on its own thread alone. So calls from several JavaScript threads at once fall back to one
//! thread each, and nothing can deadlock.

#![forbid(unsafe_code)]

mod axis;
mod cancel;
mod exact;
mod histogram;
mod logistic;
mod map;
mod merge;
mod parallel;
mod parts;
mod pool;
mod queue;
mod random;
mod reduce;
mod scan;
mod select;
mod sort;
mod top_k;

pub use axis::{Along, reduce_axis};
pub use cancel::{Cancel, Outcome, Payload};
pub use exact::exact;
pub use histogram::{Bins, Histogram, histogram};
pub use logistic::{column_moments, decision, logistic};
pub use map::map;
pub use parallel::{run_chunks, run_pieces};
pub use pool::{set_threads, shutdown, started_threads, threads, warning};
pub use queue::{remove_owner, submit};
pub use random::{Draw, permutation, random};
pub use reduce::{partials, reduce};
pub use scan::cumulative_sum;
pub use select::select;
pub use sort::{arg_sort, sort, sort_small};
pub use top_k::top_k;
