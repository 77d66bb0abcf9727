/**
 * Copies of short inputs as doubles, in one place: what is computed from them has machine code that sees one array, whatever types, subclasses and realms the program uses, and whatever
 * memory lies under their views. The engine makes the copy (`TypedArray.prototype.set`, 13 ns, and 33 from another type); asking a view for its buffer would cost as much, and 700 ns
 * where V8 still keeps the elements inside the object. Of a few elements a loop copies.
 */
import type { IntegerArray } from '../../common/arrays.ts'

/** Most elements that fit: a block of reductions. */
export const MOST = 4096

/** Most elements that a loop copies, where the engine would convert them, and where it needn't. */
const FEW = 16
const FEW_DOUBLES = 6

/** Elements that loops may take in one turn: `staged` goes on with as many copies of its first one, less one. */
const TURN = 4

/** The elements of the input staged last, and of the second one. Overwritten by every call. */
export const staged = new Float64Array(MOST + TURN)
export const stagedToo = new Float64Array(MOST + TURN)

/** The same memory as words of 32 bits, the upper one of an element, with its sign, at the odd index (little-endian, as in src/kernels/exact). */
export const stagedWords = new Int32Array(staged.buffer)
const stagedSigned = new BigInt64Array(staged.buffer)
const stagedUnsigned = new BigUint64Array(staged.buffer)

const prototype = Object.getPrototypeOf(Uint8Array.prototype) as { readonly set: unknown }
const getter = (name: PropertyKey): (() => unknown) => Object.getOwnPropertyDescriptor(prototype, name)!.get!
const tagOf = getter(Symbol.toStringTag)
const lengthOf = getter('length')

/** The class of the last input, and its length. */
let inputTag: unknown
export let inputLength = 0

/**
 * Copies a typed array (of any realm, no proxy) of 1 to `floats` floating-point elements, or 1 to `integers` integers of up to 32 bits, to `staged`. Gives how many there are, of integers
 * as a negative number, or 0 where nothing was copied.
 */
export function stage(x: unknown, floats: number, integers: number): number {
  inputTag = tagOf.call(x)
  switch (inputTag) {
    case 'Float64Array':
    case 'Float32Array':
      inputLength = lengthOf.call(x) as number
      if (inputLength === 0 || inputLength > floats) return 0
      copy(x, staged)
      staged[inputLength] = staged[inputLength + 1] = staged[inputLength + 2] = staged[0]!
      return inputLength
    case 'Int8Array':
    case 'Uint8Array':
    case 'Uint8ClampedArray':
    case 'Int16Array':
    case 'Uint16Array':
    case 'Int32Array':
    case 'Uint32Array':
      inputLength = lengthOf.call(x) as number
      if (inputLength === 0 || inputLength > integers) return 0
      copy(x, staged)
      staged[inputLength] = staged[inputLength + 1] = staged[inputLength + 2] = staged[0]!
      return -inputLength
    default:
      return 0
  }
}

/** Singles as they are: products of two arrays need two copies, and those that convert take longest. */
export const singles = new Float32Array(MOST)
export const singlesToo = new Float32Array(MOST)

/** Copies two Float32Arrays of one length from 1 to `most` to `singles` and `singlesToo`. Gives how many elements each has, or 0 where nothing was copied. */
export function stageSingles(x: unknown, y: unknown, most: number): number {
  if (tagOf.call(x) !== 'Float32Array' || tagOf.call(y) !== 'Float32Array') return 0
  const n = lengthOf.call(x) as number
  if (n === 0 || n > most || lengthOf.call(y) !== n) return 0
  singles.set(x as Float32Array)
  singlesToo.set(y as Float32Array)
  return n
}

/** Integers of 32 bits as they are, signed and not. */
export const words = new Int32Array(MOST + TURN)
export const wordsToo = new Int32Array(MOST + TURN)
export const unsignedWords = new Uint32Array(words.buffer)
export const unsignedWordsToo = new Uint32Array(wordsToo.buffer)

/** The same memory by the codes of all integers of up to 32 bits (src/common/arrays.ts). */
const copies = ofEveryKind(words.buffer)
const copiesToo = ofEveryKind(wordsToo.buffer)

function ofEveryKind(buffer: ArrayBuffer): readonly IntegerArray[] {
  // Floating-point numbers, which are never asked for, have the first places.
  const none = new Int8Array(buffer)
  return [
    none, none, none, new Int8Array(buffer), new Uint8Array(buffer), new Uint8ClampedArray(buffer), new Int16Array(buffer), new Uint16Array(buffer), new Int32Array(buffer), new Uint32Array(buffer),
  ]
}

/** The code of the last input's element type where that is integers of up to 32 bits; 0 for anything else. */
export function integerCode(): number {
  switch (inputTag) {
    case 'Int8Array':
      return 3
    case 'Uint8Array':
      return 4
    case 'Uint8ClampedArray':
      return 5
    case 'Int16Array':
      return 6
    case 'Uint16Array':
      return 7
    case 'Int32Array':
      return 8
    case 'Uint32Array':
      return 9
    default:
      return 0
  }
}

/** Copies the last input, integers of that code and up to MOST of them, as they are, and gives where; clamped bytes as bytes, whose loops they share. */
export function stageIntegers(x: unknown, code: number): IntegerArray {
  copyInto(copies[code]!, x)
  return copies[code === CLAMPED ? BYTES : code]!
}

/** The same of one like it (`isLike`). */
export function stageIntegersToo(y: unknown, code: number): IntegerArray {
  copyInto(copiesToo[code]!, y)
  return copiesToo[code === CLAMPED ? BYTES : code]!
}

const BYTES = 4
const CLAMPED = 5

const set = prototype.set as (this: unknown, from: unknown) => void

/** Copies an array to the beginning of one of the same class, whatever that is: `to.set` would be looked up by it. */
export function copyInto(to: unknown, from: unknown): void {
  set.call(to, from)
}

/** Copies the last input and one like it (`isLike`), integers of 32 bits and up to MOST of them, to `words` and `wordsToo`. */
export function stageWords(x: unknown, y: unknown): void {
  if (inputTag === 'Int32Array') {
    words.set(x as Int32Array)
    wordsToo.set(y as Int32Array)
  } else {
    unsignedWords.set(x as Uint32Array)
    unsignedWordsToo.set(y as Uint32Array)
  }
  for (let i = inputLength; i < inputLength + TURN - 1; i++) words[i] = wordsToo[i] = 0
}

/** Copies an array of 1 to `most` bigints to `staged`, as they are. Gives how many there are, of unsigned ones as a negative number, or 0 where nothing was copied. */
export function stageBigInts(x: unknown, most: number): number {
  inputTag = tagOf.call(x)
  if (inputTag !== 'BigInt64Array' && inputTag !== 'BigUint64Array') return 0
  inputLength = lengthOf.call(x) as number
  if (inputLength === 0 || inputLength > most) return 0
  if (inputTag === 'BigUint64Array') {
    stagedUnsigned.set(x as BigUint64Array)
    return -inputLength
  }
  stagedSigned.set(x as BigInt64Array)
  return inputLength
}

/** As `stage`, of bigints too, rounded to doubles: up to `bigints` of them. */
export function stageRounded(x: unknown, most: number, bigints: number): number {
  const n = Math.abs(stage(x, most, most))
  if (n !== 0 || (inputTag !== 'BigInt64Array' && inputTag !== 'BigUint64Array')) return n
  const length = lengthOf.call(x) as number
  if (length > bigints) return 0
  for (let i = 0; i < length; i++) staged[i] = Number((x as BigInt64Array)[i])
  staged[length] = staged[length + 1] = staged[length + 2] = staged[0]!
  return length
}

/** Copies an array of the same class and length as the one staged last to `stagedToo`, and 0 behind it; false where it is none. */
export function stageToo(y: unknown): boolean {
  if (!isLike(y)) return false
  copy(y, stagedToo)
  stagedToo[inputLength] = stagedToo[inputLength + 1] = stagedToo[inputLength + 2] = 0
  return true
}

/** Whether y is of the same class and length as the last input. */
export function isLike(y: unknown): boolean {
  return inputTag !== undefined && tagOf.call(y) === inputTag && lengthOf.call(y) === inputLength
}

/** Whether the last input is of 1 to `most` floating-point numbers. */
export function isFloats(most: number): boolean {
  return (inputTag === 'Float64Array' || inputTag === 'Float32Array') && inputLength > 0 && inputLength <= most
}

/** The length of an array of integers of 32 bits, which the questions below are about then; 0 for anything else. */
export function lengthOfWide(x: unknown): number {
  inputTag = tagOf.call(x)
  if (!isWide()) return 0
  inputLength = lengthOf.call(x) as number
  return inputLength
}

/** Whether integers of 32 bits have a sign. */
export function isSigned(): boolean {
  return inputTag === 'Int32Array'
}

/** Whether the last input is of doubles. */
export function isDoubles(): boolean {
  return inputTag === 'Float64Array'
}

/** Whether the last input is of integers of 32 bits. */
function isWide(): boolean {
  return inputTag === 'Int32Array' || inputTag === 'Uint32Array'
}

/** Each class has a loop of its own: one that has seen many of them takes several times as long. */
function copy(x: unknown, to: Float64Array): void {
  const n = inputLength
  if (n > FEW || (n > FEW_DOUBLES && inputTag === 'Float64Array')) return to.set(x as Float64Array)
  switch (inputTag) {
    case 'Float64Array':
      for (let i = 0; i < n; i++) to[i] = (x as Float64Array)[i]!
      return
    case 'Float32Array':
      for (let i = 0; i < n; i++) to[i] = (x as Float32Array)[i]!
      return
    case 'Int8Array':
      for (let i = 0; i < n; i++) to[i] = (x as Int8Array)[i]!
      return
    case 'Uint8Array':
      for (let i = 0; i < n; i++) to[i] = (x as Uint8Array)[i]!
      return
    case 'Int16Array':
      for (let i = 0; i < n; i++) to[i] = (x as Int16Array)[i]!
      return
    case 'Uint16Array':
      for (let i = 0; i < n; i++) to[i] = (x as Uint16Array)[i]!
      return
    case 'Int32Array':
      for (let i = 0; i < n; i++) to[i] = (x as Int32Array)[i]!
      return
    case 'Uint32Array':
      for (let i = 0; i < n; i++) to[i] = (x as Uint32Array)[i]!
      return
    default:
      to.set(x as Float64Array)
  }
}
