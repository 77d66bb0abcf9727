/** The code that manycore replaces: what everybody writes first, and what every comparison starts from. */
export function plainSumOfSquares(x: Float64Array): number {
  let total = 0
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number
    total += value * value
  }
  return total
}
