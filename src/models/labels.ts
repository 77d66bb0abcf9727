/** Class labels: found, sorted and numbered at fit, and given back in the kind they came in. */
import { checkAttached, detachedError, typedArrayName } from '../common/arrays.ts'
import { isShared } from '../common/allocate.ts'
import { atOnce, inStretches, type Pausing } from '../common/pausing.ts'
import { argumentError, describe, makeError } from '../errors.ts'

/** One class label. */
export type Label = number | string | boolean | bigint

/** Typed arrays that labels may come in. */
export type LabelArray =
  | Float64Array | Float32Array
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array
  | BigInt64Array | BigUint64Array

/** Labels, one a row: whole numbers, strings, booleans or bigints, all of one type. An Int32Array of 0, 1, … on shared memory is read where it lies, others are copied where a call may wait. */
export type Labels = LabelArray | readonly Label[]

const typedArrays = {
  Float64Array, Float32Array, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  BigInt64Array, BigUint64Array,
}

/** What labels came in: the class of a typed array, or the type of an array's elements. */
export type LabelKind = keyof typeof typedArrays | 'number' | 'string' | 'boolean' | 'bigint'

export const labelKinds: readonly string[] = [...Object.keys(typedArrays), 'number', 'string', 'boolean', 'bigint']

export interface EncodedLabels {
  /** Index of each row's class in `classes`. */
  readonly indices: Int32Array
  /** The distinct labels, sorted: numbers and bigints by value, strings by code points, false before true. */
  readonly classes: Label[]
  readonly kind: LabelKind
}

/** Classes that are numbered 0, 1, … already, as most are, are recognised in one read if there are no more than this. */
const MARKS = 32

/** Labels that are looked up in one stretch. */
const MAP_STRETCH = 1 << 12

/** Numbers that lie this close together are numbered by a table instead of a map. */
const TABLE_LIMIT = 65536

/**
 * Finds the classes and numbers the rows.
 *
 * @param inPlace whether labels that are numbers already may be read where they are: nothing changes them before the last use of what is given
 * @throws TypeError ERR_MANYCORE_TYPE for anything that holds no labels or labels of several types, RangeError ERR_MANYCORE_NOT_FINITE for a missing
 *   one (null, undefined, NaN; names the row), RangeError ERR_MANYCORE_CLASSES for numbers that aren't whole.
 */
export function encodeLabels(y: unknown, argument = 'y', inPlace = false): EncodedLabels {
  return atOnce(encoding(y, argument, inPlace))
}

/** The same with pauses, after which y may be another: of one that has lost elements it throws DETACHED. */
export function* encoding(y: unknown, argument = 'y', inPlace = false): Pausing<EncodedLabels> {
  const kind = labelKind(y, argument)
  const labels = y as ArrayLike<Label>
  if (inPlace && y instanceof Int32Array && y.buffer instanceof ArrayBuffer) {
    const count = countOf(marksOf(y, 0, y.length, NO_MARKS))
    if (count > 0) return { indices: y, classes: upTo(count), kind }
  }
  if (kind === 'number' || (kind in typedArrays && !kind.startsWith('Big'))) return yield* encodeNumbers(labels as ArrayLike<number>, kind, argument)
  return yield* encodeAny(labels, kind, argument)
}

/** What kind of labels these are, by the array's class or its first element. */
export function labelKind(y: unknown, argument = 'y'): LabelKind {
  const name = typedArrayName(y)
  if (name !== undefined && name in typedArrays) {
    if ((y as LabelArray).length === 0) checkAttached(y as Float64Array, argument)
    return name as LabelKind
  }
  if (!Array.isArray(y)) throw argumentError('TYPE', argument, 'a typed array, or an array of numbers, strings, booleans or bigints', y)
  const first: unknown = y[0]
  if (first === undefined && y.length === 0) return 'number'
  if (first === null || first === undefined) throw missing(argument, 0, first)
  const type = typeof first
  if (type !== 'number' && type !== 'string' && type !== 'boolean' && type !== 'bigint') {
    throw argumentError('TYPE', `${argument}[0]`, 'a number, string, boolean or bigint', first)
  }
  return type
}

function* encodeNumbers(y: ArrayLike<number>, kind: LabelKind, argument: string): Pausing<EncodedLabels> {
  const n = y.length
  let indices: Int32Array | undefined
  if (y instanceof Int32Array) {
    // Shared memory is there as long as anybody looks at it, and is read where it lies, as X is.
    const given = isShared(y.buffer) ? y.subarray(0, n) : (indices = new Int32Array(n))
    let marks = NO_MARKS
    yield* inStretches(n, (first, end) => {
      checkLeft(y, n, argument)
      indices?.set(y.subarray(first, end), first)
      marks = marksOf(given, first, end, marks)
    })
    const count = countOf(marks)
    if (count > 0) return { indices: given, classes: upTo(count), kind }
  }
  indices ??= new Int32Array(n)
  const range = { low: Infinity, high: -Infinity }
  yield* inStretches(n, (first, end) => {
    checkLeft(y, n, argument)
    widen(range, y, first, end, argument)
  })
  const { low } = range
  const span = range.high - low + 1
  if (!(span <= TABLE_LIMIT)) return yield* encodeAny(y, kind, argument)
  const table = new Int32Array(n === 0 ? 0 : span)
  yield* inStretches(n, (first, end) => {
    for (let i = first; i < end; i++) {
      const place = y[i]! - low
      table[place] = 1
      indices[i] = place
    }
  })
  const classes: number[] = []
  for (let k = 0; k < table.length; k++) {
    if (table[k] === 1) table[k] = classes.push(low + k) - 1
  }
  yield* inStretches(n, (first, end) => renumber(indices, table, first, end))
  return { indices, classes, kind }
}

/** Widens a range so that some labels lie in it, which are whole numbers or it throws. */
function widen(range: { low: number; high: number }, y: ArrayLike<number>, first: number, end: number, argument: string): void {
  let { low, high } = range
  for (let i = first; i < end; i++) {
    const label = y[i]!
    if (Math.floor(label) !== label || typeof label !== 'number' || label - label !== 0) throw notWhole(argument, label, i)
    if (label < low) low = label
    if (label > high) high = label
  }
  range.low = low
  range.high = high
}

/** What was numbered in one order in another. */
function renumber(indices: Int32Array, numbers: Int32Array, first: number, end: number): void {
  for (let i = first; i < end; i++) indices[i] = numbers[indices[i]!]!
}

function checkLeft(y: ArrayLike<unknown>, length: number, argument: string): void {
  if (y.length < length && !Array.isArray(y)) throw detachedError(argument)
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k)
}

/** Of labels all bits, and a bit for each of them below 32. */
interface Marks {
  readonly all: number
  readonly marks: number
}

const NO_MARKS: Marks = { all: 0, marks: 0 }

function marksOf(y: Int32Array, first: number, end: number, before: Marks): Marks {
  let { all, marks } = before
  for (let i = first; i < end; i++) {
    all |= y[i]!
    marks |= 1 << y[i]!
  }
  return { all, marks }
}

/** How many classes there are if they are 0, 1, … (at most MARKS); else 0. */
function countOf({ all, marks }: Marks): number {
  if (all < 0 || all >= MARKS) return 0
  const next = marks + 1
  return next !== 0 && (marks & next) !== 0 ? 0 : MARKS - Math.clz32(marks)
}

/** Rows of each class, counted once for all who ask. */
const counted = new WeakMap<EncodedLabels, Float64Array>()

/** Rows of each class. A copy. */
export function rowsOfClasses(labels: EncodedLabels): Float64Array {
  return atOnce(countingRows(labels))
}

/** The same with pauses. */
export function* countingRows(labels: EncodedLabels): Pausing<Float64Array> {
  let counts = counted.get(labels)
  if (counts === undefined) {
    const { indices, classes } = labels
    const own = new Float64Array(classes.length)
    yield* inStretches(indices.length, (first, end) => addRows(own, indices, first, end))
    counted.set(labels, (counts = own))
  }
  return counts.slice()
}

function addRows(counts: Float64Array, indices: Int32Array, first: number, end: number): void {
  const count = counts.length
  // Four counters a class: an addition to the place that the one before it wrote to waits for it.
  const parts = new Int32Array(4 * count)
  for (let i = first, turn = 0; i < end; i++) {
    parts[turn + indices[i]!]! += 1
    turn = turn === 3 * count ? 0 : turn + count
  }
  for (let k = 0; k < count; k++) counts[k]! += parts[k]! + parts[count + k]! + parts[2 * count + k]! + parts[3 * count + k]!
}

function* encodeAny(y: ArrayLike<Label>, kind: LabelKind, argument: string): Pausing<EncodedLabels> {
  const n = y.length
  const type = elementType(kind)
  const order = new Map<Label, number>()
  const indices = new Int32Array(n)
  yield* inStretches(n, (first, end) => {
    checkLeft(y, n, argument)
    inOrderOfAppearance(y, type, order, indices, first, end, argument)
  }, MAP_STRETCH)
  const classes = sortedLabels(order.keys())
  const rank = new Int32Array(classes.length)
  classes.forEach((label, k) => (rank[order.get(label)!] = k))
  yield* inStretches(n, (first, end) => renumber(indices, rank, first, end))
  return { indices, classes, kind }
}

function inOrderOfAppearance(y: ArrayLike<Label>, type: string, order: Map<Label, number>, indices: Int32Array, first: number, end: number, argument: string): void {
  for (let i = first; i < end; i++) {
    const label = y[i]!
    if (typeof label !== type) throw wrongType(argument, label, i, type)
    let index = order.get(label)
    if (index === undefined) order.set(label, (index = order.size))
    indices[i] = index
  }
}

/** Labels of one type in order: numbers and bigints by value, strings by code points (as Python and so scikit-learn have them), false before true. */
export function sortedLabels(labels: Iterable<Label>): Label[] {
  return [...labels].sort((a, b) => (typeof a === 'string' && typeof b === 'string' ? byCodePoints(a, b) : a < b ? -1 : a > b ? 1 : 0))
}

/** Code units, which `<` compares, have another order: the pairs that stand for code points beyond them lie before U+E000. */
function byCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === length) return a.length - b.length
  // Second halves of a pair tell nothing without the first.
  const start = at > 0 && (a.charCodeAt(at - 1) & 0xfc00) === 0xd800 ? at - 1 : at
  return a.codePointAt(start)! - b.codePointAt(start)! || a.codePointAt(at)! - b.codePointAt(at)!
}

/** Room for so many labels of a kind. */
export function newLabels(kind: LabelKind, length: number): Labels {
  return (kind in typedArrays ? new typedArrays[kind as keyof typeof typedArrays](length) : new Array<Label>(length)) as Labels
}

/** Labels with known classes: their number, and what finds the index of a row's class, −1 for others. It throws for a label of another type. */
export function readLabels(y: unknown, classes: readonly Label[], kind: LabelKind): { readonly length: number; readonly indexOf: (row: number) => number } {
  const type = elementType(kind)
  const given = elementType(labelKind(y))
  if (given !== type) throw argumentError('TYPE', 'y', `labels of type ${type}, as the model was fitted with`, y)
  const known = new Map(classes.map((label, k) => [label, k]))
  const labels = y as ArrayLike<Label>
  return {
    length: labels.length,
    indexOf(row) {
      const label = labels[row]!
      if (typeof label !== type) throw wrongType('y', label, row, type)
      return known.get(label) ?? -1
    },
  }
}

/** `typeof` of the elements of labels. */
export function elementType(kind: LabelKind): string {
  if (!(kind in typedArrays)) return kind
  return kind.startsWith('Big') ? 'bigint' : 'number'
}

function wrongType(argument: string, label: unknown, row: number, type: string): Error {
  if (label === null || label === undefined) return missing(argument, row, label)
  return argumentError('TYPE', `${argument}[${row}]`, `a ${type}, as the labels before it`, label)
}

function notWhole(argument: string, label: unknown, row: number): Error {
  if (typeof label !== 'number') return wrongType(argument, label, row, 'number')
  if (Number.isNaN(label)) return missing(argument, row, label)
  return makeError('CLASSES', `${argument}: expected class labels, got ${label} in row ${row}: continuous values are no classes`, {
    argument,
    got: `${label} in row ${row}`,
    wanted: 'whole numbers, strings, booleans or bigints',
  })
}

function missing(argument: string, row: number, label: unknown): Error {
  return makeError('NOT_FINITE', `${argument}: the label of row ${row} is missing (${describe(label)})`, {
    argument,
    got: `${describe(label)} in row ${row}`,
    wanted: 'a label in each row',
  })
}
