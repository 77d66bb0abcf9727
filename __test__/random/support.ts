/** Statistics of samples, each as a number that is standard normal (or nearly) if the sample is what it should be. */

/** How often the cells of a chi-square test were hit, against equal chances. */
export function chiSquareScore(counts: ArrayLike<number>, expected: (cell: number) => number): number {
  let statistic = 0
  for (let cell = 0; cell < counts.length; cell++) statistic += (counts[cell]! - expected(cell)) ** 2 / expected(cell)
  // Wilson and Hilferty: the cube root of a chi-square variable is nearly normal.
  const degrees = counts.length - 1
  return (Math.cbrt(statistic / degrees) - (1 - 2 / (9 * degrees))) / Math.sqrt(2 / (9 * degrees))
}

export function mean(x: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i]!
  return sum / x.length
}

/** The mean of the `power`-th powers of the distances from `center`. */
export function moment(x: ArrayLike<number>, center: number, power: number): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i]! - center) ** power
  return sum / x.length
}

/** Kolmogorov's √n·D of a sample against a distribution function. */
export function kolmogorov(x: Float64Array, distribution: (value: number) => number): number {
  const sorted = x.slice().sort()
  const n = sorted.length
  let distance = 0
  for (let i = 0; i < n; i++) {
    const p = distribution(sorted[i]!)
    distance = Math.max(distance, (i + 1) / n - p, p - i / n)
  }
  return Math.sqrt(n) * distance
}

/** √n times the correlation of x with y, both of known mean and variance. */
export function correlationScore(x: Float64Array, y: Float64Array, center: number, variance: number): number {
  const n = Math.min(x.length, y.length)
  let sum = 0
  for (let i = 0; i < n; i++) sum += (x[i]! - center) * (y[i]! - center)
  return sum / variance / Math.sqrt(n)
}

/** The distribution function of the standard normal: a series in the middle, a continued fraction in the tails. */
export function normalDistribution(x: number): number {
  const z = Math.abs(x)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  let upper: number
  if (z < 3) {
    let term = z
    let sum = z
    for (let k = 3; term > 1e-17 * sum; k += 2) sum += term *= (z * z) / k
    upper = 0.5 - density * sum
  } else {
    let fraction = 0
    for (let k = 60; k > 0; k--) fraction = k / (z + fraction)
    upper = density / (z + fraction)
  }
  return x > 0 ? 1 - upper : upper
}
