//! The one native pool of the process: fixed partition, cancellation, idle helpers.

#![forbid(unsafe_code)]
