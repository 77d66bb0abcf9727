/** Carries out the kernels of linear algebra: on this thread, on the native pool, or on workers. */
import { active } from '../backends/index.ts'
import { allocate, isShared, isStable } from '../common/allocate.ts'
import { detachedError, fixed, type FloatArray, type NumericArray } from '../common/arrays.ts'
import { countCopy } from '../common/copies.ts'
import { once, remaining, timeoutError, type CallOptions } from '../common/options.ts'
import { newResult, overlaps } from '../common/results.ts'
import { computeLinear, type LinearCall } from '../kernels/linear-algebra/call.ts'
import { copyIn, copyOut } from './copy.ts'
import { linearInTurns } from './linear-turns.ts'
import type { Plan } from './plan.ts'
import { planWork } from './work.ts'

/** A call, described once for both forms. */
export interface Calculation<R> {
  readonly call: LinearCall
  /** The inputs' names, for errors. */
  readonly names: readonly string[]
  /** Where the result goes if the caller said so. */
  readonly out: FloatArray | undefined
  readonly type: 'float64' | 'float32'
  readonly length: number
  /** Predicted nanoseconds on one thread: in TypeScript, and natively. Functions of the shape alone, since the choice may be seen in the last bits. */
  readonly nanoseconds: { readonly inline: number; readonly native: number }
  finish(out: FloatArray): R
  /** Throws where the kernel's value isn't 0. */
  readonly check?: (value: number) => void
}

/** The blocking form of the call that `describeCall` makes of the options. */
export function calculateSync<R, O extends CallOptions>(describeCall: (options: O | undefined) => Calculation<R>, given: O | undefined): R {
  const options = once(given)
  const calculation = describeCall(options)
  options?.signal?.throwIfAborted()
  if (options?.timeout === 0) throw timeoutError(0)
  return compute(calculation, planLinear(calculation, 'sync', options), options)
}

/** The promise form. Off this thread the inputs are read from memory that JavaScript can't free: if need be from copies, made in slices. Nobody else can reach the `owned` buffers. */
export async function calculate<R>(calculation: Calculation<R>, options: CallOptions | undefined, owned: readonly ArrayBufferLike[] = []): Promise<R> {
  options?.signal?.throwIfAborted()
  if (options?.timeout === 0) throw timeoutError(0)
  const how = planLinear(calculation, 'promise', options)
  if (how.route !== 'off-thread') return compute(calculation, how, options)

  const backend = active()
  const native = backend.name === 'native'
  const left = remaining(options)
  const inputs: NumericArray[] = []
  // Fixed before the first wait: lengths at the call count.
  const views = calculation.call.inputs.map(fixed)
  for (const [index, view] of views.entries()) {
    const same = calculation.call.inputs.indexOf(calculation.call.inputs[index]!)
    const readable = native ? isStable(view.buffer) || owned.includes(view.buffer) : isShared(view.buffer)
    inputs.push(same < index ? inputs[same]! : readable ? view : await copyIn(view, calculation.names[index]!, left(), !native))
  }
  const call = { ...calculation.call, inputs }
  const { out } = calculation
  const direct = out !== undefined && native && isStable(out.buffer) && !liesOn(out, calculation.call.inputs)
  const result = direct ? fixed(out) : native ? allocate(calculation.type, calculation.length, { zero: false }) : fresh(calculation)
  const { timeout, signal } = left()
  const value = await backend.linear(call, result, how.threads, timeout ?? 0, signal)
  calculation.check?.(value ?? await inSlices(call, calculation.names, result, options, left))
  if (out === undefined) return calculation.finish(result)
  if (!direct) await copyOut(result, out, 'out', left())
  return calculation.finish(out)
}

function compute<R>(calculation: Calculation<R>, { route, threads }: { route: string; threads: number }, options: CallOptions | undefined): R {
  const { call, out } = calculation
  const timeout = options?.timeout ?? Infinity
  const result = out !== undefined && !liesOn(out, call.inputs) ? out : fresh(calculation)
  const value = route === 'inline'
    ? computeLinear(call, result, watch(timeout))
    : active().linearSync(call, result, threads, timeout === Infinity ? 0 : timeout)
  if (value === undefined) throw timeoutError(timeout)
  calculation.check?.(value)
  if (out !== undefined && result !== out) {
    countCopy('out', out.byteLength)
    out.set(result)
  }
  return calculation.finish(out ?? result)
}

/** Looks at the clock between steps where a time limit is set. */
function watch(timeout: number): (() => void) | undefined {
  if (timeout === Infinity) return undefined
  const end = performance.now() + timeout
  return () => {
    if (performance.now() >= end) throw timeoutError(timeout)
  }
}

/** Where no other thread can be had: on this one, as long as the call's memory is there. */
function inSlices(call: LinearCall, names: readonly string[], out: FloatArray, options: CallOptions | undefined, left: () => CallOptions): Promise<number> {
  const lengths = call.inputs.map((view) => view.length)
  return linearInTurns(call, out, () => {
    options?.signal?.throwIfAborted()
    left()
    for (const [index, view] of call.inputs.entries()) if (view.length < lengths[index]!) throw detachedError(names[index]!)
  })
}

/** Who would carry out a call. */
export function planLinear({ call, length, nanoseconds }: Calculation<unknown>, form: 'sync' | 'promise', options: CallOptions | undefined): Plan {
  const bytes = call.inputs.reduce((total, view) => total + view.byteLength, 8 * length)
  // Cut into pieces by the kernel itself; memory that can be freed or that workers can't see is copied.
  const shared = form === 'promise' || call.inputs.every((view) => isShared(view.buffer))
  return planWork({ nanoseconds, bytes, stable: true, shared, pieces: 2, offThread: () => Promise.resolve(true) }, form, options)
}

function liesOn(out: FloatArray, inputs: readonly NumericArray[]): boolean {
  return inputs.some((view) => overlaps(out, view))
}

function fresh({ type, length }: { type: 'float64' | 'float32'; length: number }): FloatArray {
  return type === 'float64' ? newResult(Float64Array, length) : newResult(Float32Array, length)
}
