/** Elementwise calls: checks their arguments, finds or makes the memory of the result, and describes the work. */
import { active } from '../backends/index.ts'
import { isShared, isStable } from '../common/allocate.ts'
import { checkAttached, elementTypeOf, elementCodeOf, elementTypes, fixed, ordinary, type ElementTypeName, type NumericArray } from '../common/arrays.ts'
import { countCopy } from '../common/copies.ts'
import { fromNumbers, numbersWanted } from '../common/inputs.ts'
import { elementsOf, Matrix, type MatrixData } from '../common/matrix.ts'
import { checkCallOptions, once } from '../common/options.ts'
import { Range } from '../common/range.ts'
import { checkPlace, overlaps, overlapsElsewhere } from '../common/results.ts'
import { argumentError, describe, makeError } from '../errors.ts'
import { MAP_PIECE, bigintBounds, integerBounds, mapNames, maps, type MapName, type MapSpecification, type StampedMap } from '../kernels/map-table.ts'
import { inlineMap, type MapCall } from '../kernels/maps.ts'
import { nearByte, nearBytes } from './cost.ts'
import { mapCall, mapCost, shortCost, shortLimits } from './map-cost.ts'
import { isOwn, newOfCode, onlyOut, other, outOfCode, outOfRange, type MapOptions } from './map-short.ts'
import { fresh } from './ordering.ts'
import { takeOver } from './transfer.ts'
import type { Plan } from './plan.ts'
import { perform, performSync, planWork, type NamedView, type Work } from './work.ts'

/** What a public function asks for; nothing in it is checked yet. */
export interface MapRequest {
  readonly kernel: MapName
  /** The function's name, where it isn't the kernel's. */
  readonly name?: string
  readonly x: unknown
  /** The second operand, an array or a number, with its name; missing for kernels of one. */
  readonly y?: unknown
  readonly yName?: string
  /** The numbers beside the operands: the factor of axpy, the bounds of clip. */
  readonly a?: unknown
  readonly b?: unknown
  /** The element type that astype converts to. */
  readonly type?: unknown
}

/** The blocking form. */
export function mapBlocking(request: MapRequest, given: MapOptions | undefined): unknown {
  const options = once(given)
  if (options !== undefined) checkCallOptions(options, outName)
  return performSync(describeMap(request, options, []), options)
}

/** The promise form. Rejects, never throws. */
export async function mapAsync(request: MapRequest, given: MapOptions | undefined): Promise<unknown> {
  const options = once(given)
  if (options !== undefined) checkCallOptions(options, outAndTransfer)
  const transfer = options?.transfer ?? false
  if (typeof transfer !== 'boolean') throw argumentError('OPTION', 'transfer', 'a boolean', transfer)
  if (!transfer) return perform(describeMap(request, options, []), options)
  options?.signal?.throwIfAborted()
  // Everything is checked before the caller loses an array.
  describeMap(request, options, [])
  const { request: taken, out, given: back, owned } = takeOverAll(request, options)
  const result = await perform(describeMap(taken, { ...options, out }, owned), options)
  return { result, ...back }
}

/** How an elementwise function would be carried out: its numbers beside arrays don't matter, so they may be missing. */
export function planMap(form: 'sync' | 'promise', request: MapRequest, options: MapOptions | undefined): Plan {
  if (options !== undefined) checkCallOptions(options, form === 'sync' ? outName : outAndTransfer)
  const { kernel } = request
  const short = kernel === 'astype' ? shortConversion(request, options) : shortTypes(kernel, request, options)
  if (short !== undefined) {
    const { n, type, outType } = short
    return planWork({ nanoseconds: shortCost(kernel, n, type, outType), bytes: 0, pieces: 1, stable: false, shared: false }, form)
  }
  const like = request.x instanceof Matrix ? (request.x.data as unknown) : request.x
  const zero = elementTypeOf(like)?.startsWith('big') === true ? 0n : 0
  return planWork(describeMap({ ...request, a: zero, b: zero, y: request.y ?? (kernel === 'astype' ? undefined : zero) }, options, []), form, options)
}

/** Types and length of a call that goes the short way (generated-map-doors.ts), as far as can be told without its numbers; undefined for the long way. */
function shortTypes(kernel: StampedMap, { x, y }: MapRequest, options: MapOptions | undefined): { n: number; type: ElementTypeName; outType: ElementTypeName } | undefined {
  if (!isOwn(x)) return undefined
  const type = elementTypeOf(x)!
  const outType = resultType(kernel, type, undefined)
  const n = x.length
  if (type === 'float16' || n === 0 || n > shortLimits[maps[kernel].id]!) return undefined
  const inputs = [x]
  if (typeof y === 'object' && maps[kernel].second !== 'none') {
    if (!isOwn(y) || elementTypeOf(y) !== type || y.length !== n || (outType !== type && n > other.length && (type.startsWith('big') || (maps[kernel] as MapSpecification).direct !== true))) return undefined
    inputs.push(y)
  }
  if (options !== undefined) {
    const out = onlyOut(options)
    if (!isOwn(out) || elementTypeOf(out) !== outType || out.length !== n || inputs.some((input) => overlapsElsewhere(out, input))) return undefined
  }
  return { n, type, outType }
}

/** The same for astype, between types of numbers. */
function shortConversion({ x, type: wanted }: MapRequest, options: MapOptions | undefined): { n: number; type: ElementTypeName; outType: ElementTypeName } | undefined {
  const outType = wantedType(wanted)
  const code = elementTypes.indexOf(outType)
  if (!isOwn(x) || newOfCode(code, 0) === undefined || newOfCode(elementCodeOf(x), 0) === undefined) return undefined
  const n = x.length
  if (n === 0 || n > shortLimits[mapNames.indexOf('astype')]! || (options !== undefined && outOfCode(options, code, n, x) === undefined)) return undefined
  return { n, type: elementTypeOf(x)!, outType }
}

const outName = ['out']
const outAndTransfer = ['out', 'transfer']

/** An operand as the kernels see it. */
interface Operand {
  readonly view: NumericArray
  readonly shape: readonly [number, number] | undefined
  /** Whether nobody else can reach the memory. */
  readonly ours: boolean
  /** What the view is yet to be filled with, piece by piece. */
  readonly range?: Range | undefined
}

/** Checks a call and describes its work. `owned`: buffers that have been taken over from the caller. */
function describeMap(request: MapRequest, options: MapOptions | undefined, owned: readonly ArrayBufferLike[]): Work<unknown> {
  const { kernel, yName = 'y' } = request
  const isOurs = (view: NumericArray): boolean => owned.includes(view.buffer)
  let x = operand(request.x, 'x', isOurs)
  const type = elementTypeOf(x.view)!
  const outType = resultType(kernel, type, request.type)
  const second = isSecondOperand(request) ? secondOperand(request.y, yName, x, type, isOurs) : undefined
  const { a, b } = numbersOfCall(request, second, type, outType, yName)
  const n = lengthOf(x)

  let y = second instanceof Object ? second : undefined
  const inputs: [string, Operand][] = [['x', x], ...(y === undefined ? [] : [[yName, y] as [string, Operand]])]
  const { result, view: out, ours } = output(options?.out, outType, x, inputs, isOurs)
  // A range is written out where the result will be, unless the other operand lies there.
  if (x.range !== undefined && outType === 'float64' && (y === undefined || !overlaps(out, y.view))) x = { ...x, view: out }
  const place = (range: Operand): Operand => {
    if (range.range === undefined || range.view.length === n) return range
    countCopy('range', n * Float64Array.BYTES_PER_ELEMENT)
    return { ...range, view: new Float64Array(n) }
  }
  x = place(x)
  if (y !== undefined) y = place(y)

  const call: MapCall = { kernel, x: steady(x.view), y: y === undefined ? undefined : steady(y.view), a, b, out: steady(out) }
  const views: NamedView[] = [{ name: 'x', view: call.x }, ...(call.y === undefined ? [] : [{ name: yName, view: call.y }]), { name: 'out', view: call.out }]
  const ranges = [x, y].filter((operand): operand is Operand & { range: Range } => operand?.range !== undefined)
  const prepare = (first: number, last: number): void => {
    for (const { view, range } of ranges) fill(view as Float64Array, range, first, last)
  }
  const settle = (wrong: number): void => {
    if (wrong >= 0) throw outOfRange(request.name ?? kernel, wrong, outType)
  }
  const end = (piece: number): number => Math.min(n, piece * MAP_PIECE)
  const cost = mapCost(kernel, type, outType)
  const bytes = views.reduce((total, { view }) => total + view.byteLength, 0)
  const native = Math.max(n * cost.native, bytes > nearBytes ? bytes * nearByte : 0)
  return {
    views,
    pieces: Math.ceil(n / MAP_PIECE),
    nanoseconds: { inline: n * cost.inline, native: native + mapCall },
    bytes,
    stable: ranges.length === 0 && [x, y].every((operand) => operand === undefined || operand.ours || isStable(operand.view.buffer)) && (ours || isStable(out.buffer)),
    shared: [call.x, call.y].every((view) => view === undefined || isShared(view.buffer)),
    inline(first, last) {
      prepare(first * MAP_PIECE, end(last))
      settle(inlineMap(call, first * MAP_PIECE, end(last)))
    },
    blocking(backend, first, last, threads) {
      prepare(first * MAP_PIECE, end(last))
      settle(backend.map(call, first * MAP_PIECE, end(last), threads))
    },
    offThread: active().mapAsync === undefined ? undefined : async (backend, threads, timeout, signal) => {
      const wrong = await backend.mapAsync!(call, threads, timeout, signal)
      if (wrong !== undefined) settle(wrong)
      return wrong !== undefined
    },
    finish: () => result,
  }
}

/** An operand that is an array. Ranges get their memory once it is known where. */
function operand(value: unknown, name: string, isOurs: (view: NumericArray) => boolean): Operand {
  if (Array.isArray(value)) return { view: fromNumbers(value as readonly unknown[], name), shape: undefined, ours: true }
  if (value instanceof Range) {
    if (value.length > 0) return { view: empty, shape: undefined, ours: true, range: value }
    return { view: new Float64Array(0), shape: undefined, ours: true }
  }
  const shape = value instanceof Matrix ? ([value.rows, value.columns] as const) : undefined
  const view: unknown = value instanceof Matrix ? elementsOf(value as Matrix<MatrixData>, name) : value
  if (elementTypeOf(view) === undefined) throw argumentError('TYPE', name, numbersWanted, value)
  if ((view as NumericArray).length === 0) checkAttached(view as NumericArray, name)
  return { view: ordinary(view as NumericArray), shape, ours: isOurs(view as NumericArray) }
}

/** Stands for the memory of a range that has none yet. */
const empty = new Float64Array(0)

function lengthOf({ view, range }: Operand): number {
  return range?.length ?? view.length
}

function isSecondOperand({ kernel }: MapRequest): boolean {
  return kernel !== 'astype' && maps[kernel].second === 'array or number'
}

/** The second operand: an array of x's shape and type, or a number, which is checked where its type is known. */
function secondOperand(value: unknown, name: string, x: Operand, type: ElementTypeName, isOurs: (view: NumericArray) => boolean): Operand | number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value !== 'object' || value === null) throw argumentError('TYPE', name, `a ${type.startsWith('big') ? 'bigint' : 'number'}, or an array as x is`, value)
  const y = operand(value, name, isOurs)
  if (elementTypeOf(y.view) !== type) throw argumentError('TYPE', name, `elements of type ${type} as those of x`, value)
  const [n, m] = [lengthOf(x), lengthOf(y)]
  const shape = (operand: Operand, length: number): string => (operand.shape === undefined ? `${length} elements` : `a matrix of ${operand.shape.join(' × ')}`)
  if (n !== m || String(x.shape) !== String(y.shape)) {
    throw makeError('SHAPE', `${name}: expected ${shape(x, n)} as in x, got ${shape(y, m)}`, { argument: name, got: shape(y, m), wanted: shape(x, n) })
  }
  return y
}

function resultType(kernel: MapName, type: ElementTypeName, wanted: unknown): ElementTypeName {
  if (kernel === 'astype') return wantedType(wanted)
  return maps[kernel].result === 'same' || type.startsWith('float') ? type : 'float64'
}

const hasFloat16 = 'Float16Array' in globalThis
const typeNames: readonly string[] = ['float64', 'float32', ...(hasFloat16 ? ['float16'] : []), ...Object.keys(integerBounds), ...Object.keys(bigintBounds)]

function wantedType(type: unknown): ElementTypeName {
  if (!typeNames.includes(type as string)) throw argumentError('TYPE', 'type', `one of ${typeNames.join(', ')}`, type)
  return type as ElementTypeName
}

/** The numbers of a call, each of the kind that its kernel computes with. */
function numbersOfCall(
  { kernel, a, b }: MapRequest, second: Operand | number | bigint | undefined, type: ElementTypeName, outType: ElementTypeName, yName: string,
): { a: number | bigint; b: number | bigint } {
  const none = outType.startsWith('big') && kernel !== 'astype' ? 0n : 0
  if (kernel === 'clip') return boundsOf(a, b, type)
  return {
    a: kernel === 'axpy' ? numberOf(a, 'a', type, outType) : none,
    b: second === undefined || second instanceof Object ? none : numberOf(second, yName, type, outType),
  }
}

/** A number beside an array of a type: a bigint for bigints, an integer for integers, unless the result is of doubles. */
function numberOf(value: unknown, name: string, type: ElementTypeName, outType: ElementTypeName): number | bigint {
  if (type.startsWith('big')) {
    if (outType.startsWith('float') && typeof value === 'number') return value
    if (typeof value !== 'bigint') throw argumentError('TYPE', name, 'a bigint', value)
    if (outType.startsWith('float')) return Number(value)
    const [low, high] = [bigintBounds.bigint64[0], bigintBounds.biguint64[1]]
    if (value < low || value > high) throw argumentError('RANGE', name, 'a bigint of 64 bits', value)
    return value
  }
  if (typeof value !== 'number') throw argumentError('TYPE', name, 'a number', value)
  if (!outType.startsWith('float') && !Number.isInteger(value)) throw argumentError('RANGE', name, `an integer, as the elements of x are (${type})`, value)
  return value
}

/** The bounds of clip as elements of the type: of integers, the least and the greatest that lie within. */
function boundsOf(low: unknown, high: unknown, type: ElementTypeName): { a: number | bigint; b: number | bigint } {
  const wanted = type.startsWith('big') ? 'bigint' : 'number'
  for (const [name, value] of [['low', low], ['high', high]] as const) {
    if (typeof value !== wanted) throw argumentError('TYPE', name, `a ${wanted}`, value)
    if (value !== value) throw argumentError('RANGE', name, 'a number other than NaN', value)
  }
  const given = [low, high] as [number, number]
  if (given[0] > given[1]) throw argumentError('RANGE', 'high', `at least low, ${given[0]}`, high)
  if (type.startsWith('float')) return { a: given[0], b: given[1] }
  const [least, greatest] = (wanted === 'bigint' ? bigintBounds[type as 'bigint64'] : integerBounds[type as 'int8']) as unknown as [number, number]
  const [first, last] = wanted === 'bigint' ? given : [Math.ceil(given[0]), Math.floor(given[1])]
  if (first > greatest || last < least || first > last) {
    throw makeError('RANGE', `low, high: no ${type} lies between ${String(low)} and ${String(high)}`, { argument: first > greatest ? 'low' : 'high', got: `${String(low)} and ${String(high)}`, wanted: `bounds with a ${type} between them` })
  }
  return { a: first < least ? least : first, b: last > greatest ? greatest : last }
}

/** The caller's `out`, or a new array or Matrix. */
function output(
  value: unknown, type: ElementTypeName, x: Operand, inputs: readonly [string, Operand][], isOurs: (view: NumericArray) => boolean,
): { result: unknown; view: NumericArray; ours: boolean } {
  const n = lengthOf(x)
  if (value === undefined) {
    const view = fresh(type, n)
    return { result: x.shape === undefined ? view : new Matrix(view as MatrixData, x.shape[0], x.shape[1]), view, ours: true }
  }
  if (x.shape !== undefined) {
    if (!(value instanceof Matrix)) throw argumentError('TYPE', 'out', 'a Matrix as x is', value)
    if (value.rows !== x.shape[0] || value.columns !== x.shape[1]) {
      throw makeError('SHAPE', `out: expected a matrix of ${x.shape.join(' × ')}, got ${value.rows} × ${value.columns}`, { argument: 'out', got: `${value.rows} × ${value.columns}`, wanted: x.shape.join(' × ') })
    }
  }
  const view = (value instanceof Matrix && x.shape !== undefined ? elementsOf(value as Matrix<MatrixData>, 'out') : value) as NumericArray
  if (elementTypeOf(view) !== type) throw argumentError('TYPE', 'out', `an array of type ${type}`, value)
  if (view.length === 0) checkAttached(view, 'out')
  if (view.length !== n) throw makeError('SHAPE', `out: expected ${n} elements as in x, got ${view.length}`, { argument: 'out', got: `${view.length} elements`, wanted: `${n} elements` })
  for (const [name, input] of inputs) {
    if (input.range === undefined) checkPlace(view, input.view, name)
  }
  return { result: value, view: ordinary(view), ours: isOurs(view) }
}

/** Takes over the arrays of a call, and `out` where it lies in the same memory. */
function takeOverAll(request: MapRequest, options: MapOptions | undefined): { request: MapRequest; out: unknown; given: { x: unknown; y?: unknown }; owned: ArrayBufferLike[] } {
  const viewOf = (value: unknown): NumericArray | undefined => {
    const view: unknown = value instanceof Matrix ? elementsOf(value as Matrix<MatrixData>, 'x') : value
    return elementTypeOf(view) === undefined ? undefined : (view as NumericArray)
  }
  const like = (value: unknown, view: NumericArray): unknown => (value instanceof Matrix ? new Matrix(view as MatrixData, value.rows, value.columns) : view)
  const x = viewOf(request.x)
  if (x === undefined) throw makeError('NOT_TRANSFERABLE', `transfer: ${describe(request.x)} has no buffer`, { argument: 'transfer', got: describe(request.x), wanted: 'a typed array' })
  const y = isSecondOperand(request) ? viewOf(request.y) : undefined
  const candidate = viewOf(options?.out)
  const out = candidate !== undefined && (candidate.buffer === x.buffer || candidate.buffer === y?.buffer) ? candidate : undefined
  const moved = takeOver([x, ...(y === undefined ? [] : [y]), ...(out === undefined ? [] : [out])])
  const newX = like(request.x, moved[0]!)
  const newY = y === undefined ? request.y : like(request.y, moved[1]!)
  return {
    request: { ...request, x: newX, y: newY },
    out: out === undefined ? options?.out : like(options?.out, moved.at(-1)!),
    given: y === undefined ? { x: newX } : { x: newX, y: newY },
    owned: moved.map(({ buffer }) => buffer),
  }
}

/** The view, or one like it whose length doesn't follow its buffer's. */
function steady(view: NumericArray): NumericArray {
  const { resizable, growable } = view.buffer as unknown as { resizable?: boolean; growable?: boolean }
  return resizable === true || growable === true ? fixed(view) : view
}

function fill(view: Float64Array, { start, step }: Range, first: number, last: number): void {
  for (let i = first; i < last; i++) view[i] = start + i * step
}
