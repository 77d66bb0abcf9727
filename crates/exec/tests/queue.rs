//! Asynchronous operations: order, panics, owners, many of them, and calls from within.

mod common;

use common::alone;
use manycore_exec::{Outcome, remove_owner, run_chunks, set_threads, submit};
use std::collections::HashSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Condvar, Mutex};
use std::time::Duration;

/// Longer than any of these tests takes, so that a lost operation is a failure and not a hang.
const PATIENCE: Duration = Duration::from_secs(60);

fn receive<T>(from: &Receiver<T>) -> T {
    from.recv_timeout(PATIENCE).expect("an operation got lost")
}

/// A door that operations wait at.
#[derive(Default)]
struct Gate(Mutex<bool>, Condvar);

impl Gate {
    fn open(&self) {
        *self.0.lock().expect("no panic under the lock") = true;
        self.1.notify_all();
    }
    fn pass(&self) {
        let open = self.0.lock().expect("no panic under the lock");
        drop(self.1.wait_while(open, |open| !*open).expect("no panic under the lock"));
    }
}

/// Keeps `count` threads of the pool busy until the gate opens.
fn occupy(count: usize, gate: &Arc<Gate>) {
    let (begun, all_begun) = channel();
    for _ in 0..count {
        let (gate, begun) = (Arc::clone(gate), begun.clone());
        submit(
            0,
            Box::new(move || {
                begun.send(()).expect("the test waits");
                gate.pass();
            }),
        );
    }
    (0..count).for_each(|_| receive(&all_begun));
}

fn send_number(to: &Sender<usize>, number: usize) -> Box<dyn FnOnce() + Send> {
    let to = to.clone();
    Box::new(move || to.send(number).expect("the test waits"))
}

#[test]
fn ten_thousand_operations_run_once_each() {
    let _turn = alone();
    set_threads(2);
    let (to, from) = channel();
    for number in 0..10_000 {
        submit(1, send_number(&to, number));
    }
    let seen: HashSet<usize> = (0..10_000).map(|_| receive(&from)).collect();
    assert_eq!(seen.len(), 10_000);
}

#[test]
fn one_thread_runs_them_in_order() {
    let _turn = alone();
    set_threads(1);
    let (to, from) = channel();
    for number in 0..100 {
        submit(1, send_number(&to, number));
    }
    assert!((0..100).all(|number| receive(&from) == number));
}

#[test]
fn a_panic_stays_with_its_operation() {
    let _turn = alone();
    set_threads(2);
    let (to, from) = channel();
    for number in 0..50 {
        submit(1, Box::new(|| panic!("asked for by a test")));
        submit(1, send_number(&to, number));
    }
    assert_eq!((0..50).map(|_| receive(&from)).collect::<HashSet<_>>().len(), 50);
}

#[test]
fn an_owner_takes_its_waiting_operations_back() {
    let _turn = alone();
    set_threads(2);
    let gate = Arc::new(Gate::default());
    occupy(2, &gate);
    let (to, from) = channel();
    for number in 0..100 {
        submit(1 + (number as u64 % 2), send_number(&to, number));
    }
    assert_eq!(remove_owner(1), 50);
    assert_eq!(remove_owner(1), 0);
    gate.open();
    let seen: HashSet<usize> = (0..50).map(|_| receive(&from)).collect();
    assert!(seen.iter().all(|number| number % 2 == 1));
    drop(to);
    assert!(
        from.recv_timeout(PATIENCE).is_err(),
        "what was taken back was dropped, its sender too"
    );
}

#[test]
fn a_call_never_waits_behind_an_operation() {
    let _turn = alone();
    set_threads(2);
    let gate = Arc::new(Gate::default());
    occupy(2, &gate);
    let (to, from) = channel();
    submit(1, send_number(&to, 7));
    // All threads are taken and one operation waits: this must end without them.
    assert!(matches!(run_chunks(2, 10, None, |chunk| chunk), Outcome::Done(_)));
    assert!(from.try_recv().is_err());
    gate.open();
    assert_eq!(receive(&from), 7);
}

#[test]
fn operations_queued_during_a_call_run_after_it() {
    let _turn = alone();
    set_threads(2);
    let (to, from) = channel();
    let barrier = Barrier::new(2);
    let outcome = run_chunks(2, 2, None, |chunk| {
        barrier.wait();
        submit(1, send_number(&to.clone(), chunk));
    });
    assert!(matches!(outcome, Outcome::Done(_)));
    assert_eq!(receive(&from) + receive(&from), 1);
}

#[test]
fn an_operation_gets_helpers() {
    let _turn = alone();
    set_threads(2);
    let (to, from) = channel();
    submit(
        1,
        Box::new(move || {
            let barrier = Barrier::new(2);
            let outcome = run_chunks(2, 2, None, |_| barrier.wait().is_leader());
            to.send(matches!(outcome, Outcome::Done(_))).expect("the test waits");
        }),
    );
    assert!(receive(&from));
}

#[test]
fn operations_and_calls_mixed_all_finish() {
    let _turn = alone();
    set_threads(3);
    let (to, from) = channel();
    std::thread::scope(|scope| {
        for caller in 0..3 {
            let to = to.clone();
            scope.spawn(move || {
                for round in 0..200 {
                    let to = to.clone();
                    submit(
                        caller,
                        Box::new(move || {
                            let sum =
                                run_chunks(3, 8, None, |chunk| chunk + round).map(|all| all.iter().sum::<usize>());
                            to.send(matches!(sum, Outcome::Done(sum) if sum == 28 + 8 * round))
                                .expect("the test waits");
                        }),
                    );
                    assert!(matches!(run_chunks(3, 8, None, |chunk| chunk), Outcome::Done(_)));
                }
            });
        }
    });
    assert!((0..600).all(|_| receive(&from)));
}
