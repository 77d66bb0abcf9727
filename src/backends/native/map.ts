/** An elementwise call as the addon takes it. */
import type { Addon } from '../../addon/index.ts'
import { elementCodeOf, nativeView, type NumericArray } from '../../common/arrays.ts'
import { mapNames } from '../../kernels/map-table.ts'
import type { MapCall } from '../../kernels/maps.ts'

const SECOND_ARRAY = 16
const X_TYPE = 256
const OUT_TYPE = 4096
const THREADS = 65536

export function mapArguments(call: MapCall, first: number, last: number, threads: number, id: number, timeout: number): Parameters<Addon['map']> {
  const { kernel, x, y, a, b, out } = call
  const packed = mapNames.indexOf(kernel) + (y === undefined ? 0 : SECOND_ARRAY) + X_TYPE * elementCodeOf(x) + OUT_TYPE * elementCodeOf(out) + THREADS * threads
  return [packed, id, timeout, first, last, high(a), low(a), high(b), low(b), nativeView(x), y === undefined ? undefined : nativeView(y), nativeView(out)]
}

/** A short call of one element type, not of bigints, on one thread: no object on the way. */
export function mapAtOnce(addon: Addon, kernel: number, code: number, x: NumericArray, y: NumericArray | undefined, a: number, b: number, out: NumericArray, n: number): number {
  const packed = kernel + (y === undefined ? 0 : SECOND_ARRAY) + (X_TYPE + OUT_TYPE) * code + THREADS
  return addon.map(packed, 0, 0, 0, n, a, 0, b, 0, x, y, out) as number
}

/** A number as it is; of a bigint, which a double may not hold, the part above the lower 32 bits. */
function high(value: number | bigint): number {
  return typeof value === 'number' ? value : Number(value >> 32n)
}

function low(value: number | bigint): number {
  return typeof value === 'number' ? 0 : Number(value & 0xffffffffn)
}
