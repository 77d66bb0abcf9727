/** What the workers of sum-of-squares.ts do. */
import type { Range } from 'manycore/multiprocessing'

/**
 * The exact sum of the squares of the whole numbers from start to before stop, for stop up to 2^20. Doubles hold whole numbers
 * exactly up to 2^53, so 4096 squares are added as doubles and each such sum as a bigint.
 */
export function processBatch({ start, stop }: Range): bigint {
  let total = 0n
  for (let first = start; first < stop; first += 4096) {
    const last = Math.min(first + 4096, stop)
    let part = 0
    for (let i = first; i < last; i++) part += i * i
    total += BigInt(part)
  }
  return total
}
