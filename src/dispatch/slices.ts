/**
 * Long promise-form calls over plain ArrayBuffers, in slices on this thread between turns of the event loop. One queue per
 * environment: all calls together get at most about 2 ms a turn. No JavaScript but ours runs while a slice holds a
 * pointer, so a buffer can only be transferred or resized between slices, where it is looked at again.
 */
import type { Pausing } from '../common/pausing.ts'

/** Milliseconds that all slices of a turn may take together. */
const TURN = 2

/** What a slice should take: with its overshoot it fits a turn. */
const SLICE = 1.5

/** Milliseconds that loops which pause may take before they wait for their turn. */
const AT_ONCE = 0.4

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

/** A call in the queue. */
interface Job {
  /** Does a slice that takes about so long, or one piece if that is more; gives whether there is more to do. */
  advance(milliseconds: number): boolean
  reject(reason: unknown): void
}

const queue: Job[] = []
let scheduled = false
/** Milliseconds that such loops have taken in this turn. */
let atOnce = 0

/** Runs the work to its end; rejects with what its `check` or `run` throws. Keeps the process alive until then. */
export function runSliced(work: SlicedWork): Promise<void> {
  return new Promise((resolve, reject) => enqueue({ advance: slicesOf(work, resolve), reject }))
}

/** The same for a loop that pauses; its first stretches are done at once where nothing else waits, so that a short one costs no turn. */
export function runPausing<Result>(work: Pausing<Result>, check: () => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    const advance = (milliseconds: number): boolean => {
      check()
      const end = performance.now() + milliseconds
      do {
        const { done, value } = work.next()
        if (done === true) {
          resolve(value)
          return false
        }
      } while (performance.now() < end)
      return true
    }
    const start = performance.now()
    const more = queue.length > 0 || atOnce > AT_ONCE || advance(AT_ONCE)
    spend(performance.now() - start)
    if (more) enqueue({ advance, reject })
  })
}

/** Counts what is done at once in this turn. */
function spend(milliseconds: number): void {
  if (milliseconds < AT_ONCE / 10) return
  if (atOnce === 0) setImmediate(() => (atOnce = 0))
  atOnce += milliseconds
}

function enqueue(job: Job): void {
  queue.push(job)
  schedule()
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
  try {
    return job.advance(Math.min(SLICE, end - performance.now()))
  } catch (error) {
    job.reject(error)
    return false
  }
}

function slicesOf(work: SlicedWork, resolve: () => void): Job['advance'] {
  let next = 0
  /** Measured milliseconds a piece, smoothed. */
  let piece = work.pieceMilliseconds
  return (milliseconds) => {
    const start = performance.now()
    // Guesses may be several times too small: memory that is still to be made, data that lie in no cache.
    const budget = next === 0 ? Math.min(SLICE / 4, milliseconds) : milliseconds
    const last = Math.min(work.pieces, next + Math.max(1, Math.floor(budget / piece)))
    work.check()
    work.run(next, last)
    const measured = (performance.now() - start) / (last - next)
    // Up at once, down slowly: a turn that is held too long hurts more than a slice that is too short.
    piece = Math.max(measured, 0.75 * piece + 0.25 * measured, 1e-6)
    next = last
    if (last < work.pieces) return true
    resolve()
    return false
  }
}
