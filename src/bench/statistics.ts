/** Medians, and how far they can be trusted. */

/** The middle value, or the mean of the two middle ones; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}

/** A median with the bounds between which it lies with 95 % confidence. */
export interface Interval {
  readonly median: number
  readonly low: number
  readonly high: number
}

const RESAMPLES = 2000

/**
 * The median of all values with a 95 % percentile bootstrap interval (Efron 1979). `groups` are the values of one process each: groups are
 * resampled first, then the values within, since a process's memory layout and compiled code are the same for all of its values.
 *
 * @param seed - of the resampling, so that a report can be made again from its samples
 */
export function bootstrapMedian(groups: readonly (readonly number[])[], seed = 1): Interval {
  const filled = groups.filter((group) => group.length > 0)
  if (filled.length === 0) return { median: Number.NaN, low: Number.NaN, high: Number.NaN }
  const next = randomIndex(seed)
  const medians: number[] = []
  for (let k = 0; k < RESAMPLES; k++) {
    const values: number[] = []
    for (let g = 0; g < filled.length; g++) {
      const group = filled[next(filled.length)]!
      for (let i = 0; i < group.length; i++) values.push(group[next(group.length)]!)
    }
    medians.push(median(values))
  }
  medians.sort((a, b) => a - b)
  const at = (q: number): number => medians[Math.round(q * (RESAMPLES - 1))]!
  return { median: median(filled.flat()), low: at(0.025), high: at(0.975) }
}

/** Integers from 0 to below a bound (xorshift32, Marsaglia 2003): small, seeded, good enough to shuffle with. */
export function randomIndex(seed: number): (bound: number) => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1
  return (bound) => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}
