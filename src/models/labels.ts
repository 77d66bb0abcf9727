/** Class labels: found, sorted and numbered at fit, and given back in the kind they came in. */
import { checkAttached, typedArrayName } from '../common/arrays.ts'
import { argumentError, describe, makeError } from '../errors.ts'

/** One class label. */
export type Label = number | string | boolean | bigint

/** Typed arrays that labels may come in. */
export type LabelArray =
  | Float64Array | Float32Array
  | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array
  | BigInt64Array | BigUint64Array

/** Labels, one a row: whole numbers, strings, booleans or bigints, all of one type. */
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
  const kind = labelKind(y, argument)
  const labels = y as ArrayLike<Label>
  if (inPlace && y instanceof Int32Array && y.buffer instanceof ArrayBuffer) {
    const count = numbered(y)
    if (count > 0) return { indices: y, classes: upTo(count), kind }
  }
  if (kind === 'number' || (kind in typedArrays && !kind.startsWith('Big'))) return encodeNumbers(labels as ArrayLike<number>, kind, argument)
  return encodeAny(labels, kind, argument)
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

function encodeNumbers(y: ArrayLike<number>, kind: LabelKind, argument: string): EncodedLabels {
  const n = y.length
  if (y instanceof Int32Array) {
    const count = numbered(y)
    if (count > 0) return { indices: y.slice(), classes: upTo(count), kind }
  }
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < n; i++) {
    const label = y[i]!
    if (Math.floor(label) !== label || typeof label !== 'number' || label - label !== 0) throw notWhole(argument, label, i)
    if (label < low) low = label
    if (label > high) high = label
  }
  const span = high - low + 1
  if (!(span <= TABLE_LIMIT)) return encodeAny(y, kind, argument)
  const indices = new Int32Array(n)
  const table = new Int32Array(n === 0 ? 0 : span)
  for (let i = 0; i < n; i++) table[y[i]! - low] = 1
  const classes: number[] = []
  for (let k = 0; k < table.length; k++) {
    if (table[k] === 1) table[k] = classes.push(low + k) - 1
  }
  for (let i = 0; i < n; i++) indices[i] = table[y[i]! - low]!
  return { indices, classes, kind }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k)
}

/** How many classes there are if they are 0, 1, … (at most MARKS); else 0. */
function numbered(y: Int32Array): number {
  let marks = 0
  let all = 0
  for (let i = 0; i < y.length; i++) {
    all |= y[i]!
    marks |= 1 << y[i]!
  }
  if (all < 0 || all >= MARKS) return 0
  const next = marks + 1
  return next !== 0 && (marks & next) !== 0 ? 0 : MARKS - Math.clz32(marks)
}

/** Rows of each class, counted once for all who ask. */
const counted = new WeakMap<EncodedLabels, Float64Array>()

/** Rows of each class. A copy. */
export function rowsOfClasses(labels: EncodedLabels): Float64Array {
  let counts = counted.get(labels)
  if (counts === undefined) counted.set(labels, (counts = countRows(labels)))
  return counts.slice()
}

function countRows({ indices, classes }: EncodedLabels): Float64Array {
  const count = classes.length
  // Four counters a class: an addition to the place that the one before it wrote to waits for it.
  const counts = new Int32Array(4 * count)
  for (let i = 0, turn = 0; i < indices.length; i++) {
    counts[turn + indices[i]!]! += 1
    turn = turn === 3 * count ? 0 : turn + count
  }
  return Float64Array.from({ length: count }, (_, k) => counts[k]! + counts[count + k]! + counts[2 * count + k]! + counts[3 * count + k]!)
}

function encodeAny(y: ArrayLike<Label>, kind: LabelKind, argument: string): EncodedLabels {
  const n = y.length
  const type = elementType(kind)
  const order = new Map<Label, number>()
  const indices = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    const label = y[i]!
    if (typeof label !== type) throw wrongType(argument, label, i, type)
    let index = order.get(label)
    if (index === undefined) order.set(label, (index = order.size))
    indices[i] = index
  }
  const classes = sortedLabels(order.keys())
  const rank = new Int32Array(classes.length)
  classes.forEach((label, k) => (rank[order.get(label)!] = k))
  for (let i = 0; i < n; i++) indices[i] = rank[indices[i]!]!
  return { indices, classes, kind }
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
  return (kind in typedArrays ? new typedArrays[kind as keyof typeof typedArrays](length) : Array.from<Label>({ length })) as Labels
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
