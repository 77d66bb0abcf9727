/** Work on models that is written once and done in either form: a generator of calls, each with its blocking and its promise form. */

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
