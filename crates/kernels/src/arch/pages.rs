//! Large pages for large new memory: a kernel that writes 8 MB for the first time waits for the system to make two thousand
//! pages, longer than it computes (1.9 ms against 0.6 with large ones, on a virtual machine). NumPy asks for them too.

/// From so many bytes on: several large pages of the usual 2 MiB.
pub const LARGE: usize = 4 << 20;

/// A multiple of every system's page.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
const PAGE: usize = 1 << 16;

/// Asks the system to back `bytes` bytes from `start` on by large pages as they are first written. Only advice: the content stays, and a refusal
/// changes nothing.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub fn prefer_large(start: *mut u8, bytes: usize) {
    use std::ffi::{c_int, c_void};

    unsafe extern "C" {
        fn madvise(address: *mut c_void, length: usize, advice: c_int) -> c_int;
    }
    const HUGE_PAGES: c_int = 14;

    let skipped = start.align_offset(PAGE);
    let length = bytes.saturating_sub(skipped) / PAGE * PAGE;
    if length > 0 {
        // SAFETY: this advice changes no content and no protection, whatever lies there; the pages lie within the caller's memory.
        unsafe { madvise(start.wrapping_add(skipped).cast(), length, HUGE_PAGES) };
    }
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
pub fn prefer_large(_start: *mut u8, _bytes: usize) {}

/// Zeros, on large pages where they are many.
pub fn large_zeros<T: Copy + Default>(length: usize) -> Vec<T> {
    let mut zeros = vec![T::default(); length];
    let bytes = length * size_of::<T>();
    if bytes >= LARGE {
        prefer_large(zeros.as_mut_ptr().cast(), bytes);
    }
    zeros
}
