/**
 * Indices that put numbers in order, stable: digits of the integers that stand for the numbers, least significant first. The order is that of
 * `TypedArray.prototype.sort` (-0 before +0, NaN last), all NaN counting as equal.
 */
import { elementTypes, type ElementTypeName, type NumericArray } from '../../common/arrays.ts'
import { isAbove } from './above.ts'
import { insertions } from './generated-ordering.ts'
import { LOOK, type Look } from './look.ts'

/** Up to this length insertion is fastest: digits have a fixed cost. */
const INSERTION = 40

/** Bits of a digit for short and for long inputs: counters cost as much as elements do. */
const SHORT = { bits: 8, below: 4096 }
const LONG = 11

/** Writes the indices of the numbers of x in rising order to `out`; equal numbers by rising index. */
export function argSort(x: NumericArray, type: ElementTypeName, out: Uint32Array | Float64Array, look?: Look): void {
  if (x.length <= INSERTION) {
    const insertion = insertions[elementTypes.indexOf(type)]
    if (insertion === undefined) insertIndices(x as Float64Array, isAbove, out)
    else insertion(x as never, out)
  }
  else out.set(sortedIndices(keyWords(x, type, look), x.length, look))
}

/** The indices of the numbers of x in falling order; equal numbers by rising index all the same. */
export function fallingIndices(x: NumericArray, type: ElementTypeName, look?: Look): Uint32Array {
  if (x.length <= INSERTION) {
    const indices = new Uint32Array(x.length)
    insertIndices(x as Float64Array, (a, b) => isAbove(b, a), indices)
    return indices
  }
  const words = keyWords(x, type, look)
  for (const word of words) for (let i = 0; i < word.length; i++) word[i] = ~word[i]!
  return sortedIndices(words, x.length, look)
}

function insertIndices(x: Float64Array, behind: (a: number, b: number) => boolean, out: Uint32Array | Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    const value = x[i]!
    let place = i
    for (; place > 0 && behind(x[out[place - 1]!]!, value); place--) out[place] = out[place - 1]!
    out[place] = i
  }
}

/**
 * The 32-bit words of the unsigned integers whose order is that of the numbers, least significant first; one word for types of up to 32 bits, else two.
 */
function keyWords(x: NumericArray, type: ElementTypeName, look: Look | undefined): Uint32Array[] {
  const n = x.length
  const low = new Uint32Array(n)
  const high = type === 'float64' || type.startsWith('big') ? new Uint32Array(n) : low
  for (let start = 0; start < n; start += LOOK) {
    look?.()
    const end = Math.min(n, start + LOOK)
    partOfKeys(x.subarray(start, end), type, low.subarray(start, end), high.subarray(start, end))
  }
  return high === low ? [low] : [low, high]
}

/** The words of a part of the numbers; `high` is only written where there are two. */
function partOfKeys(x: NumericArray, type: ElementTypeName, low: Uint32Array, high: Uint32Array): void {
  const n = x.length
  switch (type) {
    case 'float64': {
      // A copy, since x may lie in memory that changes, and at an offset that its words can't be viewed at.
      const words = new Uint32Array(Float64Array.from(x as Float64Array).buffer)
      for (let i = 0; i < n; i++) {
        const [a, b] = [words[2 * i]!, words[2 * i + 1]!]
        const magnitude = b & 0x7fffffff
        if (magnitude > 0x7ff00000 || (magnitude === 0x7ff00000 && a !== 0)) low[i] = high[i] = 0xffffffff
        else if (b >>> 31 === 1) [low[i], high[i]] = [~a, ~b]
        else [low[i], high[i]] = [a, b ^ 0x80000000]
      }
      return
    }
    case 'float32': {
      const words = new Uint32Array(Float32Array.from(x as Float32Array).buffer)
      for (let i = 0; i < n; i++) {
        const a = words[i]!
        low[i] = (a & 0x7fffffff) > 0x7f800000 ? 0xffffffff : a >>> 31 === 1 ? ~a : a ^ 0x80000000
      }
      return
    }
    case 'float16': {
      const words = new Uint16Array(x.buffer, x.byteOffset, n)
      for (let i = 0; i < n; i++) {
        const a = words[i]!
        low[i] = (a & 0x7fff) > 0x7c00 ? 0xffff : a >>> 15 === 1 ? ~a & 0xffff : a ^ 0x8000
      }
      return
    }
    case 'bigint64':
    case 'biguint64': {
      const words = new Uint32Array((x as BigInt64Array).slice().buffer)
      const flip = type === 'bigint64' ? 0x80000000 : 0
      for (let i = 0; i < n; i++) {
        low[i] = words[2 * i]!
        high[i] = words[2 * i + 1]! ^ flip
      }
      return
    }
    case 'int8':
    case 'int16':
    case 'int32':
      for (let i = 0; i < n; i++) low[i] = (x as Int32Array)[i]! ^ 0x80000000
      return
    default:
      low.set(x as Uint32Array)
      return
  }
}

/** Indices 0 … n − 1 in the order of the keys, equal keys by rising index. */
function sortedIndices(words: readonly Uint32Array[], n: number, look: Look | undefined): Uint32Array {
  let indices = new Uint32Array(n)
  for (let i = 0; i < n; i++) indices[i] = i
  let other = new Uint32Array(n)
  const bits = n < SHORT.below ? SHORT.bits : LONG
  const counts = new Uint32Array(1 << bits)
  for (const word of words) {
    for (let shift = 0; shift < 32; shift += bits) {
      if (!countDigits(word, shift, counts, look)) continue
      const mask = counts.length - 1
      for (let start = 0; start < n; start += LOOK) {
        look?.()
        const end = Math.min(n, start + LOOK)
        for (let i = start; i < end; i++) {
          const index = indices[i]!
          other[counts[(word[index]! >>> shift) & mask]!++] = index
        }
      }
      ;[indices, other] = [other, indices]
    }
  }
  return indices
}

/** Where each digit begins; false if all digits are the same, so that there is nothing to do. */
function countDigits(word: Uint32Array, shift: number, counts: Uint32Array, look: Look | undefined): boolean {
  const n = word.length
  const mask = counts.length - 1
  counts.fill(0)
  for (let start = 0; start < n; start += LOOK) {
    look?.()
    const end = Math.min(n, start + LOOK)
    for (let i = start; i < end; i++) counts[(word[i]! >>> shift) & mask]!++
  }
  if (n === 0 || counts[(word[0]! >>> shift) & mask] === n) return false
  let total = 0
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit]!
    counts[digit] = total
    total += count
  }
  return true
}
