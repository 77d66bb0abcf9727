/** Taking over the memory of a caller's views, for `{ transfer: true }`. */
import { arrayClass, elementTypeOf, type NumericArray } from '../common/arrays.ts'
import { isStable } from '../common/allocate.ts'
import { elementsOf, Matrix, type MatrixData } from '../common/matrix.ts'
import { once, type CallOptions } from '../common/options.ts'
import { argumentError, describe, makeError } from '../errors.ts'

/**
 * Detaches the buffers of the views and gives views on the same memory that nobody else can reach. Two views on one buffer stay
 * on one buffer.
 *
 * @throws TypeError ERR_MANYCORE_NOT_TRANSFERABLE if one of the buffers can't be moved; none is then.
 */
export function takeOver<T extends NumericArray>(views: readonly T[]): T[] {
  const buffers = [...new Set(views.map((view) => view.buffer))]
  for (const buffer of buffers) {
    if (isStable(buffer)) throw notTransferable(buffer)
  }
  const places = views.map((view) => ({
    Class: arrayClass(view),
    index: buffers.indexOf(view.buffer),
    offset: view.byteOffset,
    length: view.length,
  }))
  let moved: ArrayBuffer[]
  try {
    moved = structuredClone(buffers as ArrayBuffer[], { transfer: buffers as ArrayBuffer[] })
  } catch (cause) {
    throw notTransferable(buffers[0]!, cause)
  }
  if (buffers.some((buffer) => buffer.byteLength > 0)) {
    // Node 20 copies a buffer that it won't detach, and says nothing.
    throw notTransferable(buffers[0]!)
  }
  return places.map(({ Class, index, offset, length }) => new Class(moved[index]!, offset, length) as T)
}

/**
 * A promise form with the option `transfer`, of functions that describe a call before they run it. With `transfer: true`, everything is checked before the caller loses an
 * array; `out` comes along where it lies in the same memory.
 *
 * @param describeCall - Checks a call and describes it.
 * @param run - Carries it out; nobody else can reach the `owned` buffers.
 */
export async function givingBack<D, R>(
  inputs: readonly unknown[], given: CallOptions | undefined, describeCall: (inputs: readonly never[], options: never) => D,
  run: (described: D, options: CallOptions | undefined, owned: readonly ArrayBufferLike[]) => Promise<R>,
): Promise<R | { result: R; x: unknown; y?: unknown }> {
  const options = once(given)
  if (typeof options !== 'object' || options === null || !('transfer' in options)) return run(describeCall(inputs as never[], options as never), options, [])
  const { transfer = false, ...own } = options as CallOptions & { transfer?: unknown; out?: unknown }
  if (typeof transfer !== 'boolean') throw argumentError('OPTION', 'transfer', 'a boolean', transfer)
  const described = describeCall(inputs as never[], own as never)
  if (!transfer) return run(described, own, [])
  own.signal?.throwIfAborted()

  const views = inputs.map((input) => {
    const view = memoryOf(input)
    if (view === undefined) throw makeError('NOT_TRANSFERABLE', `transfer: ${describe(input)} has no buffer`, { argument: 'transfer', got: describe(input), wanted: 'a typed array' })
    return view
  })
  const candidate = memoryOf(own.out)
  const out = candidate !== undefined && views.some(({ buffer }) => buffer === candidate.buffer) ? candidate : undefined
  const moved = takeOver(out === undefined ? views : [...views, out])
  if (out !== undefined) own.out = on(own.out, moved.at(-1)!)
  const [x, y] = inputs.map((input, index) => on(input, moved[index]!))
  const mine = inputs.length === 1 ? [x] : [x, y]
  const result = await run(describeCall(mine as never[], own as never), own, moved.map(({ buffer }) => buffer))
  return inputs.length === 1 ? { result, x } : { result, x, y }
}

/** The array that an input lies in; undefined for what has no memory of its own. */
function memoryOf(input: unknown): NumericArray | undefined {
  if (elementTypeOf(input) !== undefined) return input as NumericArray
  if (input instanceof Matrix) return elementsOf(input as Matrix<MatrixData>, 'x')
  const data: unknown = typeof input === 'object' && input !== null && 'data' in input ? input.data : undefined
  return elementTypeOf(data) === undefined ? undefined : (data as NumericArray)
}

/** The like of an input on other memory. */
function on(input: unknown, view: NumericArray): unknown {
  if (elementTypeOf(input) !== undefined) return view
  return input instanceof Matrix ? new Matrix(view as MatrixData, input.rows, input.columns) : { ...(input as object), data: view }
}

function notTransferable(buffer: ArrayBufferLike, cause?: unknown): Error {
  return makeError('NOT_TRANSFERABLE', `transfer: ${describe(buffer)} can't be transferred`, {
    argument: 'transfer',
    got: describe(buffer),
    wanted: 'an ArrayBuffer that can be detached',
    cause,
  })
}
