/**
 * The short way of random numbers: few of them, and no options but those of the numbers themselves. No plan, and no description of the work; what is wrong goes the long way
 * (src/dispatch/random.ts), which says so.
 */
import { active } from '../backends/index.ts'
import { elementTypes } from '../common/arrays.ts'
import { seedWords, type SeedLike } from '../common/seed.ts'
import { int32Conversions } from '../kernels/generated-conversions.ts'
import { integerBounds } from '../kernels/map-table.ts'
import { fillRandom, type Draw, type Seed } from '../kernels/random/index.ts'
import { shuffle } from '../kernels/random/permutation.ts'
import { integers32, normal32, normal64, permutation, uniform32, uniform64 } from '../kernels/random/pool.ts'
import { newOfCode } from './map-short.ts'
import type { Plan } from './plan.ts'
import { intervalOf, rangeOf, type IntegerOptions, type Integers, type NormalOptions, type SeedOptions, type UniformOptions } from './random.ts'
import { MOST_SHORT, seededLimits, shortRandomCost, storedLimits, type RandomKind } from './random-cost.ts'
import { planWork } from './work.ts'

/** Whether options are an ordinary object with no other keys than the two and `seed` and `type`. */
function areSimple(options: object, first: string, second: string): boolean {
  if (typeof options !== 'object' || options === null || Object.getPrototypeOf(options) !== Object.prototype) return false
  for (const key in options) if (key !== 'type' && key !== 'seed' && key !== first && key !== second) return false
  return true
}

const isFew = (n: unknown): n is number => typeof n === 'number' && n >= 1 && n <= MOST_SHORT && Number.isInteger(n)

const UNIT_64 = intervalOf(0, 1, false)
const UNIT_32 = intervalOf(0, 1, true)

/** All integers of 32 bits. */
const WORD = { lowHigh: 0, lowLow: 0, lastHigh: 0, lastLow: 2 ** 32 - 1 }

function refill(words: Uint32Array): void {
  active().random({ kind: 'integers', range: WORD, out: words }, seedWords(undefined), 0, 1)
}

/** Draws from a seed. */
function draw(draw: Draw, seed: SeedLike | undefined, n: number): void {
  if (n <= seededLimits[draw.kind]) fillRandom(draw, seedWords(seed), 0)
  else active().random(draw, seedWords(seed), 0, 1)
}

/** As `uniform` of src/api/random.ts; undefined for the long way. */
export function uniformShort(n: unknown, options: UniformOptions | undefined): Float64Array | Float32Array | undefined {
  if (!isFew(n)) return undefined
  let type: string | undefined
  let seed: SeedLike | undefined
  let low: number | undefined
  let high: number | undefined
  if (options !== undefined) {
    if (!areSimple(options, 'low', 'high')) return undefined
    ;({ type, seed, low, high } = options)
  }
  const whole = low === undefined && high === undefined
  const stored = seed === undefined && n <= storedLimits.uniform
  if (type === undefined || type === 'float64') {
    const interval = whole ? UNIT_64 : intervalOf(low === undefined ? 0 : low, high === undefined ? 1 : high, false)
    const out = new Float64Array(n)
    if (stored) uniform64(out, n, interval, refill)
    else draw({ kind: 'uniform', interval, out }, seed, n)
    return out
  }
  if (type !== 'float32') return undefined
  const interval = whole ? UNIT_32 : intervalOf(low === undefined ? 0 : low, high === undefined ? 1 : high, true)
  const out = new Float32Array(n)
  if (stored) uniform32(out, n, interval, refill)
  else draw({ kind: 'uniform', interval, out }, seed, n)
  return out
}

/** As `normal` of src/api/random.ts; undefined for the long way. */
export function normalShort(n: unknown, options: NormalOptions | undefined): Float64Array | Float32Array | undefined {
  if (!isFew(n)) return undefined
  let type: string | undefined
  let seed: SeedLike | undefined
  let mean = 0
  let standardDeviation = 1
  if (options !== undefined) {
    if (!areSimple(options, 'mean', 'standardDeviation')) return undefined
    ;({ type, seed, mean = 0, standardDeviation = 1 } = options)
    if (!(Number.isFinite(mean) && Number.isFinite(standardDeviation) && standardDeviation >= 0)) return undefined
  }
  const stored = seed === undefined && n <= storedLimits.normal
  if (type === undefined || type === 'float64') {
    const out = new Float64Array(n)
    if (stored) normal64(out, n, mean, standardDeviation, refill)
    else draw({ kind: 'normal', mean, standardDeviation, out }, seed, n)
    return out
  }
  if (type !== 'float32') return undefined
  const out = new Float32Array(n)
  if (stored) normal32(out, n, mean, standardDeviation, refill)
  else draw({ kind: 'normal', mean, standardDeviation, out }, seed, n)
  return out
}

const few = new Int32Array(storedLimits.integers)

/** As `integers` of src/api/random.ts, for ranges of integers of 32 bits; undefined for the long way. */
export function integersShort(low: unknown, high: unknown, n: unknown, options: IntegerOptions | undefined): Integers | undefined {
  if (!isFew(n) || typeof low !== 'number' || typeof high !== 'number' || !Number.isInteger(low) || !Number.isInteger(high)) return undefined
  let type: IntegerOptions['type']
  let seed: SeedLike | undefined
  if (options !== undefined) {
    if (!areSimple(options, 'seed', 'type')) return undefined
    ;({ type, seed } = options)
  }
  if (!(low < high && low >= -(2 ** 31) && high <= 2 ** 31)) return undefined
  const stored = seed === undefined && n <= storedLimits.integers
  if (type === undefined || type === 'int32') {
    const out = new Int32Array(n)
    if (stored) integers32(out, n, low, high - low, refill)
    else draw({ kind: 'integers', range: rangeOf(low, high, 'int32'), out }, seed, n)
    return out
  }
  // Narrower types by way of 32 bits.
  const loop = int32Conversions[elementTypes.indexOf(type as 'int8')]
  if (loop === undefined || type === ('float32' as string) || type === ('uint8clamped' as string)) return undefined
  const [least, greatest] = type === 'float64' ? [-Infinity, Infinity] : integerBounds[type as 'int8']
  if (low < least || high - 1 > greatest) return undefined
  const out = newOfCode(elementTypes.indexOf(type as 'int8'), n) as Integers
  if (!stored) {
    draw({ kind: 'integers', range: rangeOf(low, high, type), out }, seed, n)
    return out
  }
  integers32(few, n, low, high - low, refill)
  loop(few, out as never, 0, n)
  return out
}

/** As `permutation` of src/api/random.ts; undefined for the long way. */
export function permutationShort(n: unknown, options: SeedOptions | undefined): Uint32Array | undefined {
  if (!isFew(n)) return undefined
  let seed: SeedLike | undefined
  if (options !== undefined) {
    if (!areSimple(options, 'seed', 'seed') || 'type' in options) return undefined
    ;({ seed } = options)
  }
  const out = new Uint32Array(n)
  if (seed === undefined && n <= storedLimits.permutation) permutation(out, n, refill)
  else permuted(seedWords(seed), out, n)
  return out
}

function permuted(seed: Seed, out: Uint32Array, n: number): void {
  const backend = active()
  if (n > seededLimits.permutation && backend.permutation !== undefined) {
    backend.permutation(seed, out, 1, 0)
    return
  }
  // All of them in one bucket.
  for (let i = 0; i < n; i++) out[i] = i
  shuffle(seed, 0, n, out)
}

const optionNames = { uniform: ['low', 'high'], normal: ['mean', 'standardDeviation'], integers: ['seed', 'type'], permutation: ['seed', 'seed'] } as const

/** How a call would be carried out on the short way; undefined for the long way. Of integers, ranges beyond 32 bits aren't known here. */
export function planShort(form: 'sync' | 'promise', kind: RandomKind, n: unknown, options: UniformOptions | NormalOptions | IntegerOptions | undefined): Plan | undefined {
  const [first, second] = optionNames[kind]
  if (!isFew(n) || (options !== undefined && !areSimple(options, first, second))) return undefined
  const type = options?.type ?? (kind === 'integers' ? 'int32' : 'float64')
  if (kind === 'permutation' ? options !== undefined && 'type' in options : type !== 'float64' && (kind === 'integers' ? !(type in integerBounds) : type !== 'float32')) return undefined
  return planWork({ nanoseconds: shortRandomCost(kind, n, options?.seed !== undefined), bytes: 0, pieces: 1, stable: false, shared: false }, form)
}
