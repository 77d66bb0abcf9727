/** Work on models that is written once and done in either form: a generator of calls, each with its blocking and its promise form. */
import { atOnce, type Pausing } from '../common/pausing.ts'
import { runPausing } from '../dispatch/index.ts'

/** One call, in both forms. */
export interface Call {
  blocking(): unknown
  promise(): Promise<unknown>
}

/** A job made of calls. */
export type Job<Result> = Generator<Call, Result, unknown>

/** For `yield*` in a job: makes the call in the form that the job is done in. */
export function* either<Value>(blocking: () => Value, promise: () => Promise<Value>): Job<Value> {
  return (yield { blocking, promise }) as Value
}

/** The same for a loop that pauses; `check` throws when the promise form may not go on. */
export function pausing<Value>(work: Pausing<Value>, check: () => void): Job<Value> {
  return either(() => atOnce(work), () => runPausing(work, check))
}

export function doBlocking<Result>(job: Job<Result>): Result {
  for (let step = job.next(); ; ) {
    if (step.done === true) return step.value
    step = job.next(step.value.blocking())
  }
}

/** Makes the promise forms of all calls, one after the other. */
export async function doInTurns<Result>(job: Job<Result>): Promise<Result> {
  for (let step = job.next(); ; ) {
    if (step.done === true) return step.value
    step = job.next(await step.value.promise())
  }
}
