/**
 * Sorting in the standard's order of numbers (-0 before +0, NaN last): by the engine as a whole, or, where somebody wants to look meanwhile, by the engine in runs, which are then
 * merged. There is only one sorted order, so both give it.
 */
import { arrayClass, type NumericArray } from '../../common/arrays.ts'
import { LOOK, type Look } from './look.ts'

/** Elements of a run that the engine sorts in one go: some milliseconds at most. */
const RUN = LOOK

/** Sorts `out` in place. */
export function sortInPlace(out: NumericArray, look?: Look): void {
  if (look === undefined || out.length <= RUN) {
    out.sort()
    return
  }
  const n = out.length
  for (let at = 0; at < n; at += RUN) {
    look()
    out.subarray(at, at + RUN).sort()
  }
  const big = out instanceof BigInt64Array || out instanceof BigUint64Array
  const merge = big ? mergeHalves : mergeNumbers
  let from = out
  let to = new (arrayClass(out))(n)
  for (let width = RUN; width < n; width *= 2) {
    for (let low = 0; low < n; low += 2 * width) merge(from as never, to as never, low, Math.min(n, low + width), Math.min(n, low + 2 * width), look)
    ;[from, to] = [to, from]
  }
  if (from !== out) (out as Float64Array).set(from as Float64Array)
}

/** Merges from[low … middle − 1] and from[middle … high − 1] into the same places of `to`. */
function mergeNumbers(from: Float64Array, to: Float64Array, low: number, middle: number, high: number, look: Look): void {
  let [i, j] = [low, middle]
  for (let start = low; start < high; start += LOOK) {
    look()
    const end = Math.min(high, start + LOOK)
    for (let k = start; k < end; k++) {
      if (i < middle && (j >= high || notBehind(from[i]!, from[j]!))) to[k] = from[i++]!
      else to[k] = from[j++]!
    }
  }
}

/** Whether a may come before b: -0 before +0, NaN last. */
function notBehind(a: number, b: number): boolean {
  if (a < b) return true
  if (a > b || a !== a) return b !== b
  return a !== 0 || b !== b || Object.is(a, -0) || Object.is(b, 0)
}

/** Which 32-bit word of an element is the high one. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0

/** The same of 64-bit integers, by their words: bigints would be an object each. */
function mergeHalves(from: BigInt64Array | BigUint64Array, to: BigInt64Array | BigUint64Array, low: number, middle: number, high: number, look: Look): void {
  const words = (view: BigInt64Array | BigUint64Array): Uint32Array => new Uint32Array(view.buffer, view.byteOffset, 2 * view.length)
  const [source, target] = [words(from), words(to)]
  const sign = from instanceof BigInt64Array ? 0x80000000 : 0
  let [i, j] = [low, middle]
  for (let start = low; start < high; start += LOOK) {
    look()
    const end = Math.min(high, start + LOOK)
    for (let k = start; k < end; k++) {
      const at = i < middle && (j >= high || compareWords(source, 2 * i, 2 * j, sign) <= 0) ? i++ : j++
      target[2 * k] = source[2 * at]!
      target[2 * k + 1] = source[2 * at + 1]!
    }
  }
}

function compareWords(words: Uint32Array, a: number, b: number, sign: number): number {
  const difference = ((words[a + HIGH]! ^ sign) >>> 0) - ((words[b + HIGH]! ^ sign) >>> 0)
  return difference !== 0 ? difference : words[a + 1 - HIGH]! - words[b + 1 - HIGH]!
}
