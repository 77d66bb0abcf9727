//! The pool's life: panics, cancellation, several callers, sizes, the end and a new beginning.

mod common;

use common::alone;
use manycore_exec::{
    Cancel, Outcome, run_chunks, run_pieces, set_threads, shutdown, started_threads, threads, warning,
};
use manycore_kernels::Output;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::time::{Duration, Instant};

/// Threads that have come to their end: counted by what a thread does last, and slowly, so that only waiting for the
/// thread itself can be sure to see it.
static ENDED: AtomicUsize = AtomicUsize::new(0);

struct Ending;

impl Drop for Ending {
    fn drop(&mut self) {
        std::thread::sleep(Duration::from_millis(3));
        ENDED.fetch_add(1, Ordering::SeqCst);
    }
}

thread_local! {
    static ENDING: Ending = const { Ending };
}

/// Whether this is one of the pool's threads; its end will be counted.
fn mark_pool_thread() -> bool {
    let named = std::thread::current()
        .name()
        .is_some_and(|name| name.starts_with("manycore-"));
    if named {
        ENDING.with(|_| {});
    }
    named
}

#[test]
fn helpers_take_part_and_results_come_by_index() {
    let _turn = alone();
    set_threads(3);
    // Three threads must be at work at once, or the barrier would never open.
    let barrier = Barrier::new(3);
    let who = Mutex::new(HashSet::new());
    let outcome = run_chunks(3, 3, None, |chunk| {
        barrier.wait();
        who.lock()
            .expect("no panic under the lock")
            .insert(std::thread::current().id());
        chunk * 10
    });
    assert!(matches!(outcome, Outcome::Done(results) if results == [0, 10, 20]));
    let who = who.into_inner().expect("no panic under the lock");
    assert_eq!(who.len(), 3);
    assert!(who.contains(&std::thread::current().id()), "the caller takes part");
}

#[test]
fn no_chunks_are_fine() {
    let _turn = alone();
    assert!(matches!(run_chunks(4, 0, None, |chunk| chunk), Outcome::Done(results) if results.is_empty()));
}

#[test]
fn a_panic_reaches_the_caller_and_the_next_call_works() {
    let _turn = alone();
    set_threads(2);
    for threads in [1, 2] {
        for bad in [0, 63] {
            let outcome = run_chunks(threads, 64, None, |chunk| assert!(chunk != bad, "chunk {chunk} is bad"));
            let Outcome::Panicked(payload) = outcome else {
                panic!("the panic got lost")
            };
            assert_eq!(payload.downcast_ref::<String>(), Some(&format!("chunk {bad} is bad")));
            let next = run_chunks(threads, 64, None, |chunk| chunk);
            assert!(matches!(next, Outcome::Done(results) if results.len() == 64));
        }
    }
}

#[test]
fn every_helper_may_panic_at_once() {
    let _turn = alone();
    set_threads(4);
    for _ in 0..50 {
        let barrier = Barrier::new(4);
        let outcome = run_chunks(4, 4, None, |_| {
            barrier.wait();
            panic!("all of them");
        });
        let _: Outcome<Vec<()>> = outcome;
    }
    let barrier = Barrier::new(4);
    let all = run_chunks(4, 4, None, |_| barrier.wait().is_leader());
    assert!(matches!(all, Outcome::Done(_)), "every thread is still there");
}

#[test]
fn cancelling_ends_within_a_chunk_a_thread() {
    let _turn = alone();
    set_threads(2);
    for threads in [1, 2] {
        let cancel = Cancel::new(None);
        let begun = AtomicUsize::new(0);
        let outcome = run_chunks(threads, 1_000_000, Some(&cancel), |chunk| {
            begun.fetch_add(1, Ordering::SeqCst);
            if chunk == 10 {
                cancel.cancel();
            }
            // Without the cancellation this would take a quarter of an hour.
            std::thread::sleep(Duration::from_millis(1));
        });
        assert!(matches!(outcome, Outcome::Cancelled));
        let begun = begun.into_inner();
        assert!(
            (11..=11 + 4 * threads).contains(&begun),
            "{begun} chunks began on {threads} threads"
        );
    }
}

#[test]
fn time_runs_out() {
    let _turn = alone();
    set_threads(2);
    let cancel = Cancel::new(Instant::now().checked_add(Duration::from_millis(5)));
    let outcome = run_chunks(2, 1_000_000, Some(&cancel), |_| {
        std::thread::sleep(Duration::from_millis(1))
    });
    assert!(matches!(outcome, Outcome::TimedOut));
}

#[test]
fn pieces_go_to_their_places() {
    let _turn = alone();
    set_threads(3);
    let mut out = vec![0.0; 1001];
    let outcome = run_pieces(3, Output::from_slice(&mut out), 10, None, |number, mut piece| {
        for index in 0..piece.len() {
            piece.set(index, (number * 10 + index) as f64);
        }
    });
    assert!(matches!(outcome, Outcome::Done(())));
    assert!(out.iter().enumerate().all(|(index, value)| *value == index as f64));
}

#[test]
fn a_call_within_a_call_finishes() {
    let _turn = alone();
    set_threads(2);
    let outcome = run_chunks(2, 8, None, |outer| {
        match run_chunks(2, 8, None, |inner| outer * inner) {
            Outcome::Done(results) => results.iter().sum::<usize>(),
            _ => 0,
        }
    });
    assert!(matches!(outcome, Outcome::Done(results) if results.iter().sum::<usize>() == 28 * 28));
}

#[test]
fn many_callers_at_once_all_finish() {
    let _turn = alone();
    set_threads(2);
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for caller in 0..4 {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                for round in 0..500 {
                    let outcome = run_chunks(2, 16, None, |chunk| chunk + caller + round);
                    let wanted = 120 + 16 * (caller + round);
                    assert!(matches!(outcome, Outcome::Done(results) if results.iter().sum::<usize>() == wanted));
                }
            });
        }
    });
}

#[test]
fn while_one_call_is_parallel_another_runs_alone() {
    let _turn = alone();
    set_threads(2);
    let both_at_work = Barrier::new(3);
    let release = Barrier::new(3);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            run_chunks(2, 2, None, |_| {
                both_at_work.wait();
                release.wait();
            })
        });
        both_at_work.wait();
        let me = std::thread::current().id();
        let outcome = run_chunks(2, 100, None, |_| std::thread::current().id() == me);
        release.wait();
        assert!(matches!(outcome, Outcome::Done(alone) if alone.iter().all(|alone| *alone)));
    });
}

#[test]
fn shutdown_joins_and_the_next_call_starts_again() {
    let _turn = alone();
    set_threads(3);
    for round in 0..20 {
        let barrier = Barrier::new(3);
        let outcome = run_chunks(3, 3, None, |_| {
            barrier.wait();
            mark_pool_thread()
        });
        assert!(matches!(outcome, Outcome::Done(named) if named.iter().filter(|named| **named).count() == 2));
        assert_eq!(started_threads(), 3);
        assert_eq!(ENDED.load(Ordering::SeqCst), 2 * round);
        shutdown();
        assert_eq!(ENDED.load(Ordering::SeqCst), 2 * round + 2);
        assert_eq!(started_threads(), 0);
    }
    assert_eq!(warning(), None);
}

#[test]
fn shutdown_waits_for_a_call_in_flight() {
    let _turn = alone();
    set_threads(2);
    let begun = Barrier::new(2);
    let finished = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            run_chunks(2, 8, None, |chunk| {
                if chunk == 0 {
                    begun.wait();
                }
                std::thread::sleep(Duration::from_millis(2));
                finished.fetch_add(1, Ordering::SeqCst);
            })
        });
        begun.wait();
        shutdown();
        assert_eq!(finished.load(Ordering::SeqCst), 8);
    });
}

#[test]
fn the_number_of_threads_changes_when_nobody_is_at_work() {
    let _turn = alone();
    set_threads(2);
    assert_eq!(threads(), 2);
    let outcome = run_chunks(2, 4, None, |chunk| {
        if chunk == 0 {
            set_threads(5);
        }
        started_threads()
    });
    assert!(matches!(outcome, Outcome::Done(seen) if seen.iter().all(|seen| *seen == 2)));
    assert_eq!(threads(), 5);
    let barrier = Barrier::new(5);
    assert!(matches!(
        run_chunks(5, 5, None, |_| barrier.wait().is_leader()),
        Outcome::Done(_)
    ));
    assert_eq!(started_threads(), 5);
    set_threads(0);
    assert_eq!(threads(), 1);
    set_threads(usize::MAX);
    assert_eq!(threads(), 1024);
    set_threads(2);
}
