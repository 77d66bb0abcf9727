/** Seeds: 128 bits from a number, a bigint, or chance. */
import { argumentError } from '../errors.ts'

/** What a seed may be: a safe integer, or a bigint from −2^127 to 2^128 − 1. */
export type SeedLike = number | bigint

/** Four words of 32 bits, the lowest first. */
export type SeedWords = readonly [number, number, number, number]

const WANTED = 'a safe integer or a bigint from −2^127 to 2^128 − 1'

/** Words from the system's generator that no call has used yet: asking for a few at a time is what costs. */
const fresh = new Uint32Array(64)
let used = fresh.length

/**
 * The words of a seed in two's complement, so that 5 and 5n are one seed; without one, words that nobody can foretell.
 *
 * @throws TypeError or RangeError ERR_MANYCORE_OPTION for anything that is no seed.
 */
export function seedWords(seed: SeedLike | undefined): SeedWords {
  if (seed === undefined) return freshWords()
  if (typeof seed === 'number') {
    if (!Number.isSafeInteger(seed)) throw argumentError('OPTION', 'seed', WANTED, seed, RangeError)
    const sign = seed < 0 ? 0xffffffff : 0
    return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, sign, sign]
  }
  if (typeof seed !== 'bigint') throw argumentError('OPTION', 'seed', WANTED, seed)
  if (seed < -(2n ** 127n) || seed >= 2n ** 128n) throw argumentError('OPTION', 'seed', WANTED, seed, RangeError)
  const word = (index: bigint): number => Number(BigInt.asUintN(32, seed >> (32n * index)))
  return [word(0n), word(1n), word(2n), word(3n)]
}

function freshWords(): SeedWords {
  if (used === fresh.length) {
    globalThis.crypto.getRandomValues(fresh)
    used = 0
  }
  const words = [fresh[used]!, fresh[used + 1]!, fresh[used + 2]!, fresh[used + 3]!] as const
  used += 4
  return words
}
