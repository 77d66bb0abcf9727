/** Mean and variance from exact sums of integers, rounded once. */
import { dyadicOf, roundRatio } from './finish.ts'

/** total / n */
export function exactMean(total: number | bigint, n: number): number {
  // Both exact doubles: one rounding.
  return typeof total === 'number' ? total / n : roundRatio(total, BigInt(n))
}

/** (Σx² − (Σx)² / n) / (n − ddof), for n > ddof >= 0. */
export function exactVariance(sum: number | bigint, squares: number | bigint, n: number, ddof: number): number {
  if (typeof sum === 'number' && typeof squares === 'number' && Number.isInteger(ddof)) {
    const [a, b, denominator] = [n * squares, sum * sum, n * (n - ddof)]
    if (a <= Number.MAX_SAFE_INTEGER && b <= Number.MAX_SAFE_INTEGER && denominator <= Number.MAX_SAFE_INTEGER) return (a - b) / denominator
  }
  const count = BigInt(n)
  const total = BigInt(sum)
  const numerator = count * BigInt(squares) - total * total
  // A fractional ddof is a dyadic number, and so is n − ddof.
  const { mantissa, exponent } = dyadicOf(ddof)
  if (exponent >= 0) return roundRatio(numerator, count * (count - (mantissa << BigInt(exponent))))
  const shift = BigInt(-exponent)
  return roundRatio(numerator << shift, count * ((count << shift) - mantissa))
}
