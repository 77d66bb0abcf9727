/** The machine card: what a figure depends on beside the code. */
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { info, sumSync } from '../index.ts'

/** What a report says about the machine that it comes from. */
export interface MachineCard {
  readonly processor: string
  readonly platform: string
  /** Threads that this process may run at once, as the runtime sees it. */
  readonly availableParallelism: number
  readonly memoryBytes: number
  /** Sizes of the first core's caches as the system reports them, for example `L2 1024K`; empty where it doesn't. */
  readonly caches: readonly string[]
  readonly runtime: string
  readonly manycore: string
  readonly backend: string
  readonly cpuLevel: string
  readonly threads: number
  /** Bytes a second of the fastest of eight sums of 256 MB: what this process can read at least. */
  readonly readBandwidth: number
}

/** Describes this machine; takes about a second for the bandwidth. */
export function machineCard(): MachineCard {
  const { version, backend, cpuLevel, threads } = info()
  const { bun, deno, node } = process.versions as Record<string, string | undefined>
  return {
    processor: cpus()[0]?.model.trim() || 'unknown',
    platform: `${process.platform}-${process.arch}`,
    availableParallelism: availableParallelism(),
    memoryBytes: totalmem(),
    caches: cacheSizes(),
    runtime: bun !== undefined ? `Bun ${bun}` : deno !== undefined ? `Deno ${deno}` : `Node ${node}`,
    manycore: version,
    backend,
    cpuLevel,
    threads,
    readBandwidth: readBandwidth(),
  }
}

function cacheSizes(): string[] {
  const sizes: string[] = []
  for (let index = 0; index < 8; index++) {
    const folder = `/sys/devices/system/cpu/cpu0/cache/index${index}`
    try {
      const [level, type, size] = ['level', 'type', 'size'].map((name) => readFileSync(`${folder}/${name}`, 'utf8').trim())
      if (type !== 'Instruction') sizes.push(`L${level} ${size}`)
    } catch {
      break
    }
  }
  return sizes
}

const PROBE = 2 ** 25

function readBandwidth(): number {
  const x = new Float64Array(PROBE).fill(1)
  let best = Infinity
  for (let round = 0; round < 8; round++) {
    const start = performance.now()
    sumSync(x)
    best = Math.min(best, performance.now() - start)
  }
  return (x.byteLength / best) * 1000
}
