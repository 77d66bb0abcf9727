//! The addon: thin exports over `manycore-exec`. Argument → input → exec → number; nothing is decided here.

mod about;
mod axis;
mod buffers;
mod callback;
mod exact;
mod few;
mod linear;
mod logistic;
mod map;
mod newton;
mod random;
mod ranks;
mod reduce;
mod running;
mod shm;
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
    ("largePages", buffers::pages::large_pages),
    ("prepareHeap", buffers::pages::prepare_heap),
    ("sharedCreate", shm::shared_create),
    ("sharedClose", shm::shared_close),
    ("sharedMap", shm::shared_map),
    ("sharedDetach", shm::shared_detach),
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
    ("reduceFew", few::reduce_few),
    ("exactFew", few::exact_few),
    ("mapShort", few::map_short),
    ("mapFew", few::map_few),
    ("fewMemory", buffers::few::few_memory),
    ("random", random::random),
    ("permutation", random::permutation),
    ("logistic", logistic::logistic),
    ("logisticAsync", logistic::logistic_async),
    ("newton", newton::newton),
    ("sparseLogistic", logistic::sparse_logistic),
    ("columnMoments", logistic::column_moments),
    ("sparseMoments", logistic::sparse_moments),
    ("decision", logistic::decision),
    ("matmul", linear::matmul),
    ("matvec", linear::matrix_vector),
    ("gram", linear::gram_matrix),
    ("covariance", linear::covariance_matrix),
    ("definite", linear::definite),
    ("choleskySolve", logistic::cholesky_solve),
];
