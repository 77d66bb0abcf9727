/** Exact reductions of integer arrays: the stamped loops, and their results as limbs. */
import { isFixed, type BigIntArray, type ElementTypeName, type IntegerArray } from '../../common/arrays.ts'
import { loops } from './generated.ts'
import { TOTAL_LIMBS, type ExactName } from './kernels.ts'

export type AnyIntegerArray = IntegerArray | BigIntArray

export type SingleName = Exclude<ExactName, 'moments' | 'minMax'>

/** Loops over up to 32 bits give a number where doubles hold the result of a piece, else digits; those over 64 bits always digits. */
type Loop = (x: AnyIntegerArray, y: AnyIntegerArray, from: number, to: number, digits: Float64Array) => number | void

const loopsOf = loops as unknown as Readonly<Record<string, Readonly<Record<SingleName, Loop>>>>

/** Sums that count 2^0, 2^16, 2^32, …, from the loop that ran last. */
const digits = new Float64Array(7)

const radix = 2 ** 32

/** The partial of elements `from … to − 1` (at most a piece) into `out` from index `o` on; at least one element for an extreme. */
export function integerPartial(
  kernel: ExactName, type: ElementTypeName, x: AnyIntegerArray, y: AnyIntegerArray, from: number, to: number, out: Float64Array, o = 0,
): void {
  if (kernel === 'moments') {
    integerPartial('sum', type, x, y, from, to, out, o)
    integerPartial('sumOfSquares', type, x, y, from, to, out, o + TOTAL_LIMBS)
    return
  }
  if (kernel === 'minMax') {
    integerPartial('min', type, x, y, from, to, out, o)
    integerPartial('max', type, x, y, from, to, out, o + 2)
    return
  }
  const value = runLoop(kernel, type, x, y, from, to)
  if (kernel === 'min' || kernel === 'max') {
    out[o] = value === undefined ? digits[0]! : value - Math.floor(value / radix) * radix
    out[o + 1] = value === undefined ? digits[1]! : Math.floor(value / radix)
    return
  }
  out.fill(0, o, o + TOTAL_LIMBS)
  if (value === undefined) for (let k = 0; k < digits.length; k++) addDigit(out, o, k, digits[k]!)
  else addDigit(out, o, 0, value)
}

function runLoop(kernel: SingleName, type: ElementTypeName, x: AnyIntegerArray, y: AnyIntegerArray, from: number, to: number): number | undefined {
  digits.fill(0)
  if (isFixed(x) && (x === y || isFixed(y))) {
    const a = plain(type, x)
    return (loopsOf[loopName(type)]![kernel](a, x === y ? a : plain(type, y), from, to, digits)) ?? undefined
  }
  // Loops over memory that can change its size are several times slower, and stay so for all: by way of a copy.
  const a = plain(type, x.slice(from, to))
  const b = x === y ? a : plain(type, y.slice(from, to))
  return loopsOf[loopName(type)]![kernel](a, b, 0, to - from, digits) ?? undefined
}

function loopName(type: ElementTypeName): string {
  return type === 'uint8clamped' ? 'uint8' : type
}

/** The array as its loops want it: clamped bytes as bytes, 64-bit elements as words. */
function plain(type: ElementTypeName, view: AnyIntegerArray): AnyIntegerArray {
  if (type === 'uint8clamped') return new Uint8Array(view.buffer, view.byteOffset, view.length)
  if (type === 'bigint64' || type === 'biguint64') return new Int32Array(view.buffer, view.byteOffset, 2 * view.length)
  return view
}

/** Adds `value · 2^(16·k)` to limbs from index `o` on. */
function addDigit(out: Float64Array, o: number, k: number, value: number): void {
  if (value === 0) return
  const limb = o + (k >> 1)
  const unit = k % 2 === 0 ? radix : 65_536
  const high = Math.floor(value / unit)
  out[limb] = out[limb]! + (value - high * unit) * (radix / unit)
  if (high === 0) return
  const over = Math.floor(high / radix)
  out[limb + 1] = out[limb + 1]! + (high - over * radix)
  if (over !== 0) out[limb + 2] = out[limb + 2]! + over
}

/** Of two numbers of two words each from index `o` on, the smaller (sign −1) or larger one goes to `total`. */
function mergeExtreme(sign: -1 | 1, total: Float64Array, partial: Float64Array, o: number): void {
  const high = partial[o + 1]! - total[o + 1]!
  const beyond = high === 0 ? partial[o]! - total[o]! : high
  if (beyond * sign <= 0) return
  total[o] = partial[o]!
  total[o + 1] = partial[o + 1]!
}

/** Puts a partial to those before it: limbs add up, of two extremes the one beyond stays. */
export function mergeExact(kernel: ExactName, width: number, total: Float64Array, partial: Float64Array, first: boolean): void {
  if (first) {
    for (let k = 0; k < width; k++) total[k] = partial[k]!
    return
  }
  if (kernel === 'min' || kernel === 'minMax') mergeExtreme(-1, total, partial, 0)
  if (kernel === 'max' || kernel === 'minMax') mergeExtreme(1, total, partial, kernel === 'max' ? 0 : 2)
  if (kernel === 'min' || kernel === 'max' || kernel === 'minMax') return
  for (let k = 0; k < width; k++) total[k] = total[k]! + partial[k]!
}
