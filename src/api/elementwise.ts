/**
 * Elementwise functions: arrays to arrays, element by element. Every function here gives the same bits for the same input on every backend, CPU level and
 * thread count (docs/order-of-arithmetic.md), and has two forms: a bare name returns a promise and never holds the event loop for long; `…Sync` blocks.
 *
 * Inputs: any typed array on any buffer at any offset, read where it lies; a `Matrix` (the result is one of its shape); a `range` (written out where the result
 * goes); an array of numbers (copied). A second operand is a number (a bigint for arrays of bigints), or an array of equal shape and type. The result is a new array, or
 * `out`, which may be one of the inputs itself to work in place.
 *
 * Floating-point arrays are computed in double and rounded once to their type. Integers are computed exactly: a result beyond the type is an error, nothing wraps.
 *
 * Errors, in both forms (the promise form rejects, never throws): TypeError ERR_MANYCORE_TYPE for an operand or `out` of another type, RangeError ERR_MANYCORE_SHAPE for
 * one of another shape, RangeError ERR_MANYCORE_RANGE for an integer result beyond its type (`out` is unspecified then) or a number that is no element of the type,
 * TypeError ERR_MANYCORE_OPTION for an unknown or wrong option, and for an `out` that lies partly on an input, ERR_MANYCORE_DETACHED for memory that is gone,
 * ERR_MANYCORE_TIMEOUT, `signal.reason`. `out` is unspecified after an error that comes while the call runs.
 */
import type { ElementTypeName, NumericArray } from '../common/arrays.ts'
import type { NumbersInput } from '../common/inputs.ts'
import type { Matrix, MatrixData } from '../common/matrix.ts'
import type { CallOptions } from '../common/options.ts'
import type { Range } from '../common/range.ts'
import { astypeShort, mapShort } from '../dispatch/generated-map-doors.ts'
import { mapAsync, mapBlocking } from '../dispatch/map.ts'
import type { MapOptions } from '../dispatch/map-short.ts'
import type { TransferOption } from '../dispatch/reduce.ts'
import { argumentError } from '../errors.ts'
import { maps } from '../kernels/map-table.ts'
import type { SameType } from './order.ts'

/** The result for an input X: of its type and shape. */
export type Elementwise<X> = X extends Matrix<infer T> ? Matrix<Extract<SameType<T>, MatrixData>> : SameType<X>

/** The result for an input X where it isn't an integer: Float32 for Float32, Float64 for doubles and integers. */
export type ElementwiseFloat<X> =
  X extends Matrix<infer T> ? Matrix<T extends Float32Array ? Float32Array : Float64Array>
  : X extends Float32Array ? Float32Array
  : Float64Array

/** What goes with an input X: a number, or as many of the same type. */
export type SecondOperand<X> =
  X extends Matrix<infer T> ? Matrix<Extract<SameType<T>, MatrixData>> | number
  : X extends BigInt64Array | BigUint64Array ? SameType<X> | bigint
  : X extends Float64Array | Range | readonly number[] ? Float64Array | Range | readonly number[] | number
  : SameType<X> | number

/** The same where the result isn't an integer: bigints go with a number, too. */
export type SecondOperandFloat<X> = SecondOperand<X> | number

/** A number that goes with an input X. */
export type ScalarOf<X> = X extends BigInt64Array | BigUint64Array ? bigint : number

/** The class of an element type by name. */
export type ArrayOf<T extends ElementTypeName> = {
  float64: Float64Array; float32: Float32Array; float16: NumericArray; int8: Int8Array; uint8: Uint8Array; uint8clamped: Uint8ClampedArray
  int16: Int16Array; uint16: Uint16Array; int32: Int32Array; uint32: Uint32Array; bigint64: BigInt64Array; biguint64: BigUint64Array
}[T]

/** The result of converting an input X to an element type. */
export type Converted<X, T extends ElementTypeName> = X extends Matrix<MatrixData> ? Matrix<Extract<ArrayOf<T>, MatrixData>> : ArrayOf<T>

/** Options of elementwise functions; R is their result. */
export interface ElementwiseOptions<R> extends CallOptions {
  /**
   * Where to write the result: an array (for a Matrix: a Matrix) of its type and shape, which is also what comes back. It may be an input itself, for work in place, but may not
   * lie partly on one. Default: a new array.
   */
  out?: R | undefined
}

/** What the promise form gives with `{ transfer: true }`: the result, and the inputs in memory that has been taken over. */
export type TransferredElements<R, X, Y = number> = { result: R; x: X } & (Y extends number | bigint ? unknown : { y: Y })

/**
 * The sums x + y, one rounding each (integers: exact).
 *
 * @param x - n elements, or a Matrix.
 * @param y - A number, or as many elements of the same type.
 */
export function addSync<X extends NumbersInput>(x: X, y: SecondOperand<X>, options?: ElementwiseOptions<Elementwise<X>>): Elementwise<X> {
  return (shortPair('add', x, y, options) ?? mapBlocking({ kernel: 'add', x, y }, options)) as Elementwise<X>
}

/** The promise form of {@link addSync}. With `{ transfer: true }`, resolves to `{ result, x }`, or `{ result, x, y }` for two arrays. */
export function add<X extends NumericArray | Matrix<MatrixData>, Y extends SecondOperand<X>>(x: X, y: Y, options: ElementwiseOptions<Elementwise<X>> & TransferOption): Promise<TransferredElements<Elementwise<X>, X, Y>>
export function add<X extends NumbersInput>(x: X, y: SecondOperand<X>, options?: ElementwiseOptions<Elementwise<X>>): Promise<Elementwise<X>>
export async function add(x: NumbersInput, y: unknown, options?: object): Promise<unknown> {
  return shortPair('add', x, y, options) ?? mapAsync({ kernel: 'add', x, y }, options)
}

/**
 * The differences x − y, one rounding each (integers: exact).
 *
 * @param x - n elements, or a Matrix.
 * @param y - A number, or as many elements of the same type.
 */
export function subtractSync<X extends NumbersInput>(x: X, y: SecondOperand<X>, options?: ElementwiseOptions<Elementwise<X>>): Elementwise<X> {
  return (shortPair('subtract', x, y, options) ?? mapBlocking({ kernel: 'subtract', x, y }, options)) as Elementwise<X>
}

/** The promise form of {@link subtractSync}. With `{ transfer: true }`, resolves to `{ result, x }`, or `{ result, x, y }` for two arrays. */
export function subtract<X extends NumericArray | Matrix<MatrixData>, Y extends SecondOperand<X>>(x: X, y: Y, options: ElementwiseOptions<Elementwise<X>> & TransferOption): Promise<TransferredElements<Elementwise<X>, X, Y>>
export function subtract<X extends NumbersInput>(x: X, y: SecondOperand<X>, options?: ElementwiseOptions<Elementwise<X>>): Promise<Elementwise<X>>
export async function subtract(x: NumbersInput, y: unknown, options?: object): Promise<unknown> {
  return shortPair('subtract', x, y, options) ?? mapAsync({ kernel: 'subtract', x, y }, options)
}

/**
 * The products x·y, one rounding each (integers: exact).
 *
 * @param x - n elements, or a Matrix.
 * @param y - A number, or as many elements of the same type.
 */
export function multiplySync<X extends NumbersInput>(x: X, y: SecondOperand<X>, options?: ElementwiseOptions<Elementwise<X>>): Elementwise<X> {
  return (shortPair('multiply', x, y, options) ?? mapBlocking({ kernel: 'multiply', x, y }, options)) as Elementwise<X>
}

/** The promise form of {@link multiplySync}. With `{ transfer: true }`, resolves to `{ result, x }`, or `{ result, x, y }` for two arrays. */
export function multiply<X extends NumericArray | Matrix<MatrixData>, Y extends SecondOperand<X>>(x: X, y: Y, options: ElementwiseOptions<Elementwise<X>> & TransferOption): Promise<TransferredElements<Elementwise<X>, X, Y>>
export function multiply<X extends NumbersInput>(x: X, y: SecondOperand<X>, options?: ElementwiseOptions<Elementwise<X>>): Promise<Elementwise<X>>
export async function multiply(x: NumbersInput, y: unknown, options?: object): Promise<unknown> {
  return shortPair('multiply', x, y, options) ?? mapAsync({ kernel: 'multiply', x, y }, options)
}

/**
 * The quotients x / y as IEEE 754 has them (x / 0 is an infinity or NaN), one rounding each. Integers give Float64; 64-bit ones are rounded to double first.
 *
 * @param x - n elements, or a Matrix.
 * @param y - A number, or as many elements of the same type.
 */
export function divideSync<X extends NumbersInput>(x: X, y: SecondOperandFloat<X>, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (shortPair('divide', x, y, options) ?? mapBlocking({ kernel: 'divide', x, y }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link divideSync}. With `{ transfer: true }`, resolves to `{ result, x }`, or `{ result, x, y }` for two arrays. */
export function divide<X extends NumericArray | Matrix<MatrixData>, Y extends SecondOperandFloat<X>>(x: X, y: Y, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X, Y>>
export function divide<X extends NumbersInput>(x: X, y: SecondOperandFloat<X>, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function divide(x: NumbersInput, y: unknown, options?: object): Promise<unknown> {
  return shortPair('divide', x, y, options) ?? mapAsync({ kernel: 'divide', x, y }, options)
}

/**
 * The powers x ** y: within 0.62 ulp, and exactly JavaScript's `**` in its special cases (y = ±0 is 1 even for NaN; 1 and −1 to ±Infinity or NaN are NaN; a negative x to
 * a power that is no integer is NaN). y = 2 is x·x. Integers give Float64: an exponent may be negative or large, so the type of x would seldom hold the result.
 *
 * Source: e^(y·log x) with the logarithm in two parts (Dekker 1971), written out in docs/order-of-arithmetic-models.md.
 *
 * @param x - n elements, or a Matrix.
 * @param y - A number, or as many elements of the same type.
 */
export function powerSync<X extends NumbersInput>(x: X, y: SecondOperandFloat<X>, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (shortPair('power', x, y, options) ?? mapBlocking({ kernel: 'power', x, y }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link powerSync}. With `{ transfer: true }`, resolves to `{ result, x }`, or `{ result, x, y }` for two arrays. */
export function power<X extends NumericArray | Matrix<MatrixData>, Y extends SecondOperandFloat<X>>(x: X, y: Y, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X, Y>>
export function power<X extends NumbersInput>(x: X, y: SecondOperandFloat<X>, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function power(x: NumbersInput, y: unknown, options?: object): Promise<unknown> {
  return shortPair('power', x, y, options) ?? mapAsync({ kernel: 'power', x, y }, options)
}

/**
 * a·x + y, two roundings (no fused multiply-add, which would give other bits on other machines); integers: exact. The BLAS's axpy, but for `out`.
 *
 * @param a - A number (a bigint for arrays of bigints; an integer for arrays of integers).
 * @param x - n elements, or a Matrix.
 * @param y - As many elements of the same type, or a number. `{ out: y }` adds in place, as the BLAS does.
 */
export function axpySync<X extends NumbersInput>(a: ScalarOf<X>, x: X, y: SecondOperand<X>, options?: ElementwiseOptions<Elementwise<X>>): Elementwise<X> {
  return (shortAxpy(a, x, y, options) ?? mapBlocking({ kernel: 'axpy', a, x, y }, options)) as Elementwise<X>
}

/** The promise form of {@link axpySync}. With `{ transfer: true }`, resolves to `{ result, x }`, or `{ result, x, y }` for two arrays. */
export function axpy<X extends NumericArray | Matrix<MatrixData>, Y extends SecondOperand<X>>(a: ScalarOf<X>, x: X, y: Y, options: ElementwiseOptions<Elementwise<X>> & TransferOption): Promise<TransferredElements<Elementwise<X>, X, Y>>
export function axpy<X extends NumbersInput>(a: ScalarOf<X>, x: X, y: SecondOperand<X>, options?: ElementwiseOptions<Elementwise<X>>): Promise<Elementwise<X>>
export async function axpy(a: unknown, x: NumbersInput, y: unknown, options?: object): Promise<unknown> {
  return shortAxpy(a, x, y, options) ?? mapAsync({ kernel: 'axpy', a, x, y }, options)
}

/**
 * The products factor·x with one number: {@link multiplySync} under the BLAS's name.
 *
 * @param x - n elements, or a Matrix.
 * @param factor - A number (a bigint for arrays of bigints; an integer for arrays of integers).
 */
export function scaleSync<X extends NumbersInput>(x: X, factor: ScalarOf<X>, options?: ElementwiseOptions<Elementwise<X>>): Elementwise<X> {
  return (shortScale(x, factor, options) ?? mapBlocking(scaling(x, factor), options)) as Elementwise<X>
}

/** The promise form of {@link scaleSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function scale<X extends NumericArray | Matrix<MatrixData>>(x: X, factor: ScalarOf<X>, options: ElementwiseOptions<Elementwise<X>> & TransferOption): Promise<TransferredElements<Elementwise<X>, X>>
export function scale<X extends NumbersInput>(x: X, factor: ScalarOf<X>, options?: ElementwiseOptions<Elementwise<X>>): Promise<Elementwise<X>>
export async function scale(x: NumbersInput, factor: unknown, options?: object): Promise<unknown> {
  return shortScale(x, factor, options) ?? mapAsync(scaling(x, factor), options)
}

/**
 * x held between two bounds: `low` where x < low, `high` where x > high, else x. A NaN stays, and so does a zero of either sign. Of integers the bounds may be fractions or
 * infinite.
 *
 * @throws RANGE if low > high, if a bound is NaN, or if no element of the type lies between them.
 *
 * @param x - n elements, or a Matrix.
 * @param low - The least result (a bigint for arrays of bigints).
 * @param high - The greatest result.
 */
export function clipSync<X extends NumbersInput>(x: X, low: ScalarOf<X>, high: ScalarOf<X>, options?: ElementwiseOptions<Elementwise<X>>): Elementwise<X> {
  return (shortClip(x, low, high, options) ?? mapBlocking({ kernel: 'clip', x, a: low, b: high }, options)) as Elementwise<X>
}

/** The promise form of {@link clipSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function clip<X extends NumericArray | Matrix<MatrixData>>(x: X, low: ScalarOf<X>, high: ScalarOf<X>, options: ElementwiseOptions<Elementwise<X>> & TransferOption): Promise<TransferredElements<Elementwise<X>, X>>
export function clip<X extends NumbersInput>(x: X, low: ScalarOf<X>, high: ScalarOf<X>, options?: ElementwiseOptions<Elementwise<X>>): Promise<Elementwise<X>>
export async function clip(x: NumbersInput, low: unknown, high: unknown, options?: object): Promise<unknown> {
  return shortClip(x, low, high, options) ?? mapAsync({ kernel: 'clip', x, a: low, b: high }, options)
}

/**
 * The absolute values. Of integers, the least number of a signed type has none (RANGE).
 *
 * @param x - n elements, or a Matrix.
 */
export function absSync<X extends NumbersInput>(x: X, options?: ElementwiseOptions<Elementwise<X>>): Elementwise<X> {
  return (mapShort(maps.abs.id, x, undefined, 0, 0, options, 'abs') ?? mapBlocking({ kernel: 'abs', x }, options)) as Elementwise<X>
}

/** The promise form of {@link absSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function abs<X extends NumericArray | Matrix<MatrixData>>(x: X, options: ElementwiseOptions<Elementwise<X>> & TransferOption): Promise<TransferredElements<Elementwise<X>, X>>
export function abs<X extends NumbersInput>(x: X, options?: ElementwiseOptions<Elementwise<X>>): Promise<Elementwise<X>>
export async function abs(x: NumbersInput, options?: object): Promise<unknown> {
  return mapShort(maps.abs.id, x, undefined, 0, 0, options, 'abs') ?? mapAsync({ kernel: 'abs', x }, options)
}

/**
 * The square roots, correctly rounded; NaN for negative numbers, −0 for −0. Integers give Float64.
 *
 * @param x - n elements, or a Matrix.
 */
export function sqrtSync<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (mapShort(maps.sqrt.id, x, undefined, 0, 0, options, 'sqrt') ?? mapBlocking({ kernel: 'sqrt', x }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link sqrtSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function sqrt<X extends NumericArray | Matrix<MatrixData>>(x: X, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X>>
export function sqrt<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function sqrt(x: NumbersInput, options?: object): Promise<unknown> {
  return mapShort(maps.sqrt.id, x, undefined, 0, 0, options, 'sqrt') ?? mapAsync({ kernel: 'sqrt', x }, options)
}

/**
 * e^x: within 0.61 ulp (subnormal results: 0.75); exp(−Infinity) = 0, exp(Infinity) = Infinity. Integers give Float64. `Math.exp` differs from engine to engine, this does not.
 *
 * Source: Cody and Waite's reduction and a polynomial of degree 11, written out in docs/order-of-arithmetic-models.md.
 *
 * @param x - n elements, or a Matrix.
 */
export function expSync<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (mapShort(maps.exp.id, x, undefined, 0, 0, options, 'exp') ?? mapBlocking({ kernel: 'exp', x }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link expSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function exp<X extends NumericArray | Matrix<MatrixData>>(x: X, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X>>
export function exp<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function exp(x: NumbersInput, options?: object): Promise<unknown> {
  return mapShort(maps.exp.id, x, undefined, 0, 0, options, 'exp') ?? mapAsync({ kernel: 'exp', x }, options)
}

/**
 * e^x − 1 without the loss near 0: within 0.9 ulp; expm1(±0) = ±0, expm1(−Infinity) = −1. Integers give Float64.
 *
 * @param x - n elements, or a Matrix.
 */
export function expm1Sync<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (mapShort(maps.expm1.id, x, undefined, 0, 0, options, 'expm1') ?? mapBlocking({ kernel: 'expm1', x }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link expm1Sync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function expm1<X extends NumericArray | Matrix<MatrixData>>(x: X, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X>>
export function expm1<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function expm1(x: NumbersInput, options?: object): Promise<unknown> {
  return mapShort(maps.expm1.id, x, undefined, 0, 0, options, 'expm1') ?? mapAsync({ kernel: 'expm1', x }, options)
}

/**
 * The natural logarithms: within 0.9 ulp; log(±0) = −Infinity, NaN for negative numbers. Integers give Float64.
 *
 * Source: the reduction of fdlibm (Sun Microsystems 1993) with coefficients of our own, written out in docs/order-of-arithmetic-models.md.
 *
 * @param x - n elements, or a Matrix.
 */
export function logSync<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (mapShort(maps.log.id, x, undefined, 0, 0, options, 'log') ?? mapBlocking({ kernel: 'log', x }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link logSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function log<X extends NumericArray | Matrix<MatrixData>>(x: X, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X>>
export function log<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function log(x: NumbersInput, options?: object): Promise<unknown> {
  return mapShort(maps.log.id, x, undefined, 0, 0, options, 'log') ?? mapAsync({ kernel: 'log', x }, options)
}

/**
 * log(1 + x) without the loss near 0: within 0.9 ulp; log1p(−1) = −Infinity, log1p(±0) = ±0, NaN below −1. Integers give Float64.
 *
 * @param x - n elements, or a Matrix.
 */
export function log1pSync<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (mapShort(maps.log1p.id, x, undefined, 0, 0, options, 'log1p') ?? mapBlocking({ kernel: 'log1p', x }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link log1pSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function log1p<X extends NumericArray | Matrix<MatrixData>>(x: X, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X>>
export function log1p<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function log1p(x: NumbersInput, options?: object): Promise<unknown> {
  return mapShort(maps.log1p.id, x, undefined, 0, 0, options, 'log1p') ?? mapAsync({ kernel: 'log1p', x }, options)
}

/**
 * The logistic function 1 / (1 + e^−x): within 0.6 ulp (subnormal results: 1), also far below 0, where the plain formula loses everything. Integers give Float64.
 *
 * @param x - n elements, or a Matrix.
 */
export function sigmoidSync<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (mapShort(maps.sigmoid.id, x, undefined, 0, 0, options, 'sigmoid') ?? mapBlocking({ kernel: 'sigmoid', x }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link sigmoidSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function sigmoid<X extends NumericArray | Matrix<MatrixData>>(x: X, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X>>
export function sigmoid<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function sigmoid(x: NumbersInput, options?: object): Promise<unknown> {
  return mapShort(maps.sigmoid.id, x, undefined, 0, 0, options, 'sigmoid') ?? mapAsync({ kernel: 'sigmoid', x }, options)
}

/**
 * The hyperbolic tangents: within 0.7 ulp; tanh(±0) = ±0, tanh(±Infinity) = ±1. Integers give Float64.
 *
 * @param x - n elements, or a Matrix.
 */
export function tanhSync<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): ElementwiseFloat<X> {
  return (mapShort(maps.tanh.id, x, undefined, 0, 0, options, 'tanh') ?? mapBlocking({ kernel: 'tanh', x }, options)) as ElementwiseFloat<X>
}

/** The promise form of {@link tanhSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function tanh<X extends NumericArray | Matrix<MatrixData>>(x: X, options: ElementwiseOptions<ElementwiseFloat<X>> & TransferOption): Promise<TransferredElements<ElementwiseFloat<X>, X>>
export function tanh<X extends NumbersInput>(x: X, options?: ElementwiseOptions<ElementwiseFloat<X>>): Promise<ElementwiseFloat<X>>
export async function tanh(x: NumbersInput, options?: object): Promise<unknown> {
  return mapShort(maps.tanh.id, x, undefined, 0, 0, options, 'tanh') ?? mapAsync({ kernel: 'tanh', x }, options)
}

/**
 * x as elements of another type. To floating-point types through double, rounded to nearest (beyond the type: an infinity). To integers towards 0; a number that the type can't
 * hold is an error (RANGE), and so is NaN. Uint8Clamped rounds to nearest even and clamps, as its name says.
 *
 * @param x - n elements, or a Matrix (not to bigints).
 * @param type - `'float64'`, `'float32'`, `'float16'` where the runtime has it, `'int8'` … `'uint32'`, `'uint8clamped'`, `'bigint64'`, `'biguint64'`.
 */
export function astypeSync<X extends NumbersInput, T extends ElementTypeName>(x: X, type: T, options?: ElementwiseOptions<Converted<X, T>>): Converted<X, T> {
  return (astypeShort(x, type, options) ?? mapBlocking({ kernel: 'astype', x, type }, options)) as Converted<X, T>
}

/** The promise form of {@link astypeSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function astype<X extends NumericArray | Matrix<MatrixData>, T extends ElementTypeName>(x: X, type: T, options: ElementwiseOptions<Converted<X, T>> & TransferOption): Promise<TransferredElements<Converted<X, T>, X>>
export function astype<X extends NumbersInput, T extends ElementTypeName>(x: X, type: T, options?: ElementwiseOptions<Converted<X, T>>): Promise<Converted<X, T>>
export async function astype(x: NumbersInput, type: unknown, options?: object): Promise<unknown> {
  return astypeShort(x, type, options) ?? mapAsync({ kernel: 'astype', x, type }, options)
}

function shortPair(kernel: 'add' | 'subtract' | 'multiply' | 'divide' | 'power', x: unknown, y: unknown, options: MapOptions | undefined): NumericArray | undefined {
  const { id } = maps[kernel]
  if (typeof y === 'object') return mapShort(id, x, y, 0, 0, options, kernel)
  return y === undefined ? undefined : mapShort(id, x, undefined, 0, y, options, kernel)
}

function shortAxpy(a: unknown, x: unknown, y: unknown, options: MapOptions | undefined): NumericArray | undefined {
  if (typeof y === 'object') return mapShort(maps.axpy.id, x, y, a, 0, options, 'axpy')
  return y === undefined ? undefined : mapShort(maps.axpy.id, x, undefined, a, y, options, 'axpy')
}

function shortScale(x: unknown, factor: unknown, options: MapOptions | undefined): NumericArray | undefined {
  return typeof factor === 'number' || typeof factor === 'bigint' ? mapShort(maps.multiply.id, x, undefined, 0, factor, options, 'scale') : undefined
}

function shortClip(x: unknown, low: unknown, high: unknown, options: MapOptions | undefined): NumericArray | undefined {
  const comparable = typeof low === typeof high && (typeof low === 'number' || typeof low === 'bigint')
  return comparable && (low as number) <= (high as number) ? mapShort(maps.clip.id, x, undefined, low, high, options, 'clip') : undefined
}

/** A factor that is an array would be a product of two arrays. */
function scaling(x: unknown, factor: unknown): { kernel: 'multiply'; name: string; x: unknown; y: unknown; yName: string } {
  if (typeof factor !== 'number' && typeof factor !== 'bigint') throw argumentError('TYPE', 'factor', 'a number', factor)
  return { kernel: 'multiply', name: 'scale', x, y: factor, yName: 'factor' }
}
