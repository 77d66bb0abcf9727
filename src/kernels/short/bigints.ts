/** Sums of bigints that src/kernels/short/stage.ts has copied: of their halves, as doubles, which is exact; one bigint is made at the end. */
import { stagedWords } from './stage.ts'

const RADIX = 2 ** 32

/** The result as words, read as a bigint: a tenth of the time that arithmetic of bigints takes. */
const words = new Int32Array(2)
const signed = new BigInt64Array(words.buffer)
const unsigned = new BigUint64Array(words.buffer)

/** Σ x of `n` signed integers. */
export function sumOfSigned(n: number): bigint {
  let low = 0
  let high = 0
  for (let i = 0; i < 2 * n; i += 2) {
    low += stagedWords[i]! >>> 0
    high += stagedWords[i + 1]!
  }
  const carry = Math.floor(low / RADIX)
  low -= carry * RADIX
  high += carry
  if (high !== (high | 0)) return (BigInt(high) << 32n) + BigInt(low)
  words[0] = low
  words[1] = high
  return signed[0]!
}

/** Σ x of `n` unsigned integers. */
export function sumOfUnsigned(n: number): bigint {
  let low = 0
  let high = 0
  for (let i = 0; i < 2 * n; i += 2) {
    low += stagedWords[i]! >>> 0
    high += stagedWords[i + 1]! >>> 0
  }
  const carry = Math.floor(low / RADIX)
  low -= carry * RADIX
  high += carry
  if (high >= RADIX) return (BigInt(high) << 32n) + BigInt(low)
  words[0] = low
  words[1] = high
  return unsigned[0]!
}
