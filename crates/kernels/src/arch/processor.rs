//! Which processor a thread runs on, and which it keeps off. A system that wakes a helper may put it on the caller's own processor, behind the caller: Linux does so on virtual machines, where
//! a processor that sleeps looks as if it had been taken away. Then two threads take longer than one, for as long as it takes the system to notice.

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod linux {
    use std::cell::Cell;
    use std::ffi::c_int;

    /// Processors that a thread may run on, a bit each; where a machine has more, the system refuses and all stays as it is.
    type Mask = [u64; 16];

    unsafe extern "C" {
        fn sched_getcpu() -> c_int;
        fn sched_getaffinity(thread: c_int, bytes: usize, mask: *mut Mask) -> c_int;
        fn sched_setaffinity(thread: c_int, bytes: usize, mask: *const Mask) -> c_int;
    }

    /// What this thread has been told: the processor that it keeps off, the mask that says so, and the one that it had before.
    #[derive(Clone, Copy)]
    struct Kept {
        off: usize,
        mask: Mask,
        before: Mask,
    }

    thread_local! {
        static KEPT: Cell<Option<Kept>> = const { Cell::new(None) };
    }

    /// The processor that this thread runs on now.
    pub fn current() -> Option<usize> {
        // SAFETY: takes nothing, and gives a number.
        usize::try_from(unsafe { sched_getcpu() }).ok()
    }

    /// Keeps this thread off a processor, if there is another one for it.
    pub fn keep_off(processor: usize) {
        let kept = KEPT.get();
        if kept.is_some_and(|kept| kept.off == processor) || processor >= Mask::default().len() * 64 {
            return;
        }
        let Some(now) = mask() else { return };
        // Somebody else may have set another one meanwhile.
        let before = kept.filter(|kept| kept.mask == now).map_or(now, |kept| kept.before);
        let mut mask = before;
        mask[processor / 64] &= !(1 << (processor % 64));
        if mask != Mask::default() && set(&mask) {
            KEPT.set(Some(Kept {
                off: processor,
                mask,
                before,
            }));
        }
    }

    /// Lets this thread run where it might before.
    pub fn keep_off_none() {
        if let Some(kept) = KEPT.take()
            && mask() == Some(kept.mask)
        {
            set(&kept.before);
        }
    }

    fn mask() -> Option<Mask> {
        let mut mask = Mask::default();
        // SAFETY: writes to the mask, no more bytes than it has; 0 is the calling thread.
        (unsafe { sched_getaffinity(0, size_of::<Mask>(), &mut mask) } == 0).then_some(mask)
    }

    fn set(mask: &Mask) -> bool {
        // SAFETY: reads the mask; 0 is the calling thread.
        unsafe { sched_setaffinity(0, size_of::<Mask>(), mask) == 0 }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_thread_keeps_off_a_processor_and_returns() {
            let before = mask();
            let here = current().unwrap();
            keep_off(here);
            let without = mask().unwrap();
            let alone = before.unwrap().iter().map(|bits| bits.count_ones()).sum::<u32>() == 1;
            assert_eq!(without[here / 64] >> (here % 64) & 1 == 0, !alone);
            if !alone {
                assert_ne!(current(), Some(here));
            }
            let there = current().unwrap();
            keep_off(there);
            assert!(alone || mask().unwrap()[here / 64] >> (here % 64) & 1 == 1);
            keep_off_none();
            assert_eq!(mask(), before);
        }
    }
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub use linux::{current, keep_off, keep_off_none};

/// Not known elsewhere.
#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
pub fn current() -> Option<usize> {
    None
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
pub fn keep_off(_processor: usize) {}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
pub fn keep_off_none() {}
