/** Carries out the kernels of order: on this thread, on the native pool, or on a worker. */
import { active } from '../backends/index.ts'
import { allocate, isShared, isStable, type ElementType } from '../common/allocate.ts'
import { fixed, nativeView, ordinary, type ElementTypeName, type NumericArray } from '../common/arrays.ts'
import { once, remaining, timeoutError, type CallOptions } from '../common/options.ts'
import { newResult, type ArrayClass } from '../common/results.ts'
import { computeOrder, type OrderCall, type OrderKernel } from '../kernels/ordering/call.ts'
import type { Look } from '../kernels/ordering/look.ts'
import { copyIn, copyOut } from './copy.ts'
import type { Plan } from './plan.ts'
import { planWork } from './work.ts'

/** An array that a call fills: the caller's, or a new one. */
export interface Wanted {
  readonly type: ElementTypeName
  readonly length: number
  readonly out?: NumericArray | undefined
}

/** A call, described once for both forms. */
export interface Ordering<R> {
  readonly kernel: OrderKernel
  readonly x: NumericArray
  /** Element type of x. */
  readonly type: ElementTypeName
  readonly numbers?: readonly number[]
  readonly more?: readonly NumericArray[]
  readonly wanted: readonly Wanted[]
  /** Predicted nanoseconds on one thread: in TypeScript, and natively. */
  readonly nanoseconds: { readonly inline: number; readonly native: number }
  /** Makes the result of the arrays that were filled and the kernel's value. */
  finish(outputs: readonly NumericArray[], value: number): R
}

/** The blocking form of the call that `describeCall` makes of the options. */
export function orderBlocking<R, O extends CallOptions>(describeCall: (options: O | undefined) => Ordering<R>, given: O | undefined): R {
  const options = once(given)
  const ordering = describeCall(options)
  options?.signal?.throwIfAborted()
  if (options?.timeout === 0) throw timeoutError(0)
  const { route, threads } = planOrder(ordering, 'sync', options)
  return computeOrdering(ordering, route, threads, options?.timeout)
}

/** The promise form. Off this thread the input is read from memory that JavaScript can't free: if need be from a copy, made in slices. Nobody else can reach the `owned` buffers. */
export async function orderAsync<R>(ordering: Ordering<R>, options: CallOptions | undefined, owned: readonly ArrayBufferLike[] = []): Promise<R> {
  options?.signal?.throwIfAborted()
  if (options?.timeout === 0) throw timeoutError(0)
  const how = planOrder(ordering, 'promise', options)
  if (how.route !== 'off-thread') return computeOrdering(ordering, how.route, how.threads, options?.timeout)

  const backend = active()
  const native = backend.name === 'native'
  const left = remaining(options)
  const x = nativeView(fixed(ordering.x))
  const readable = native ? isStable(x.buffer) || owned.includes(x.buffer) : isShared(x.buffer)
  const input = readable ? x : await copyIn(x, 'x', left(), !native)
  const shapes = ordering.wanted.map(({ type, length }) => ({ type: storable(type), length }))
  const outputs = !native ? [] : ordering.wanted.map(({ type, length, out }) => {
    return out !== undefined && isStable(out.buffer) ? nativeView(fixed(out)) : allocate(storable(type), length, { zero: false })
  })
  const call = callOf(ordering, input, outputs)
  const { timeout, signal } = left()
  const answer = await backend.order(call, shapes, how.threads, timeout ?? 0, signal)
  // No worker could be had: what else but this thread.
  if (answer === undefined) return computeOrdering(ordering, 'inline', 1)
  const results: NumericArray[] = []
  for (const [index, wanted] of ordering.wanted.entries()) {
    const filled = answer.outputs[index]!
    const out = wanted.out ?? (native && wanted.type !== 'float16' ? filled : fresh(wanted.type, wanted.length))
    if (out.buffer !== filled.buffer) await copyOut(filled, nativeView(out), 'out', left())
    results.push(out)
  }
  return ordering.finish(results, answer.value)
}

/** Computes a call on this thread (and helpers). */
export function computeOrdering<R>(ordering: Ordering<R>, route: Plan['route'], threads: number, timeout?: number): R {
  const { wanted, x, type } = ordering
  const outputs = wanted.map((want) => want.out ?? fresh(want.type, want.length))
  const call = callOf(ordering, type === 'float16' ? nativeView(x) : x, outputs.map(wanted.some((want) => want.type === 'float16') ? nativeView : ordinary))
  const value = route === 'inline' ? computeOrder(call, watch(timeout)) : active().orderSync(call, threads, timeout === undefined || timeout === Infinity ? 0 : timeout)
  if (value === undefined) throw timeoutError(timeout ?? 0)
  return ordering.finish(outputs, value)
}

/** Looks at the clock between pieces where a time limit is set. */
function watch(timeout: number | undefined): Look | undefined {
  if (timeout === undefined || timeout === Infinity) return undefined
  const end = performance.now() + timeout
  return () => {
    if (performance.now() >= end) throw timeoutError(timeout)
  }
}

const nothing: readonly never[] = []

function callOf({ kernel, type, numbers = nothing, more = nothing }: Ordering<unknown>, x: NumericArray, outputs: readonly NumericArray[]): OrderCall {
  return { kernel, type, x, numbers, more, outputs }
}

const elsewhere = (): Promise<boolean> => Promise.resolve(true)

/** Who would carry out a call. */
export function planOrder({ x, wanted, nanoseconds }: Ordering<unknown>, form: 'sync' | 'promise', options: CallOptions | undefined): Plan {
  let bytes = x.byteLength
  for (const { length, out } of wanted) bytes += length * (out?.BYTES_PER_ELEMENT ?? 8)
  // Cut into pieces by the native kernel itself; a worker does all of it. Whether memory can be freed or seen by workers is no question, since a copy is made where it can.
  const pieces = active().name === 'native' ? 2 : 1
  return planWork({ nanoseconds, bytes, stable: true, shared: true, pieces, offThread: elsewhere }, form, options)
}

/** The type under which `allocate` and workers know an element type. */
function storable(type: ElementTypeName): ElementType {
  return type === 'float16' ? 'uint16' : type
}

const classes: Readonly<Record<ElementType, ArrayClass<NumericArray>>> = {
  float64: Float64Array, float32: Float32Array, int8: Int8Array, uint8: Uint8Array, uint8clamped: Uint8ClampedArray, int16: Int16Array,
  uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array, bigint64: BigInt64Array, biguint64: BigUint64Array,
}

/** A new array of a type. */
export function fresh(type: ElementTypeName, length: number): NumericArray {
  const Class = type === 'float16' ? (globalThis as unknown as { Float16Array: ArrayClass<NumericArray> }).Float16Array : classes[type]
  return newResult(Class, length)
}

/** The same for loops over elements, which make an object of each bigint. */
export function isShortOfNumbers(x: unknown, most: number): x is NumericArray {
  return isShort(x, most) && (x.length <= FEW_BIGINTS || !(x instanceof BigInt64Array || x instanceof BigUint64Array))
}

const FEW_BIGINTS = 16

/** Whether a value is a typed array of a few elements, which is not worth a plan: a DataView has no length. */
export function isShort(x: unknown, most: number): x is NumericArray {
  return ArrayBuffer.isView(x) && (x as NumericArray).length > 0 && (x as NumericArray).length <= most
}
