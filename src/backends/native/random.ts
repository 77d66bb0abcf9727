/** Random numbers in the addon's numbers: what is drawn, its type and the threads packed into one. */
import type { Addon } from '../../addon/index.ts'
import { elementCodeOf } from '../../common/arrays.ts'
import type { Draw, Seed } from '../../kernels/random/index.ts'

type Answer = ReturnType<Addon['random']>

/** Elements from `first` on; at once for id 0, else a promise. */
export function callRandom(addon: Addon, draw: Draw, [s0, s1, s2, s3]: Seed, first: number, threads: number, id: number, timeout: number): Answer {
  const { out } = draw
  const packed = 16 * elementCodeOf(out) + 256 * threads
  if (draw.kind === 'uniform') {
    const { low, span, top } = draw.interval
    return addon.random(packed, id, timeout, first, s0, s1, s2, s3, low, span, top, 0, out)
  }
  if (draw.kind === 'normal') return addon.random(packed + 1, id, timeout, first, s0, s1, s2, s3, draw.mean, draw.standardDeviation, 0, 0, out)
  const { lowHigh, lowLow, lastHigh, lastLow } = draw.range
  return addon.random(packed + 2, id, timeout, first, s0, s1, s2, s3, lowHigh, lowLow, lastHigh, lastLow, out)
}

export function callPermutation(addon: Addon, [s0, s1, s2, s3]: Seed, out: Uint32Array, threads: number, id: number, timeout: number): Answer {
  return addon.permutation(threads, id, timeout, s0, s1, s2, s3, out)
}
