#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| manycore_kernels_fuzz::order(data));
