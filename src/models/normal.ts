/** The normal distribution's tails and quantiles, to about fourteen digits. */

/** Where the series for the middle hands over to the continued fraction for the tail. */
const TAIL = 2.5

/**
 * The probability that a standard normal variable is farther from 0 than |z|: erfc(|z|/√2). By the series of Abramowitz and Stegun 7.1.6 near 0, by the continued
 * fraction 7.1.14 beyond, so that small probabilities keep their digits.
 */
export function twoSidedTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  if (Number.isNaN(x)) return NaN
  const scale = Math.exp(-x * x) / Math.sqrt(Math.PI)
  if (x < TAIL) {
    let term = 2 * x
    let sum = term
    for (let n = 1; term > sum * 1e-17; n++) sum += term *= (2 * x * x) / (2 * n + 1)
    return 1 - scale * sum
  }
  // x + (1/2)/(x + 1/(x + (3/2)/(x + …))), from the far end; 60 terms are enough from TAIL on.
  let fraction = x
  for (let k = 60; k > 0; k--) fraction = x + k / 2 / fraction
  return scale / fraction
}

/** The z that a standard normal variable stays within, ± z, with probability `level`: Newton's method on the tail. 0 < level < 1. */
export function centralQuantile(level: number): number {
  const tail = 1 - level
  let low = 0
  let high = 40
  let z = 1
  for (let step = 0; step < 200; step++) {
    const excess = twoSidedTail(z) - tail
    if (excess > 0) low = z
    else high = z
    const density = Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2)
    const next = z + excess / density
    const inside = next > low && next < high
    const moved = inside ? next : (low + high) / 2
    if (Math.abs(moved - z) <= 1e-15 * moved) return moved
    z = moved
  }
  return z
}
