/** An elementwise call as the addon takes it. */
import type { Addon } from '../../addon/index.ts'
import { elementCodeOf, nativeView, type NumericArray } from '../../common/arrays.ts'
import { mapNames } from '../../kernels/map-table.ts'
import type { MapCall } from '../../kernels/maps.ts'
import type { FewElements, OperandPair } from '../backend.ts'
import type { SharedOperands } from './few.ts'

const SECOND_ARRAY = 16
const X_TYPE = 256
const OUT_TYPE = 4096
const THREADS = 65536

export function mapArguments(call: MapCall, first: number, last: number, threads: number, id: number, timeout: number): Parameters<Addon['map']> {
  const { kernel, x, y, a, b, out } = call
  const packed = mapNames.indexOf(kernel) + (y === undefined ? 0 : SECOND_ARRAY) + X_TYPE * elementCodeOf(x) + OUT_TYPE * elementCodeOf(out) + THREADS * threads
  return [packed, id, timeout, first, last, high(a), low(a), high(b), low(b), nativeView(x), y === undefined ? undefined : nativeView(y), nativeView(out)]
}

/** Elements up to which copying them there is cheaper than an argument that is fetched. */
const FEW = 64
const SHORT_TYPE = 32
const SHORT_LENGTH = 512

/** Elementwise calls that are over sooner than twelve arguments are fetched: scalars, and up to 64 elements of each operand, travel through memory that the addon knows. */
export class ShortMaps implements FewElements {
  readonly capacity = FEW
  readonly float64: OperandPair<Float64Array>
  readonly float32: OperandPair<Float32Array>
  readonly #addon: Addon
  readonly #scalars: Float64Array

  constructor(addon: Addon, { float64, float32, scalars }: SharedOperands) {
    this.#addon = addon
    this.#scalars = scalars
    this.float64 = float64
    this.float32 = float32
  }

  compute(kernel: number, code: number, second: boolean, a: number, b: number, n: number): void {
    this.#scalars[0] = a
    this.#scalars[1] = b
    this.#addon.mapFew(kernel + (second ? SECOND_ARRAY : 0) + SHORT_TYPE * code + SHORT_LENGTH * n)
  }

  map(kernel: number, code: number, x: NumericArray, y: NumericArray | undefined, a: number, b: number, out: NumericArray): number {
    this.#scalars[0] = a
    this.#scalars[1] = b
    const packed = kernel + SHORT_TYPE * code
    return (y === undefined ? this.#addon.mapShort(packed, x, out) : this.#addon.mapShort(packed + SECOND_ARRAY, x, out, y)) ?? -1
  }
}

/** A short call where there is no such memory. */
export function mapAtOnce(addon: Addon, kernel: number, code: number, x: NumericArray, y: NumericArray | undefined, a: number, b: number, out: NumericArray): number {
  const packed = kernel + (y === undefined ? 0 : SECOND_ARRAY) + (X_TYPE + OUT_TYPE) * code + THREADS
  return addon.map(packed, 0, 0, 0, out.length, a, 0, b, 0, x, y, out) as number
}

/** A number as it is; of a bigint, which a double may not hold, the part above the lower 32 bits. */
function high(value: number | bigint): number {
  return typeof value === 'number' ? value : Number(value >> 32n)
}

function low(value: number | bigint): number {
  return typeof value === 'number' ? 0 : Number(value & 0xffffffffn)
}
