/** Takes a double apart into its power of two and the rest, for logarithms. */
import { POWERS } from './powers.ts'

export const scratch = new Float64Array(1)
export const words = new Uint32Array(scratch.buffer)
/** Which of the two words holds sign and exponent. */
export const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0
export const LOW_WORD = 1 - HIGH_WORD

/** The two words of the mantissa of √2. */
const SQRT_2_HIGH = 0x6a09e
const SQRT_2_LOW = 0x667f3bcd
/** Added to the high word, it carries into the exponent where the mantissa is above that of √2. */
export const CARRY = 0x100000 - SQRT_2_HIGH - 1

/** The k of x = 2^k·m with √½ ≤ m < √2, for a positive normal x. m is then `scaleDown(x, k)`, exactly. Without a branch on the mantissa, which no processor foresees. */
export function exponentOf(x: number): number {
  scratch[0] = x
  const high = words[HIGH_WORD]!
  const k = ((high + CARRY) >>> 20) - 1023
  return (high & 0xfffff) === SQRT_2_HIGH && words[LOW_WORD]! >= SQRT_2_LOW ? k + 1 : k
}

/** x·2^−k for the k of a double: m of x = 2^k·m. */
export function scaleDown(x: number, k: number): number {
  return x * POWERS[1024 - k]!
}
