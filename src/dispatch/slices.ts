/**
 * Long promise-form calls over plain ArrayBuffers, in slices on this thread between turns of the event loop. One queue per
 * environment: all calls together get at most about 2 ms a turn. No JavaScript but ours runs while a slice holds a
 * pointer, so a buffer can only be transferred or resized between slices, where it is looked at again.
 */

/** Milliseconds that all slices of a turn may take together. */
const TURN = 2

/** What a slice should take: with its overshoot it fits a turn. */
const SLICE = 1.5

/** A long call, cut up. */
export interface SlicedWork {
  /** Number of pieces, done in order. */
  readonly pieces: number
  /** First guess of what a piece takes, in milliseconds. */
  readonly pieceMilliseconds: number
  /** Throws when the work may not go on: its memory has gone, its signal fired, its time ran out. */
  check(): void
  /** Does pieces first … last − 1, blocking. */
  run(first: number, last: number): void
}

interface Job {
  work: SlicedWork
  next: number
  /** Measured milliseconds a piece, smoothed. */
  piece: number
  resolve(): void
  reject(reason: unknown): void
}

const queue: Job[] = []
let scheduled = false

/** Runs the work to its end; rejects with what its `check` or `run` throws. Keeps the process alive until then. */
export function runSliced(work: SlicedWork): Promise<void> {
  return new Promise((resolve, reject) => {
    queue.push({ work, next: 0, piece: work.pieceMilliseconds, resolve, reject })
    schedule()
  })
}

function schedule(): void {
  if (scheduled || queue.length === 0) return
  scheduled = true
  setImmediate(turn)
}

function turn(): void {
  scheduled = false
  const end = performance.now() + TURN
  for (;;) {
    const job = queue.shift()
    if (job === undefined) return
    // One piece at least, so that work goes on even where a piece alone takes longer than a turn.
    if (step(job, end)) queue.push(job)
    if (performance.now() + SLICE / 2 >= end) break
  }
  schedule()
}

/** Does one slice of a job; gives whether there is more. */
function step(job: Job, end: number): boolean {
  const { work } = job
  const start = performance.now()
  // Guesses may be several times too small: memory that is still to be made, data that lie in no cache.
  const budget = Math.min(job.next === 0 ? SLICE / 4 : SLICE, end - start)
  const count = Math.max(1, Math.floor(budget / job.piece))
  const last = Math.min(work.pieces, job.next + count)
  try {
    work.check()
    work.run(job.next, last)
  } catch (error) {
    job.reject(error)
    return false
  }
  const measured = (performance.now() - start) / (last - job.next)
  // Up at once, down slowly: a turn that is held too long hurts more than a slice that is too short.
  job.piece = Math.max(measured, 0.75 * job.piece + 0.25 * measured, 1e-6)
  job.next = last
  if (last < work.pieces) return true
  job.resolve()
  return false
}
