//! The addon: thin exports over `manycore-exec`. Argument → input → exec → number; nothing is decided here.

mod about;
mod axis;
mod buffers;
mod callback;
mod exact;
mod logistic;
mod map;
mod random;
mod ranks;
mod reduce;
mod running;
mod sorting;

use callback::Function;

/// Every function that JavaScript sees (typed in src/addon/addon.ts).
pub(crate) const EXPORTS: &[(&str, Function)] = &[
    ("version", about::version),
    ("reductionNames", about::reduction_names),
    ("order", about::order),
    ("cpuLevel", about::cpu_level),
    ("threads", about::threads),
    ("setThreads", about::set_threads),
    ("warning", about::warning),
    ("panic", about::panic),
    ("allocate", buffers::allocate),
    ("reduce", reduce::reduce),
    ("partials", reduce::partials),
    ("reduceAxis", axis::reduce_axis),
    ("reduceAsync", reduce::reduce_async),
    ("cancel", reduce::cancel),
    ("sort", sorting::sort_values),
    ("argSort", sorting::sort_indices),
    ("cumulativeSum", running::running_sums),
    ("topK", running::largest),
    ("select", ranks::select_ranks),
    ("histogram", ranks::count_bins),
    ("exact", exact::exact),
    ("mapNames", map::names),
    ("map", map::map),
    ("random", random::random),
    ("permutation", random::permutation),
    ("logistic", logistic::logistic),
    ("logisticAsync", logistic::logistic_async),
    ("columnMoments", logistic::column_moments),
    ("decision", logistic::decision),
    ("choleskySolve", logistic::cholesky_solve),
];
