"""Answers requests of python.mjs, one JSON line each. Times itself."""
import json
import multiprocessing
import os
import random
import signal
import sys
import time


def square(x):
    return x * x


def sum_of_squares(items):
    return sum(x * x for x in items)


def busy(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass
    return os.getpid()


def total(array):
    return float(array.sum())


def set_barrier(barrier):
    global meeting
    meeting = barrier


def meet(_):
    meeting.wait()
    return 1


def produce(queue, count):
    for i in range(count):
        queue.put(i)
    queue.put(None)


def consume(queue, results):
    got = 0
    while queue.get() is not None:
        got += 1
    results.put(got)


WORKERS = 2
kept = {}


def pool():
    if "pool" not in kept:
        kept["pool"] = multiprocessing.Pool(WORKERS)
        kept["pool"].map(square, range(100))
    return kept["pool"]


def timed(action):
    start = time.perf_counter()
    value = action()
    return time.perf_counter() - start, value


def queued(n):
    workers = pool()

    def run():
        waiting = [workers.apply_async(square, (i,)) for i in range(n)]
        return [each.get() for each in waiting]

    seconds, values = timed(run)
    assert values[-1] == (n - 1) ** 2
    return seconds / n


def chunks_of_one(n):
    workers = pool()
    seconds, values = timed(lambda: workers.map(square, range(n), chunksize=1))
    assert values[-1] == (n - 1) ** 2
    return seconds / n


def round_trip(n):
    workers = pool()
    return timed(lambda: [workers.apply(square, (i,)) for i in range(n)])[0] / n


def map_square(n):
    workers = pool()
    seconds, values = timed(lambda: workers.map(square, range(n)))
    assert values[-1] == (n - 1) ** 2
    return seconds


def batches(n, size):
    workers = pool()
    seconds, values = timed(lambda: workers.map(sum_of_squares, [range(first, min(n, first + size)) for first in range(0, n, size)]))
    assert sum(values) == (n - 1) * n * (2 * n - 1) // 6
    return seconds


def copied_sum(n):
    import numpy

    values = kept.setdefault(("array", n), numpy.arange(n, dtype=float))
    workers = pool()
    seconds, value = timed(lambda: workers.apply(total, (values,)))
    assert value == n * (n - 1) / 2
    return seconds


def joblib_sum(n):
    import numpy
    from joblib import Parallel, delayed

    values = kept.setdefault(("array", n), numpy.arange(n, dtype=float))
    parallel = kept.setdefault("parallel", Parallel(n_jobs=WORKERS, max_nbytes="100K"))
    half = n // 2
    seconds, value = timed(lambda: sum(parallel(delayed(total)(part) for part in (values[:half], values[half:]))))
    assert value == n * (n - 1) / 2
    return seconds


def start(kind):
    if kind == "loky":
        from joblib.externals.loky import ProcessPoolExecutor

        begun = time.perf_counter()
        executor = ProcessPoolExecutor(WORKERS)
        list(executor.map(busy, [0.02] * WORKERS))
        seconds = time.perf_counter() - begun - 0.02
        executor.shutdown(wait=True, kill_workers=True)
        return seconds
    context = multiprocessing.get_context(kind)
    begun = time.perf_counter()
    barrier = context.Barrier(WORKERS)
    workers = context.Pool(WORKERS, initializer=set_barrier, initargs=(barrier,))
    workers.map(meet, range(WORKERS), chunksize=1)
    seconds = time.perf_counter() - begun
    workers.terminate()
    workers.join()
    return seconds


def queue(count, producers, consumers):
    items = multiprocessing.Queue()
    results = multiprocessing.Queue()
    everybody = [multiprocessing.Process(target=produce, args=(items, count // producers)) for _ in range(producers)]
    everybody += [multiprocessing.Process(target=consume, args=(items, results)) for _ in range(consumers)]

    def run():
        for process in everybody:
            process.start()
        got = sum(results.get() for _ in range(consumers))
        for process in everybody:
            process.join()
        return got

    seconds, got = timed(run)
    assert got == count // producers * producers, got
    return count / seconds


def kill(limit):
    """Whether a map whose worker is killed is still without an answer after the limit."""
    workers = multiprocessing.Pool(WORKERS)
    victims = workers.map(busy, [0.02] * (2 * WORKERS), chunksize=1)
    waiting = workers.map_async(busy, [0.02] * 20, chunksize=1)
    time.sleep(random.uniform(0.01, 0.15))
    os.kill(random.choice(victims), signal.SIGKILL)
    try:
        waiting.get(limit)
        hung = 0
    except multiprocessing.TimeoutError:
        hung = 1
    except Exception:
        hung = 0
    workers.terminate()
    return hung


OPERATIONS = {
    "queued": queued, "chunks_of_one": chunks_of_one, "round_trip": round_trip, "map_square": map_square, "batches": batches,
    "copied_sum": copied_sum, "joblib_sum": joblib_sum, "start": start, "queue": queue, "kill": kill,
}

if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        try:
            measured = OPERATIONS[request.pop("op")](**request)
            print(json.dumps({"measured": measured}), flush=True)
        except Exception as error:  # noqa: BLE001
            print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
    if "pool" in kept:
        kept["pool"].terminate()
