/**
 * Short doors: what the reductions without options try first. They give the value of an array of a few elements, or undefined, for anything else, and where the result takes more care: then
 * the long way of src/dispatch/reduce.ts does what it does, errors included. A planner that looks up kernels, types and places in tables takes 100 ns once a program has used many of
 * each, and a loop over 100 elements takes no longer. Every door has code of its own; who computes is what the planner would say.
 */
import type { FewReductions } from '../backends/backend.ts'
import { active } from '../backends/index.ts'
import { elementTypeOf, type FloatArray, type IntegerArray, type NumericArray } from '../common/arrays.ts'
import { loops } from '../kernels/exact/generated.ts'
import { exactMean, exactVariance } from '../kernels/exact/index.ts'
import { inlineReduce, reduceStaged } from '../kernels/index.ts'
import { argMaxOf, argMinOf, extremes, extremesOf, maxOf, minOf } from '../kernels/short/extremes.ts'
import { sumOfSigned, sumOfUnsigned } from '../kernels/short/bigints.ts'
import { greatestOfIntegers, leastOfIntegers, productsOfIntegers, safeProductsOfUnsignedWords, safeProductsOfWords, squaresOfIntegers } from '../kernels/short/integers.ts'
import {
  countNonzeroOf, describeOf, dotOf, dotOfSingles, euclideanNormOf, finishLogSumExp, hasNaNOf, logSumExpOf, productOf, squaredDeviationsOf, sumOf, sumOfSquaresOf,
} from '../kernels/short/reductions.ts'
import {
  copyInto, inputLength, integerCode, isDoubles, isFloats, isLike, isSigned, lengthOfWide, MOST, stage, stageBigInts, stageIntegers, stageIntegersToo, stageSingles, stageToo, stageWords,
} from '../kernels/short/stage.ts'
import type { ReductionName } from '../kernels/table.ts'
import { kernelCosts, nativeCall } from './cost.ts'
import type { Plan } from './plan.ts'

/** Floating-point elements up to which a native call is made here: one thread computes them, whatever their type, and there is nothing to plan. */
const SERIAL = 32_768

/** Sums of integers up to this are exact, and so are all that led to them, if none of their terms was negative. */
const SAFE = Number.MAX_SAFE_INTEGER

/** Nanoseconds that copying an element as a double takes. */
const COPY = 0.2

/** Integers (of up to 32 bits) up to which the doors take an array: a native call, whose result is limbs, takes about 1000 ns, and what has no exact form is widened first. */
export const shortIntegers = {
  sum: 2048, sumOfSquares: 2048, dot: 1536, min: 1536, max: 1536, minMax: 1536, argMin: 1536, argMax: 1536, variance: 1024, euclideanNorm: 1536,
  product: MOST, countNonzero: MOST, countNaN: MOST, logSumExp: 32,
} as const satisfies { readonly [name in ReductionName]?: number }

/** Reductions of integers whose result is one number that is exact in a double, by the loops and kernels of src/kernels/exact. */
type WholeName = 'sum' | 'sumOfSquares' | 'dot' | 'min' | 'max' | 'countNonzero'

/** Integers up to which they are copied as doubles; beyond, the engine copies them as they are. */
const FEW_INTEGERS = 47

/** Integers of up to 32 bits from which on the native core computes them where they are copied to, in some 130 ns; more than fit there go the long way. */
const nativeIntegers = { sum: 96, sumOfSquares: 64, dot: 96, min: 128, max: 128, countNonzero: 96 } as const satisfies Readonly<Record<WholeName, number>>

/** Bytes of an integer by its code: to ask one of seven classes of arrays for its length takes a sixth of the call. */
const bytesOf = [0, 0, 0, 1, 1, 1, 2, 2, 4, 4]

/**
 * The value for the last input where it is of up to `shortIntegers` integers of up to 32 bits, or of as many as fit where the native core reads; y is one like it. Undefined for anything else,
 * and for products of 32 bits that are not computed there.
 */
function whole(kernel: WholeName, x: unknown, y?: unknown): number | undefined {
  const code = integerCode()
  if (code === 0 || inputLength === 0) return undefined
  if (inputLength >= nativeIntegers[kernel]) {
    const value = wholeNative(kernel, code, x, y)
    if (value !== undefined) return value
  }
  if (inputLength > shortIntegers[kernel] || (code > HALF_WORDS && (kernel === 'dot' || kernel === 'sumOfSquares'))) return undefined
  const a = stageIntegers(x, code)
  return wholeLoops[code]![kernel](a, y === undefined ? a : stageIntegersToo(y, code), 0, inputLength, noDigits)
}

function wholeNative(kernel: WholeName, code: number, x: unknown, y: unknown): number | undefined {
  const few = active().fewReductions
  if (few === undefined || inputLength * bytesOf[code]! > 8 * few.capacity) return undefined
  const pair = few.integers[code]!
  copyInto(pair.x, x)
  if (y !== undefined) copyInto(pair.y, y)
  return few.exact(kernel, code, inputLength)
}

/** The last code of integers of 16 bits. */
const HALF_WORDS = 7

const noDigits = new Float64Array(1)

type WholeLoop = (x: IntegerArray, y: IntegerArray, from: number, to: number, digits: Float64Array) => number
/** The stamped loops by the codes of integers; those of floating-point numbers are never asked for. */
const wholeLoops = [
  loops.int8, loops.int8, loops.int8, loops.int8, loops.uint8, loops.uint8, loops.int16, loops.uint16, loops.int32, loops.uint32,
] as unknown as readonly Readonly<Record<WholeName, WholeLoop>>[]

/** What the doors do with such an array, in the words of the planner. */
export function planShortIntegers(kernel: ReductionName, x: NumericArray): Plan | undefined {
  const type = elementTypeOf(x)!
  if (x.length === 0 || type.startsWith('float')) return undefined
  const most = type.startsWith('big') ? (kernel === 'sum' ? BIGINTS : 0) : ((shortIntegers as { readonly [name in ReductionName]?: number })[kernel] ?? 0)
  const least = kernel === 'dot' && x.BYTES_PER_ELEMENT === 4 ? WIDE : ((nativeIntegers as { readonly [name in ReductionName]?: number })[kernel === 'minMax' ? 'min' : kernel] ?? Infinity)
  if (least <= x.length && !type.startsWith('big') && x.byteLength <= 8 * (active().fewReductions?.capacity ?? 0)) {
    return { route: 'serial', threads: 1, microseconds: (nativeCall + x.length * kernelCosts[kernel].native) / 1000, reason: 'few integers are copied to where the native core reads them' }
  }
  if (x.length > most) return undefined
  return { route: 'inline', threads: 1, microseconds: (x.length * (kernelCosts[kernel].inline + COPY)) / 1000, reason: `up to ${most} integers the TypeScript loop beats a native call` }
}

/** The same for the sum of bigints. */
const BIGINTS = 1024

/** Doubles up to which that holds. */
const COPIED = 1024

/** Numbers up to which the copy shows the sign of a zero sooner than a view of their bits would. */
const MOST_EXTREMES = 512

/** Stages the last input, which was too long for a loop that has a native call beside it, where there is none. */
function stageMore(x: unknown, most: number): number {
  return isFloats(most) && active().name === 'workers' ? stage(x, most, 0) : 0
}

const root = new Float64Array(8)

/** The value of the last input where it is of floating-point numbers and one thread computes it; undefined for anything else. */
function serial(kernel: ReductionName, x: unknown, y?: unknown, root?: Float64Array): number | undefined {
  if (!isFloats(SERIAL)) return undefined
  const backend = active()
  const few = backend.fewReductions
  if (few !== undefined && inputLength <= few.capacity) return shared(few, kernel, x as FloatArray, y as FloatArray | undefined, root)
  if (backend.name === 'native') return backend.reduceSync(kernel, x as FloatArray, y as FloatArray | undefined, 1, 0, root)
  if (!isFloats(MOST)) return undefined
  // A copy of few doubles costs less than to ask what memory lies under a view.
  return y === undefined && isDoubles() && stage(x, COPIED, 0) > 0 ? reduceStaged(kernel, inputLength, root) : inlineReduce(kernel, x as FloatArray, y as FloatArray | undefined, root)
}

/** Natively too, with the elements copied to where the backend computes. */
function shared(few: FewReductions, kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, root: Float64Array | undefined): number {
  const doubles = isDoubles()
  const pair = doubles ? few.float64 : few.float32
  pair.x.set(x)
  if (y !== undefined) pair.y.set(y)
  const value = few.compute(kernel, doubles ? 'float64' : 'float32', inputLength)
  if (root !== undefined) for (let i = 0; i < root.length; i++) root[i] = few.root[i]!
  return value
}

export function shortSum(x: unknown): number | bigint | undefined {
  const n = stage(x, kernelCosts.sum.inlineLimit, FEW_INTEGERS)
  return n === 0 ? (whole('sum', x) ?? serial('sum', x) ?? sumOfBigInts(x)) : sumOf(Math.abs(n))
}

function sumOfBigInts(x: unknown): bigint | undefined {
  const n = stageBigInts(x, BIGINTS)
  return n > 0 ? sumOfSigned(n) : n < 0 ? sumOfUnsigned(-n) : undefined
}

export function shortMean(x: unknown): number | undefined {
  const n = Math.abs(stage(x, kernelCosts.sum.inlineLimit, FEW_INTEGERS))
  if (n !== 0) return sumOf(n) / n
  const sum = whole('sum', x) ?? serial('sum', x) ?? sumOfBigInts(x)
  return sum === undefined ? undefined : typeof sum === 'number' ? sum / inputLength : meanOfBigInts(sum)
}

function meanOfBigInts(sum: bigint): number {
  const rounded = Number(sum)
  return Number.isSafeInteger(rounded) ? rounded / inputLength : exactMean(sum, inputLength)
}

export function shortSumOfSquares(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.sumOfSquares.inlineLimit, FEW_INTEGERS)
  if (n > 0) return sumOfSquaresOf(n)
  if (n < 0) return safeSquares(n)
  return whole('sumOfSquares', x) ?? serial('sumOfSquares', x) ?? safeSquares(stage(x, 0, shortIntegers.sumOfSquares))
}

/** Of −n integers that are copied; undefined where the sum is no safe integer. */
function safeSquares(n: number): number | undefined {
  if (n === 0) return undefined
  const value = squaresOfIntegers(-n)
  return value <= SAFE ? value : undefined
}

export function shortDot(x: unknown, y: unknown): number | undefined {
  const few = stageSingles(x, y, kernelCosts.dot.inlineLimit)
  if (few !== 0) return dotOfSingles(few)
  const wide = lengthOfWide(x)
  if (wide !== 0) return isLike(y) ? wideProducts(x as Int32Array, y as Int32Array, wide) : undefined
  const n = stage(x, kernelCosts.dot.inlineLimit, FEW_INTEGERS)
  if (n === 0) return isLike(y) ? (whole('dot', x, y) ?? serial('dot', x, y)) : undefined
  if (!stageToo(y)) return undefined
  return n > 0 ? dotOf(n) : productsOfIntegers(-n)
}

/** Integers of 32 bits from which on a native call gives their products sooner: in TypeScript every term is watched, lest a sum is no safe integer. */
const WIDE = 48

/** Σ x·y of integers of 32 bits. */
function wideProducts(x: Int32Array, y: Int32Array, n: number): number | undefined {
  const value = n < WIDE ? undefined : wholeNative('dot', integerCode(), x, y)
  if (value !== undefined || n > shortIntegers.dot) return value
  stageWords(x, y)
  return isSigned() ? safeProductsOfWords(n) : safeProductsOfUnsignedWords(n)
}

export function shortMin(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.min.inlineLimit, FEW_INTEGERS) || stageMore(x, MOST_EXTREMES)
  if (n < 0) return leastOfIntegers(-n)
  return n === 0 ? (whole('min', x) ?? serial('min', x)) : minOf(n)
}

export function shortMax(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.max.inlineLimit, FEW_INTEGERS) || stageMore(x, MOST_EXTREMES)
  if (n < 0) return greatestOfIntegers(-n)
  return n === 0 ? (whole('max', x) ?? serial('max', x)) : maxOf(n)
}

export function shortMinMax(x: unknown): { min: number; max: number } | undefined {
  const n = stage(x, kernelCosts.minMax.inlineLimit, FEW_INTEGERS) || stageMore(x, MOST_EXTREMES)
  const least = n === 0 ? whole('min', x) : undefined
  if (least !== undefined) return { min: least, max: whole('max', x)! }
  if (n === 0) return serial('minMax', x, undefined, root) === undefined ? undefined : { min: root[0]!, max: root[1]! }
  if (n < 0) return { min: leastOfIntegers(-n), max: greatestOfIntegers(-n) }
  extremesOf(n)
  return { min: extremes[0]!, max: extremes[1]! }
}

export function shortArgMin(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.argMin.inlineLimit, shortIntegers.argMin)
  if (n !== 0) return argMinOf(Math.abs(n))
  return serial('argMin', x, undefined, root) === undefined ? undefined : root[1]!
}

export function shortArgMax(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.argMax.inlineLimit, shortIntegers.argMax)
  if (n !== 0) return argMaxOf(Math.abs(n))
  return serial('argMax', x, undefined, root) === undefined ? undefined : root[1]!
}

export function shortVariance(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.variance.inlineLimit, shortIntegers.variance)
  if (n > 0) return squaredDeviationsOf(n) / n
  if (n < 0) return varianceOfIntegers(-n)
  const squares = serial('variance', x)
  return squares === undefined ? undefined : squares / inputLength
}

export function shortDeviation(x: unknown): number | undefined {
  const variance = shortVariance(x)
  return variance === undefined ? undefined : Math.sqrt(variance)
}

function varianceOfIntegers(n: number): number | undefined {
  const squares = squaresOfIntegers(n)
  return squares <= SAFE ? exactVariance(sumOf(n), squares, n, 0) : undefined
}

export function shortNorm(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.euclideanNorm.inlineLimit, shortIntegers.euclideanNorm)
  if (n > 0) return euclideanNormOf(n)
  if (n === 0) return serial('euclideanNorm', x, undefined, root) === undefined ? undefined : Math.sqrt(root[0]!) * root[1]!
  const squares = squaresOfIntegers(-n)
  return squares <= SAFE ? Math.sqrt(squares) : undefined
}

export function shortProduct(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.product.inlineLimit, shortIntegers.product)
  return n === 0 ? serial('product', x) : productOf(Math.abs(n))
}

export function shortCountNonzero(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.countNonzero.inlineLimit, FEW_INTEGERS)
  return n === 0 ? (whole('countNonzero', x) ?? serial('countNonzero', x)) : countNonzeroOf(Math.abs(n))
}

export function shortHasNaN(x: unknown): boolean | undefined {
  const n = stage(x, kernelCosts.countNaN.inlineLimit, shortIntegers.countNaN)
  if (n !== 0) return n > 0 && hasNaNOf(n)
  const count = serial('countNaN', x)
  return count === undefined ? undefined : count > 0
}

export function shortLogSumExp(x: unknown): number | undefined {
  const n = stage(x, kernelCosts.logSumExp.inlineLimit, shortIntegers.logSumExp) || stageMore(x, MOST)
  if (n !== 0) return logSumExpOf(Math.abs(n))
  return serial('logSumExp', x, undefined, root) === undefined ? undefined : finishLogSumExp(root[0]!, root[1]!)
}

/** The root of the kernel (src/kernels/table.ts) but for the mean, which merges alone need; overwritten by the next call. */
export function shortDescribe(x: unknown): Float64Array | undefined {
  const n = stage(x, kernelCosts.describe.inlineLimit, 0) || stageMore(x, MOST)
  if (n > 0) return describeOf(n)
  return serial('describe', x, undefined, root) === undefined ? undefined : root
}
