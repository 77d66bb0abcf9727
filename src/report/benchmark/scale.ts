/** Logarithmic axes. */

export interface LogScale {
  /** Where a value lies, from 0 to 1; values outside are moved to the edge. */
  at(value: number): number
  /** 1, 10, 100, … between the ends, thinned out to at most `most`. */
  ticks(most: number): number[]
}

/** An axis that holds all positive, finite values. */
export function logScale(values: readonly number[], padding = 0.05): LogScale {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10)
  let [low, high] = logs.length === 0 ? [0, 1] : [Math.min(...logs), Math.max(...logs)]
  if (high - low < 0.3) [low, high] = [low - 0.15, high + 0.15]
  const margin = (high - low) * padding
  ;[low, high] = [low - margin, high + margin]
  return {
    at: (value) => Math.min(1, Math.max(0, (Math.log10(value) - low) / (high - low))),
    ticks(most) {
      const all: number[] = []
      for (let power = Math.ceil(low); power <= high; power++) all.push(power)
      if (all.length < 2) return [1, 2, 5].flatMap((step) => [Math.floor(low), Math.ceil(high)].map((power) => step * 10 ** power)).filter((value) => Math.log10(value) >= low && Math.log10(value) <= high)
      const step = Math.ceil(all.length / most)
      return all.filter((_, k) => k % step === 0).map((power) => 10 ** power)
    },
  }
}
