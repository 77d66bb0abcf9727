/**
 * Work that a model asks for while it is fitted, and who does it: a fit is a generator of work, written once; here are the blocking and
 * the asynchronous driver.
 */
import {
  linearAside, linearSync, logisticCost, runPausing, runSliced, sparseLogisticCost, threadsFor, type Backend, type ChainResult, type LinearCall, type LinearCost, type LogisticProblem, type LogisticRequest, type ModelChain,
  type SparseProblem, type SparseRequest,
} from '../dispatch/index.ts'
import { atOnce, type Pausing } from '../common/pausing.ts'
import type { Control } from './control.ts'

/** Requests on one problem, answered in one read of its X. */
export interface Evaluations {
  readonly problem: LogisticProblem
  readonly requests: readonly LogisticRequest[]
}

/** A long loop that can pause between pieces. */
export interface Pieces {
  readonly pieces: number
  /** Predicted milliseconds a piece. */
  readonly pieceMilliseconds: number
  run(first: number, last: number): void
}

/** Models on few rows, whose fits the driver may let the backend do whole; then it puts down what came out. */
export interface WholeFits {
  readonly problem: LogisticProblem
  readonly weights: Float64Array | null
  readonly chains: readonly ModelChain[]
  /** Predicted, on one thread. */
  readonly nanoseconds: number
  results: readonly ChainResult[] | undefined
}

/** A request on a sparse problem. */
export interface SparseEvaluation {
  readonly sparse: SparseProblem
  readonly request: SparseRequest
}

/** A product or a system of a model's own matrices. */
export interface LinearWork {
  readonly linear: LinearCall
  readonly out: Float64Array
  readonly cost: LinearCost
  /** Takes the call's value: 0 where all is well. */
  done?(value: number): void
}

/** A loop that pauses where it likes. */
export interface PausingWork {
  readonly pausing: Pausing<void>
}

export type Work = Evaluations | SparseEvaluation | WholeFits | Pieces | LinearWork | PausingWork

/** For `yield*` in a job: what comes out of a loop that pauses. */
export function* paused<Result>(loop: Pausing<Result>): Generator<PausingWork, Result, void> {
  let result: Result | undefined
  yield { pausing: kept() }
  return result as Result

  function* kept(): Pausing<void> {
    result = yield* loop
  }
}

/** Milliseconds that we may hold the event loop for. */
const TURN = 1.5

/** Evaluations that take longer, in predicted nanoseconds, are done off this thread: handing one over costs some 15 µs. */
const INLINE = 250_000

/** Does all work on this thread (and helpers), blocking. */
export function driveSync<Result>(job: Generator<Work, Result, void>, backend: Backend, control: Control): Result {
  for (;;) {
    const { done, value } = job.next()
    if (done === true) return value
    control.check()
    if ('pieces' in value) value.run(0, value.pieces)
    else if ('pausing' in value) atOnce(value.pausing)
    else if ('chains' in value) fitWhole(value, backend, control)
    else if ('linear' in value) doLinear(value, backend, control)
    else if ('sparse' in value) backend.sparseLogisticSync(value.sparse, value.request, threadsFor(backend, sparseCostOf(value, backend), control.threads))
    else backend.logisticSync(value.problem, value.requests, threadsFor(backend, costOf(value, backend), control.threads))
  }
}

/** Does short work here, with turns of the event loop in between, and long work off this thread. Memory as for `Backend.logistic`. */
export async function drive<Result>(job: Generator<Work, Result, void>, backend: Backend, control: Control): Promise<Result> {
  let turn = performance.now()
  for (;;) {
    // Before the job goes on with what may have been computed from memory that was lost, and after it has called the user.
    control.check()
    const { done, value } = job.next()
    if (done === true) return value
    control.check()
    if ('pausing' in value) {
      // Short loops are done at once.
      await runPausing(value.pausing, control.check)
      continue
    }
    if ('pieces' in value) {
      if (value.pieces * value.pieceMilliseconds <= TURN / 2) value.run(0, value.pieces)
      else {
        await runSliced({ ...value, run: value.run.bind(value), check: control.check })
        turn = performance.now()
      }
      continue
    }
    if ('chains' in value) {
      // What is too long for this thread is done step by step.
      if (value.nanoseconds > TURN * 1e6) continue
      if (performance.now() - turn + value.nanoseconds / 1e6 > TURN) {
        await nextTurn()
        control.check()
        turn = performance.now()
      }
      fitWhole(value, backend, control)
      continue
    }
    if ('linear' in value) {
      const nanoseconds = linearCostOf(value, backend)
      if (nanoseconds <= INLINE) {
        if (performance.now() - turn + nanoseconds / 1e6 > TURN) {
          await nextTurn()
          control.check()
          turn = performance.now()
        }
        doLinear(value, backend, control)
      } else {
        const answer = await linearAside(backend, value.linear, value.out, threadsFor(backend, nanoseconds, control.threads), control.rest(), control.check)
        value.done?.(answer)
        turn = performance.now()
      }
      continue
    }
    for (const part of portions(value, backend)) {
      control.check()
      const cost = 'sparse' in part ? sparseCostOf(part, backend) : costOf(part, backend)
      if (performance.now() - turn + Math.min(cost / 1e6, TURN) > TURN) {
        await nextTurn()
        control.check()
        turn = performance.now()
      }
      const threads = threadsFor(backend, cost, control.threads)
      if (cost <= INLINE) {
        if ('sparse' in part) backend.sparseLogisticSync(part.sparse, part.request, threads)
        else backend.logisticSync(part.problem, part.requests, threads)
      } else {
        if ('sparse' in part) await backend.sparseLogistic(part.sparse, part.request, threads)
        else await backend.logistic(part.problem, part.requests, threads)
        turn = performance.now()
      }
    }
  }
}

function fitWhole(work: WholeFits, backend: Backend, { threads }: Control): void {
  const { problem, weights, chains, nanoseconds } = work
  work.results = backend.fitChains(problem, weights, chains, chains.length === 1 ? 1 : threadsFor(backend, nanoseconds, threads))
}

function doLinear(work: LinearWork, backend: Backend, control: Control): void {
  const { threads, timeout } = control.rest()
  const value = linearSync(backend, work.linear, work.out, threadsFor(backend, linearCostOf(work, backend), threads), timeout)
  work.done?.(value)
}

function linearCostOf({ cost }: LinearWork, backend: Backend): number {
  return backend.name === 'native' ? cost.native : cost.inline
}

/** Many requests on little data in portions that are short enough to be answered on this thread; data that is worth handing over is read once for all requests. */
function portions(work: Evaluations | SparseEvaluation, backend: Backend): readonly (Evaluations | SparseEvaluation)[] {
  if ('sparse' in work || work.requests.length === 1) return [work]
  const { problem, requests } = work
  const most = Math.floor((INLINE * requests.length) / costOf(work, backend))
  if (most === 0 || most >= requests.length) return [work]
  return Array.from({ length: Math.ceil(requests.length / most) }, (_, k) => ({ problem, requests: requests.slice(k * most, (k + 1) * most) }))
}

function costOf({ problem, requests }: Evaluations, backend: Backend): number {
  const { rows, columns, classes } = problem
  const vectors = classes === 2 ? 1 : classes
  let cost = 0
  for (const { order } of requests) cost += logisticCost(backend, rows, columns, vectors, order)
  return cost
}

function sparseCostOf({ sparse }: SparseEvaluation, backend: Backend): number {
  return sparseLogisticCost(backend, sparse.rows, sparse.values.length, sparse.classes === 2 ? 1 : sparse.classes)
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
