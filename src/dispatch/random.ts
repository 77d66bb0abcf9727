/** Random numbers: what is checked before any work starts, where the numbers go, and what the work costs. */
import { active } from '../backends/index.ts'
import { isStable } from '../common/allocate.ts'
import { checkNumericArray, elementTypeOf, fixed, type FloatArray, type NumericArray } from '../common/arrays.ts'
import { checkCallOptions, once, timeoutError, type CallOptions } from '../common/options.ts'
import { newResult } from '../common/results.ts'
import { seedWords, type SeedLike } from '../common/seed.ts'
import { argumentError, makeError } from '../errors.ts'
import {
  bucketsFor, countBuckets, dealToBuckets, fillRandom, MOST_PERMUTED, PIECE, shuffle, type Draw, type IntegerRange, type Integers, type Interval, type Seed,
} from '../kernels/random/index.ts'
import type { Plan } from './plan.ts'
import { randomCost } from './random-cost.ts'
import { perform, performSync, planWork, type Work } from './work.ts'

export type { Integers }

/** Options that every function here takes. */
export interface SeedOptions extends CallOptions {
  /** A safe integer, or a bigint from −2^127 to 2^128 − 1; 5 and 5n are one seed. Without one, numbers that nobody can foretell or repeat. */
  seed?: SeedLike | undefined
}

const floatClasses = { float64: Float64Array, float32: Float32Array }
const integerClasses = {
  int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array,
  float64: Float64Array, bigint64: BigInt64Array, biguint64: BigUint64Array,
}

/** Element types of uniform and normal numbers. */
export type FloatTypes = { [T in keyof typeof floatClasses]: InstanceType<(typeof floatClasses)[T]> }
/** Element types of integers. */
export type IntegerTypes = { [T in keyof typeof integerClasses]: InstanceType<(typeof integerClasses)[T]> }

export interface FloatOptions extends SeedOptions {
  /** Element type of the result. Default `'float64'`, or that of `out`. */
  type?: keyof FloatTypes | undefined
  /** Where the numbers go, instead of a new array: a Float64Array or Float32Array of length n. */
  out?: FloatArray | undefined
}

export interface UniformOptions extends FloatOptions {
  /** The least number. Default 0. */
  low?: number | undefined
  /** What all numbers lie below. Default 1. */
  high?: number | undefined
}

export interface NormalOptions extends FloatOptions {
  /** Default 0. */
  mean?: number | undefined
  /** Default 1; 0 or more. */
  standardDeviation?: number | undefined
}

export interface IntegerOptions extends SeedOptions {
  /** Element type of the result. Default `'int32'`, or that of `out`. */
  type?: keyof IntegerTypes | undefined
  /** Where the integers go, instead of a new array: one of length n of one of the types. */
  out?: Integers | undefined
}

/** The blocking form of the work that `describeCall` makes of the options. */
export function fillBlocking<R, O extends CallOptions>(describeCall: (options: O | undefined) => Work<R>, given: O | undefined): R {
  const options = once(given)
  return performSync(describeCall(options), options)
}

/** The promise form. */
export async function fillAsync<R, O extends CallOptions>(describeCall: (options: O | undefined) => Work<R>, given: O | undefined): Promise<R> {
  const options = once(given)
  return perform(describeCall(options), options)
}

export function uniformWork(n: number, options: UniformOptions = {}): Work<FloatArray> {
  checkCallOptions(options, optionNames.uniform)
  const out = destination(n, options, floatClasses, 'float64')
  const { low = 0, high = 1 } = options
  const interval = intervalOf(low, high, out.BYTES_PER_ELEMENT === 4)
  return fillWork({ kind: 'uniform', interval, out: out as FloatArray }, options) as Work<FloatArray>
}

export function normalWork(n: number, options: NormalOptions = {}): Work<FloatArray> {
  checkCallOptions(options, optionNames.normal)
  const { mean = 0, standardDeviation = 1 } = options
  checkFinite(mean, 'mean', 'a finite number')
  checkFinite(standardDeviation, 'standardDeviation', 'a finite number, 0 or more')
  if (standardDeviation < 0) throw argumentError('RANGE', 'standardDeviation', 'a finite number, 0 or more', standardDeviation)
  const out = destination(n, options, floatClasses, 'float64') as FloatArray
  return fillWork({ kind: 'normal', mean, standardDeviation, out }, options) as Work<FloatArray>
}

export function integersWork(low: number | bigint, high: number | bigint, n: number, options: IntegerOptions = {}): Work<Integers> {
  checkCallOptions(options, optionNames.integers)
  const out = destination(n, options, integerClasses, 'int32') as Integers
  return fillWork({ kind: 'integers', range: rangeOf(low, high, elementTypeOf(out) as keyof IntegerTypes), out }, options) as Work<Integers>
}

/** Work on the result itself, which nobody else can reach yet unless it is the caller's `out`. */
function fillWork(draw: Draw, options: SeedOptions & { out?: unknown }): Work<Draw['out']> {
  const seed = seedWords(options.seed)
  const { out } = draw
  const whole = { ...draw, out: options.out === undefined ? out : fixed(out) } as Draw
  const view = whole.out
  const n = view.length
  const part = (first: number, last: number): Draw =>
    first === 0 && last * PIECE >= n ? whole : ({ ...draw, out: view.subarray(first * PIECE, Math.min(n, last * PIECE)) } as Draw)
  return {
    views: options.out === undefined ? [] : [{ name: 'out', view }],
    ...extentOf(draw.kind, n, view.BYTES_PER_ELEMENT, options.out === undefined ? undefined : view),
    inline: (first, last) => fillRandom(part(first, last), seed, first * PIECE),
    blocking: (backend, first, last, threads) => backend.random(part(first, last), seed, first * PIECE, threads),
    offThread: offThread((backend, threads, timeout, signal) => backend.randomOff!(whole, seed, threads, timeout, signal)),
    finish: () => out,
  }
}

/** What the planner must know of a fill; `out`: memory of the caller's that is filled. */
function extentOf(kind: Draw['kind'], n: number, elementBytes: number, out: NumericArray | undefined): Pick<Work<unknown>, 'pieces' | 'nanoseconds' | 'bytes' | 'stable' | 'shared'> {
  return {
    pieces: Math.ceil(n / PIECE),
    nanoseconds: randomCost(kind, n),
    bytes: n * elementBytes,
    stable: out === undefined || isStable(out.buffer),
    // Workers draw into memory of their own.
    shared: true,
  }
}

const optionNames = {
  uniform: ['low', 'high', 'seed', 'type', 'out'], normal: ['mean', 'standardDeviation', 'seed', 'type', 'out'], integers: ['seed', 'type', 'out'],
} as const

/** How `n` numbers would be drawn. */
export function planFill(form: 'sync' | 'promise', kind: Draw['kind'], n: number, options: FloatOptions | IntegerOptions = {}): Plan {
  checkCallOptions(options, optionNames[kind])
  checkCount(n)
  const { out } = options
  const classes: Readonly<Record<string, { readonly BYTES_PER_ELEMENT: number } | undefined>> = kind === 'integers' ? integerClasses : floatClasses
  const type = checkedType(options.type, classes) ?? (kind === 'integers' ? 'int32' : 'float64')
  const Class = out === undefined ? classes[type]! : destination(n, options, classes, type)
  return planWork({ ...extentOf(kind, n, Class.BYTES_PER_ELEMENT, out), offThread: offThread(async () => true) }, form, options)
}

/** How a permutation of n would be drawn. */
export function planPermutation(form: 'sync' | 'promise', n: number, options: SeedOptions = {}): Plan {
  checkCallOptions(options, ['seed'])
  checkCount(n)
  if (n > MOST_PERMUTED) throw argumentError('RANGE', 'n', 'at most 2^32 − 1 elements', n)
  return permutationPlan(form, n, options)
}

/** Off this thread, where the backend can. */
function offThread(start: NonNullable<Work<unknown>['offThread']>): Work<unknown>['offThread'] {
  return active().randomOff === undefined ? undefined : start
}

/** The array to fill: the caller's, of length n and, where a type was named, of that type; else a new one. */
function destination(n: number, options: { type?: string | undefined; out?: unknown }, classes: Readonly<Record<string, unknown>>, standard: string): Draw['out'] {
  const { out } = options
  const type = checkedType(options.type, classes)
  checkCount(n)
  if (out === undefined) {
    const Class = classes[type ?? standard] as Float64ArrayConstructor
    try {
      return newResult(Class, n)
    } catch (cause) {
      throw Object.assign(argumentError('RANGE', 'n', 'a number of elements whose memory can be had', n), { cause })
    }
  }
  checkNumericArray(out, 'out')
  const found = elementTypeOf(out)!
  if (!Object.hasOwn(classes, found) || (type !== undefined && type !== found)) {
    throw argumentError('TYPE', 'out', type === undefined ? `an array of ${Object.keys(classes).join(', ')}` : `an array of ${type}, the type that was named`, out)
  }
  if (out.length !== n) {
    throw makeError('SHAPE', `out must have n = ${n} elements, got ${out.length}`, { argument: 'out', got: `${out.length} elements`, wanted: `${n} elements` })
  }
  return out as Draw['out']
}

function checkedType(type: string | undefined, classes: Readonly<Record<string, unknown>>): string | undefined {
  if (type !== undefined && !Object.hasOwn(classes, type)) throw argumentError('OPTION', 'type', `one of ${Object.keys(classes).join(', ')}`, type, RangeError)
  return type
}

function checkCount(n: unknown): asserts n is number {
  if (typeof n !== 'number') throw argumentError('TYPE', 'n', 'a number of elements', n)
  if (!Number.isSafeInteger(n) || n < 0) throw argumentError('RANGE', 'n', 'a non-negative integer', n)
}

function checkFinite(value: unknown, argument: string, wanted: string): asserts value is number {
  if (typeof value !== 'number') throw argumentError('OPTION', argument, wanted, value)
  if (!Number.isFinite(value)) throw argumentError('RANGE', argument, wanted, value)
}

/** low ≤ numbers < high, for doubles or floats. */
export function intervalOf(low: number, high: number, floats: boolean): Interval {
  checkFinite(low, 'low', 'a finite number')
  checkFinite(high, 'high', 'a finite number')
  if (!(low < high)) throw argumentError('RANGE', 'high', `a number above low = ${low}`, high)
  if (high - low === Infinity) throw argumentError('RANGE', 'high', 'a number whose distance from low is finite', high)
  if (!floats) return { low, span: high - low, top: high === 1 ? LAST_BELOW_ONE : lastBelow(high) }
  const least = firstFloat(low)
  const top = -firstFloat(-high, true)
  if (least > top || !Number.isFinite(least) || !Number.isFinite(top)) throw argumentError('RANGE', 'high', `a number with a float between low = ${low} and it`, high)
  return { low: least, span: high - least, top }
}

const LAST_BELOW_ONE = 1 - 2 ** -53
const float = new Float32Array(1)
const floatBits = new Int32Array(float.buffer)
const double = new Float64Array(1)
const doubleBits = new BigInt64Array(double.buffer)

/** The greatest double below x. */
function lastBelow(x: number): number {
  if (x === 0) return -5e-324
  double[0] = x
  doubleBits[0] = doubleBits[0]! + (x > 0 ? -1n : 1n)
  return double[0]
}

/** The least float that is not below x, or is above it. */
function firstFloat(x: number, above = false): number {
  const near = Math.fround(x)
  if (above ? near > x : near >= x) return near
  if (near === 0) return 2 ** -149
  float[0] = near
  floatBits[0] = floatBits[0]! + (near > 0 ? 1 : -1)
  return float[0]
}

/** Least and greatest of each type of integer. */
const limits: Readonly<Record<keyof IntegerTypes, readonly [bigint, bigint]>> = {
  int8: [-128n, 127n], uint8: [0n, 255n], int16: [-32768n, 32767n], uint16: [0n, 65535n], int32: [-(2n ** 31n), 2n ** 31n - 1n], uint32: [0n, 2n ** 32n - 1n],
  float64: [-(2n ** 53n) + 1n, 2n ** 53n - 1n], bigint64: [-(2n ** 63n), 2n ** 63n - 1n], biguint64: [0n, 2n ** 64n - 1n],
}

export function rangeOf(low: number | bigint, high: number | bigint, type: keyof IntegerTypes): IntegerRange {
  checkInteger(low, 'low')
  checkInteger(high, 'high')
  if (!(low < high)) throw argumentError('RANGE', 'high', `an integer above low = ${low}`, high)
  const [least, greatest] = limits[type]
  // Comparing numbers with bigints is exact.
  if (low < least) throw argumentError('RANGE', 'low', `an integer that ${type} holds (option type)`, low)
  if (high > greatest + 1n) throw argumentError('RANGE', 'high', `an integer, itself not drawn, at most 1 above what ${type} holds (option type)`, high)
  if (typeof low === 'number' && typeof high === 'number') {
    const last = high - 1 - low
    if (last > Number.MAX_SAFE_INTEGER && type === 'float64') throw tooWide(high)
    if (last <= Number.MAX_SAFE_INTEGER) {
      return { lowHigh: Math.floor(low / 2 ** 32) >>> 0, lowLow: low >>> 0, lastHigh: Math.floor(last / 2 ** 32), lastLow: last >>> 0 }
    }
  }
  const first = BigInt(low)
  const last = BigInt(high) - 1n - first
  if (last > 2n ** 53n - 1n && type === 'float64') throw tooWide(high)
  const word = (value: bigint, shift: bigint): number => Number(BigInt.asUintN(32, value >> shift))
  return { lowHigh: word(first, 32n), lowLow: word(first, 0n), lastHigh: word(last, 32n), lastLow: word(last, 0n) }
}

function tooWide(high: number | bigint): Error {
  return argumentError('RANGE', 'high', "an integer at most 2^53 above low (type 'bigint64' takes any)", high)
}

function checkInteger(value: unknown, argument: string): asserts value is number | bigint {
  if (typeof value === 'bigint') return
  if (typeof value !== 'number') throw argumentError('TYPE', argument, 'an integer or a bigint', value)
  if (!Number.isSafeInteger(value)) throw argumentError('RANGE', argument, 'a safe integer; a bigint may lie beyond', value)
}

/** Elements from which a second thread is worth waking. */
const PARALLEL_PERMUTATION = 65_536

/** Who would draw a permutation. */
function permutationPlan(form: 'sync' | 'promise', n: number, options: CallOptions): Plan {
  return planWork({
    nanoseconds: randomCost('permutation', n),
    bytes: n * Uint32Array.BYTES_PER_ELEMENT,
    stable: true,
    shared: false,
    // The kernel cuts itself into pieces.
    pieces: n < PARALLEL_PERMUTATION ? 1 : 2,
    offThread: active().permutationOff === undefined ? undefined : async () => true,
  }, form, options)
}

/** 0 … n − 1 in random order, blocking. */
export function permutationBlocking(n: number, options: SeedOptions = {}): Uint32Array {
  const { seed, out } = permutationCall(n, options)
  options.signal?.throwIfAborted()
  return permuteHere(permutationPlan('sync', n, options), seed, out, options)
}

/** The promise form: off this thread when it is long. */
export async function permutationAsync(n: number, options: SeedOptions = {}): Promise<Uint32Array> {
  const { seed, out } = permutationCall(n, options)
  options.signal?.throwIfAborted()
  const backend = active()
  if (backend.permutationOff === undefined) return perform(permutationWork(seed, out), options)
  const how = permutationPlan('promise', n, options)
  if (how.route !== 'off-thread') return permuteHere(how, seed, out, options)
  const { timeout } = options
  // The result is nobody else's yet, so it may be written off this thread.
  const done = timeout !== 0 && (await backend.permutationOff(seed, out, how.threads, timeout ?? 0, options.signal))
  if (!done) throw timeoutError(timeout ?? 0)
  return out
}

function permuteHere({ route, threads }: Plan, seed: Seed, out: Uint32Array, options: SeedOptions): Uint32Array {
  const backend = active()
  if (backend.permutation === undefined || route === 'inline') return performSync(permutationWork(seed, out), options)
  const { timeout } = options
  if (timeout === 0 || !backend.permutation(seed, out, threads, timeout ?? 0)) throw timeoutError(timeout ?? 0)
  return out
}

function permutationCall(n: number, options: SeedOptions): { seed: Seed; out: Uint32Array } {
  checkCallOptions(options, ['seed'])
  checkCount(n)
  if (n > MOST_PERMUTED) throw argumentError('RANGE', 'n', 'at most 2^32 − 1 elements', n)
  const seed = seedWords(options.seed)
  return { seed, out: destination(n, {}, { uint32: Uint32Array }, 'uint32') as Uint32Array }
}

/** In TypeScript, in pieces: counting, dealing, shuffling. */
function permutationWork(seed: Seed, out: Uint32Array): Work<Uint32Array> {
  const n = out.length
  const buckets = bucketsFor(n)
  const deals = Math.ceil(n / PIECE)
  /** Elements of each bucket; once dealt, where the next one of it would go: the end of the bucket. */
  const next = new Uint32Array(buckets)
  const element = (deal: number): number => Math.min(n, deal * PIECE)
  const inline = (piece: number): void => {
    if (buckets === 1) {
      for (let i = 0; i < n; i++) out[i] = i
      shuffle(seed, 0, n, out)
    } else if (piece < deals) {
      countBuckets(seed, element(piece), element(piece + 1), next)
    } else if (piece < 2 * deals) {
      if (piece === deals) startsFromCounts(next)
      dealToBuckets(seed, element(piece - deals), element(piece - deals + 1), next, out)
    } else {
      const bucket = piece - 2 * deals
      shuffle(seed, bucket === 0 ? 0 : next[bucket - 1]!, next[bucket]!, out)
    }
  }
  const run = (first: number, last: number): void => {
    for (let piece = first; piece < last; piece++) inline(piece)
  }
  const { inline: nanoseconds } = randomCost('permutation', n)
  return {
    views: [],
    pieces: n === 0 ? 0 : buckets === 1 ? 1 : 2 * deals + buckets,
    nanoseconds: { inline: nanoseconds, native: nanoseconds },
    bytes: out.byteLength,
    stable: true,
    shared: false,
    inline: run,
    blocking: (_backend, first, last) => run(first, last),
    finish: () => out,
  }
}

function startsFromCounts(counts: Uint32Array): void {
  let start = 0
  for (let bucket = 0; bucket < counts.length; bucket++) {
    const count = counts[bucket]!
    counts[bucket] = start
    start += count
  }
}
