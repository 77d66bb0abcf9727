/** Carries out a reduction: checks its arguments, asks the planner, and goes where it says. */
import { active } from '../backends/index.ts'
import type { Backend } from '../backends/backend.ts'
import { isShared, isStable } from '../common/allocate.ts'
import { checkNumericArray, detachedError, elementTypeOf, fixed, ordinary, typedArrayName, type ElementTypeName, type FloatArray, type NumericArray } from '../common/arrays.ts'
import { fromNumbers, numbersWanted } from '../common/inputs.ts'
import { elementsOf, Matrix, type MatrixData } from '../common/matrix.ts'
import { checkCallOptions, once, timeoutError, type CallOptions } from '../common/options.ts'
import { Range } from '../common/range.ts'
import { argumentError, describe, makeError } from '../errors.ts'
import { inlineReduce, inputsOf, isWhole, mergePartials, widthOf } from '../kernels/index.ts'
import type { ExactName } from '../kernels/exact/index.ts'
import { compensatedValue } from '../kernels/compensated.ts'
import { CHUNK } from '../kernels/order.ts'
import type { ReductionName } from '../kernels/table.ts'
import { axisAsync, axisBlocking, planAxis, type AxisFinish, type AxisMatrix } from './axis.ts'
import { placeWork } from './exact-place.ts'
import { exactFormOf, exactWork, ofRange, type ExactForm } from './exact.ts'
import { plan, type Plan } from './plan.ts'
import { planShortIntegers } from './short.ts'
import { runSliced } from './slices.ts'
import { stagedExactWork, stagedWork, type Source } from './staged.ts'
import { takeOver } from './transfer.ts'
import { perform, performSync, planWork, type Work } from './work.ts'

export type { AxisMatrix } from './axis.ts'

/**
 * What reductions take: typed arrays of any realm and on any buffer, all elements of a Matrix, a range (never written out), or an array of
 * numbers (copied).
 */
export type ReductionInput = NumericArray | AxisMatrix | Range | readonly number[]

/** How exactly floating-point numbers are summed. */
export type Precision = 'fast' | 'compensated' | 'exact'

export interface ReductionOptions extends CallOptions {
  /**
   * For `sum`, `sumOfSquares`, `dot`, `mean` and `norm` of floating-point numbers (of the norm with `ord: 1`, `'compensated'` is `'exact'`, and with `ord: Infinity` all are). `'fast'` (the default): double arithmetic in the fixed order.
   * `'compensated'`: what roundings lose is summed beside it, as if in twice the precision; the same bits everywhere too. `'exact'`: the exact result, rounded
   * once. Integers are always exact.
   */
  precision?: Precision | undefined
}

/** Reduces a Matrix along an axis. */
export interface AxisOption {
  /** 0: each column, over all rows; 1: each row, over all columns. */
  axis: 0 | 1
}

export interface TransferOption {
  /** Take the input over: its view is detached at once, and a view on the same memory comes back with the result. */
  transfer: true
}

export interface Transferred<T, R = number> {
  result: R
  x: T
}

export interface TransferredPair<T, R = number> extends Transferred<T, R> {
  y: T
}

/** What a public function adds to its kernel: lengths that it refuses, and the last step from the kernel's value to its own. */
export interface Finish<R = number> {
  check(n: number, options: ReductionOptions | undefined): void
  /** `root` holds all doubles of the root, for kernels whose callers want them (`isWhole`); it is overwritten by the next call. */
  finish(value: number, n: number, options: ReductionOptions | undefined, root: Float64Array): R
  /** The exact way for integers, if the kernel's own (`exactFormOf`) is not meant; without either they are computed as doubles. */
  readonly exact?: ExactForm<unknown>
  /** For integers: the index of their first extreme. */
  readonly place?: 'min' | 'max'
  /** Of integers: an exact kernel over the same elements, and what its partial makes of the result. */
  readonly beside?: { readonly kernel: ExactName; correct(result: unknown, partial: Float64Array, n: number, options: ReductionOptions | undefined): R }
  /** What the results of several rows or columns become. */
  readonly into?: AxisFinish['into']
  readonly names?: AxisFinish['names']
}

/** Doubles of the widest root. */
const WIDEST = 8

/** Roots of blocking calls: each is read before the next is written. */
const blockingRoot = new Float64Array(WIDEST)

/** A reduction in its blocking form, beyond what src/dispatch/short.ts does. `more` names the function's own options, which its `finish.check` checks. */
export function reduceBlocking(
  kernel: ReductionName, x: ReductionInput, y: ReductionInput | undefined, options: ReductionOptions | undefined,
): number
export function reduceBlocking<R>(
  kernel: ReductionName, x: ReductionInput, y: ReductionInput | undefined, options: ReductionOptions | undefined, finish: Finish<R>, more?: readonly string[],
): R
export function reduceBlocking(
  kernel: ReductionName, x: ReductionInput, y: ReductionInput | undefined, given: ReductionOptions | undefined, finish?: Finish<unknown>,
  more: readonly string[] = none,
): unknown {
  const options = once(given)
  if (options !== undefined) {
    checkReductionOptions(kernel, options, more)
    if ((options as Partial<AxisOption>).axis !== undefined) return axisBlocking(kernel, x, y, options, finish, oneOf(kernel, options, finish, more))
    options.signal?.throwIfAborted()
  }
  const [a, b] = operands(kernel, x, y)
  finish?.check(a.length, options)
  if (options?.timeout === 0) throw timeoutError(0)
  const [precise, last] = inPrecision(kernel, finish, options)
  if (!isPlain(a, precise, options) || !isPlainOrNone(b)) return performSync(workFor(precise, a, b, options, last, false, false), options)
  const value = compute(precise, a, b, planFor(precise, a, b, 'sync', options), options, isWhole(precise) ? blockingRoot : undefined)
  return last === undefined ? value : last.finish(value, a.length, options, blockingRoot)
}

/** A reduction in its promise form, `short` being what it tries first where there are no options (src/dispatch/short.ts). Rejects, never throws. */
export async function reduceAsync(
  kernel: ReductionName, x: ReductionInput, y: ReductionInput | undefined, given: (ReductionOptions & { transfer?: boolean }) | undefined,
  short: (x: unknown, y: unknown) => unknown, finish?: Finish<unknown>, more: readonly string[] = none,
): Promise<unknown> {
  if (given === undefined) {
    const value = short(x, y)
    if (value !== undefined) return value
    const [a, b] = operands(kernel, x, y)
    finish?.check(a.length, undefined)
    if (!isPlain(a) || !isPlainOrNone(b)) return perform(workFor(kernel, a, b, undefined, finish, true, false))
    return reduceOff(kernel, a, b, undefined, finish, false)
  }
  const options = once(given)
  checkReductionOptions(kernel, options, transferName.concat(more))
  const { transfer = false, signal } = options
  if (typeof transfer !== 'boolean') throw argumentError('OPTION', 'transfer', 'a boolean', transfer)
  if ((options as Partial<AxisOption>).axis !== undefined) return axisAsync(kernel, x, y, options, finish, oneOf(kernel, options, finish, more))
  signal?.throwIfAborted()
  const [a, b] = operands(kernel, x, y)
  finish?.check(a.length, options)
  if (options.timeout === 0) throw timeoutError(0)
  const [precise, last] = inPrecision(kernel, finish, options)
  const run = (a: Source, b: Source | undefined, ours: boolean): Promise<unknown> =>
    isPlain(a, precise, options) && isPlainOrNone(b) ? reduceOff(precise, a, b, options, last, ours) : perform(workFor(precise, a, b, options, last, true, ours), options)
  if (!transfer) return run(a, b, false)
  if (Array.isArray(x) || a instanceof Range || b instanceof Range) throw makeError('NOT_TRANSFERABLE', `transfer: ${describe(x)} has no buffer`, { argument: 'transfer', got: describe(x), wanted: 'a typed array' })
  const [mine, mineToo] = takeOver(b === undefined ? [a] : [a, b]) as [NumericArray, NumericArray | undefined]
  const result = await run(mine, mineToo, true)
  return mineToo === undefined ? { result, x: likeInput(x, mine) } : { result, x: likeInput(x, mine), y: likeInput(y, mineToo) }
}

/** What was taken over, in the shape that it came in. */
function likeInput(input: unknown, mine: NumericArray): NumericArray | AxisMatrix {
  return input instanceof Matrix ? new Matrix(mine as MatrixData, input.rows, input.columns) : mine
}

/** The reduction of one row or column. */
function oneOf(
  kernel: ReductionName, options: ReductionOptions & { transfer?: boolean | undefined }, finish: Finish<unknown> | undefined, more: readonly string[],
): (x: NumericArray, y: NumericArray | undefined) => unknown {
  const { axis: _axis, signal: _signal, threads: _threads, timeout: _timeout, transfer: _transfer, ...own } = options as ReductionOptions & { axis?: unknown; transfer?: unknown }
  return (x, y) => (finish === undefined ? reduceBlocking(kernel, x, y, own) : reduceBlocking(kernel, x, y, own, finish, more))
}

/** How a call would be carried out: as `reduceBlocking` and `reduceAsync` would, with the same arguments. */
export function planReduction(
  form: 'sync' | 'promise', kernel: ReductionName, x: ReductionInput, y: ReductionInput | undefined, options: ReductionOptions | undefined, finish?: Finish<unknown>,
  more: readonly string[] = none,
): Plan {
  if (options !== undefined) {
    checkReductionOptions(kernel, options, more)
    if ((options as Partial<AxisOption>).axis !== undefined) return planAxis(form, kernel, x, y, options, finish, oneOf(kernel, options, finish, more))
  }
  const [a, b] = operands(kernel, x, y)
  finish?.check(a.length, options)
  if (options === undefined && !(a instanceof Range)) {
    const short = planShortIntegers(kernel, a)
    if (short !== undefined) return short
  }
  const [precise, last] = inPrecision(kernel, finish, options)
  if (isPlain(a, precise, options) && isPlainOrNone(b)) return planFor(precise, a, b, form, options)
  return planWork(workFor(precise, a, b, options, last, false, false), form, options)
}

/** How a call of this kernel over doubles or floats would be carried out. */
function planFor(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, form: 'sync' | 'promise', options: CallOptions | undefined, ours = false): Plan {
  const backend = active()
  const elementBytes = x.BYTES_PER_ELEMENT * (y === undefined ? 1 : 2)
  const threads = Math.min(options?.threads ?? backend.defaultThreads, backend.maxThreads)
  const { name } = backend
  // The native core's blocking form reads any memory: don't spend time on asking.
  // Workers see shared memory only, and a loop on this thread reads memory of ours by its view, which can lose it.
  const lasts = name === 'native' ? isStable : isShared
  const stable = name === 'native' && (ours || form === 'sync') ? true : lasts(x.buffer) && (y === undefined || lasts(y.buffer))
  return plan({ kernel, elements: x.length, elementBytes, backend: name, threads, form, memory: stable ? 'stable' : 'plain' })
}

const none: readonly string[] = []
const transferName = ['transfer']
const reductionNames = ['precision', 'axis']

/** Kernels that have a precision, and what they become when it is `'compensated'`. */
const compensatedOf: { readonly [name in ReductionName]?: ReductionName } = {
  sum: 'compensatedSum',
  sumOfSquares: 'compensatedSumOfSquares',
  dot: 'compensatedDot',
  euclideanNorm: 'compensatedSumOfSquares',
}

function checkReductionOptions(kernel: ReductionName, options: ReductionOptions, more: readonly string[]): void {
  checkCallOptions(options, reductionNames.concat(more))
  const { precision } = options
  if (precision === undefined || precision === 'fast') return
  if (compensatedOf[kernel] === undefined && !more.includes('ord')) throw argumentError('OPTION', 'precision', "'fast', the only one of this function", precision, RangeError)
  if (precision !== 'compensated' && precision !== 'exact') throw argumentError('OPTION', 'precision', "'fast', 'compensated' or 'exact'", precision, RangeError)
}

/** The kernel and its last step in the precision that was asked for. */
function inPrecision(kernel: ReductionName, finish: Finish<unknown> | undefined, options: ReductionOptions | undefined): [ReductionName, Finish<unknown> | undefined] {
  if (options?.precision !== 'compensated' || compensatedOf[kernel] === undefined) return [kernel, finish]
  const form = finish === undefined ? exactFormOf(kernel) : finish.exact
  const corrected: Finish<unknown> = {
    check: () => {},
    finish(_value, n, options, root) {
      const value = compensatedValue(root)
      if (finish === undefined) return value
      // As the norm's own root: a sum of squares, and the scale of what was summed.
      root[0] = value
      root[1] = 1
      return finish.finish(value, n, options, root)
    },
    ...(form === undefined ? {} : { exact: form }),
  }
  return [compensatedOf[kernel]!, corrected]
}

/** Whether the native kernels and their twins read an array where it lies. */
function isPlain(x: Source, kernel?: ReductionName, options?: ReductionOptions): x is FloatArray {
  if (kernel !== undefined && isExact(kernel, options)) return false
  const type = elementTypeOf(x)
  return type === 'float64' || type === 'float32'
}

/** Whether floating-point numbers are to be summed exactly. Absolute values have no compensated kernel: exact is better still; extremes are exact as they are. */
function isExact(kernel: ReductionName, options: ReductionOptions | undefined): boolean {
  const precision = options?.precision
  if (kernel === 'sumOfAbsolutes') return precision === 'exact' || precision === 'compensated'
  return precision === 'exact' && compensatedOf[kernel] !== undefined
}

function isPlainOrNone(y: Source | undefined): y is FloatArray | undefined {
  return y === undefined || isPlain(y)
}

/** The call as work, for what is not plain: exact where there is an exact form, else as doubles. */
function workFor(
  kernel: ReductionName, x: Source, y: Source | undefined, options: ReductionOptions | undefined, finish: Finish<unknown> | undefined, promised: boolean, ours: boolean,
): Work<unknown> {
  const n = x.length
  const type = elementTypeOf(x)
  const form: ExactForm<unknown> | undefined = finish === undefined ? exactFormOf(kernel) : finish.exact
  if (form !== undefined && x instanceof Range) {
    const value = ofRange(form, x, y, options)
    if (value !== undefined) return done(value)
  }
  if (finish?.place !== undefined && isInteger(type)) return placeWork(finish.place, x as NumericArray, promised)
  if (form?.absolutes === true) {
    if (isExact(kernel, options) || (isInteger(type) && n * 2 ** (8 * (x as NumericArray).BYTES_PER_ELEMENT) > 2 ** 53)) return stagedExactWork(form, x, y, options)
  } else if (form !== undefined && (isExact(kernel, options) || isInteger(type))) {
    if (x instanceof Range || y instanceof Range) return stagedExactWork(form, x, y, options)
    return exactWork(form, x, y, options, promised, ours)
  }
  const beside = isInteger(type) ? finish?.beside : undefined
  return stagedWork(kernel, x, y, (value, root, partial) => {
    const result = finish === undefined ? value : finish.finish(value, n, options, root)
    return beside === undefined || partial === undefined ? result : beside.correct(result, partial, n, options)
  }, beside?.kernel)
}

function isInteger(type: ElementTypeName | undefined): boolean {
  return type !== undefined && type !== 'float64' && type !== 'float32' && type !== 'float16'
}

/** Work that needs none. */
function done<R>(value: R): Work<R> {
  const nothing = (): void => {}
  return { views: [], pieces: 0, nanoseconds: { inline: 0, native: 0 }, bytes: 0, stable: true, shared: true, inline: nothing, blocking: nothing, finish: () => value }
}

/** The operands, of one type and length; typed arrays have memory. */
function operands(kernel: ReductionName, x: ReductionInput, y: ReductionInput | undefined): [Source, Source | undefined] {
  const a = operand(x, 'x')
  if (inputsOf(kernel) === 1) return [a, undefined]
  const b = operand(y as ReductionInput, 'y')
  // The elements of a range are doubles.
  if (nameOf(a) !== nameOf(b)) throw argumentError('TYPE', 'y', `a ${nameOf(a)} as x is`, b)
  if (x instanceof Matrix && y instanceof Matrix && (x.rows !== y.rows || x.columns !== y.columns)) {
    throw makeError('SHAPE', `x and y must have equal shapes, got ${x.rows} × ${x.columns} and ${y.rows} × ${y.columns}`, { argument: 'y', got: `${y.rows} × ${y.columns}`, wanted: `${x.rows} × ${x.columns}` })
  }
  if (a.length !== b.length) {
    throw makeError('SHAPE', `x and y must have equal lengths, got ${a.length} and ${b.length}`, {
      argument: 'y',
      got: `${b.length} numbers`,
      wanted: `${a.length} numbers`,
    })
  }
  return [a, b]
}

function nameOf(source: Source): string | undefined {
  return source instanceof Range ? 'Float64Array' : typedArrayName(source)
}

function operand(value: ReductionInput, argument: string): Source {
  if (Array.isArray(value)) return fromNumbers(value, argument)
  if (value instanceof Range) return value
  if (value instanceof Matrix) return elementsOf(value as AxisMatrix, argument)
  checkNumericArray(value, argument, numbersWanted)
  return ordinary(value)
}

/** Computes on this thread (and helpers), as planned. */
function compute(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, { route, threads }: Plan, options: CallOptions | undefined, root: Float64Array | undefined): number {
  if (route === 'inline' && options?.timeout === undefined) return inlineReduce(kernel, x, y, root)
  const value = active().reduceSync(kernel, x, y, threads, options?.timeout ?? 0, root)
  if (value === undefined) throw timeoutError(options?.timeout ?? 0)
  return value
}

async function reduceOff(
  kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, options: CallOptions | undefined, finish: Finish<unknown> | undefined, ours: boolean,
): Promise<unknown> {
  const n = x.length
  const how = planFor(kernel, x, y, 'promise', options, ours)
  const root = isWhole(kernel) ? new Float64Array(WIDEST) : undefined
  let value: number
  if (how.route === 'off-thread') value = await active().reduce(kernel, x, y, how.threads, options?.timeout ?? 0, options?.signal, root)
  else if (how.route === 'slices') value = await reduceInSlices(kernel, x, y, how, options, root)
  else value = compute(kernel, x, y, how, options, root)
  return finish === undefined ? value : finish.finish(value, n, options, root ?? blockingRoot)
}

/** The partials of all chunks, a few at a time between turns of the event loop, then the tree over them. */
async function reduceInSlices(
  kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, how: Plan, options: CallOptions | undefined, root: Float64Array | undefined,
): Promise<number> {
  const backend: Backend = active()
  const n = x.length
  const [a, b] = [fixed(x), y === undefined ? undefined : fixed(y)]
  const pieces = Math.ceil(n / CHUNK)
  const width = widthOf(kernel)
  const partials = new Float64Array(pieces * width)
  const deadline = options?.timeout === undefined ? Infinity : performance.now() + options.timeout
  const signal = options?.signal
  await runSliced({
    pieces,
    pieceMilliseconds: how.microseconds / 1000 / pieces,
    check() {
      signal?.throwIfAborted()
      if (a.length < n) throw detachedError('x')
      if (b !== undefined && b.length < n) throw detachedError('y')
      if (performance.now() >= deadline) throw timeoutError(options?.timeout ?? 0)
    },
    run(first, last) {
      backend.partials(kernel, a, b, first, last, how.threads, partials.subarray(first * width, last * width))
    },
  })
  return mergePartials(kernel, partials, pieces, root)
}
