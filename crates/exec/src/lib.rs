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
//! | `sort.rs`, `register_sort.rs`, `select.rs`, `top_k.rs`, `histogram.rs` | order, and counts by order |
//! | `scan.rs` | running sums |
//! | `random.rs` | random numbers and permutations, in pieces that are drawn in any order |
//! | `multiply.rs`, `matvec.rs`, `gram.rs`, `definite.rs` | linear algebra |
//! | `logistic.rs`, `merge.rs` | the kernels of the models, whose partials are large and merge as they come |
//!
//! Who may wait for whom: a call waits only for helpers that have begun or were idle when it asked, never for queued work;
//! when nobody is idle it runs on its own thread alone. So calls from several JavaScript threads at once fall back to one
//! thread each, and nothing can deadlock.

#![forbid(unsafe_code)]

mod axis;
mod cancel;
mod definite;
mod exact;
mod gram;
mod histogram;
mod logistic;
mod map;
mod matvec;
mod merge;
mod multiply;
mod parallel;
mod parts;
mod pool;
mod queue;
mod random;
mod reduce;
mod register_sort;
mod scan;
mod select;
mod sort;
mod top_k;

pub use axis::{Along, reduce_axis};
pub use cancel::{Cancel, Outcome, Payload};
pub use definite::definite_solve;
pub use exact::exact;
pub use gram::{covariance, gram};
pub use histogram::{Bins, Histogram, histogram};
pub use logistic::{column_moments, decision, fit_chains, logistic, sparse_logistic, sparse_moments};
pub use map::map;
pub use matvec::matvec;
pub use multiply::{multiply, multiply_small};
pub use parallel::{run_chunks, run_pieces};
pub use pool::{set_threads, shutdown, started_threads, threads, warning};
pub use queue::{remove_owner, submit};
pub use random::{Draw, permutation, random};
pub use reduce::{partials, reduce};
pub use register_sort::{Buffers, sort_wide};
pub use scan::cumulative_sum;
pub use select::select;
pub use sort::{arg_sort, sort, sort_small};
pub use top_k::top_k;
