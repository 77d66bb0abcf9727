/** What the machine has for workers: processors by affinity and quota, and the bandwidth of its memory. */
import { cpus } from 'node:os'
import { sumSync } from '../../index.ts'
import { cpuCount } from '../../multiprocessing/index.ts'

export interface Capacity {
  /** Of the machine. `availableParallelism` beside it is what the affinity of this process leaves of them. */
  readonly processors: number
  /** What affinity and the quotas of containers leave. */
  readonly cpuCount: number
  /** Bytes a second that sums of 64 MB read. */
  readonly readBandwidth: number
}

const PROBE = 2 ** 23
const ROUNDS = 5

export function capacity(): Capacity {
  const x = new Float64Array(PROBE).fill(1)
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    sumSync(x)
    best = Math.min(best, performance.now() - start)
  }
  return { processors: cpus().length, cpuCount: cpuCount(), readBandwidth: (1000 * x.byteLength) / best }
}
