//! The heap under new results. An array that the collector has freed is not reused at once, as it is where references are counted: a program that makes one
//! result after another goes through some 30 MB before the first of them is free again, and all of that is made page by page, at 1.5 to 6 µs a page on a virtual machine.
//! What is free again the GNU allocator gives back to the system where it is more than 128 KiB, and the pages are made anew.

/// Makes the GNU allocator ready for results of up to some megabytes, for the calling thread: nothing is written, no memory is taken, and no setting is touched.
///
/// First, a block is asked for and given back. That raises the allocator's own idea of large to the size of the block (`mallopt(3)`, `M_MMAP_THRESHOLD`), as in any
/// program that has ever freed an array of that size: smaller ones come from the heap from then on, and twice as much of it may be free before the system gets it back.
/// Then what the heap will grow into is marked for large pages and given back to it.
///
/// Where somebody has set the allocator's thresholds, it keeps to them, and this changes nothing.
#[cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]
pub fn prepare_heap() {
    use super::pages::prefer_large;

    /// A number of bytes, half of what may stay free.
    const KEPT: usize = 16 << 20;
    /// A little less than that, so that it comes from the heap.
    const MARKED: usize = 15 << 20;

    let memory = |bytes: usize| {
        let mut block: Vec<u8> = Vec::new();
        // Where memory is short this helps nobody, and must not end the process.
        let _ = block.try_reserve_exact(bytes);
        // Or the compiler sees that nothing comes of it.
        std::hint::black_box(block)
    };
    drop(memory(KEPT));
    let mut blocks = [memory(MARKED), memory(MARKED)];
    for block in &mut blocks {
        prefer_large(block.as_mut_ptr(), block.capacity());
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64")))]
pub fn prepare_heap() {}

#[cfg(test)]
mod tests {
    use super::prepare_heap;

    #[test]
    fn memory_is_as_before() {
        let before = vec![7_u8; 1 << 20];
        for _ in 0..3 {
            prepare_heap();
        }
        let after = vec![0_u64; 1 << 20];
        assert!(before.iter().all(|&byte| byte == 7) && after.iter().all(|&word| word == 0));
    }
}
