/** Runs jobs in fresh processes, one after the other: compiled code and memory layout differ from process to process, and claims must not hang on one of them. */
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Case } from './case.ts'
import { machineCard } from './machine.ts'
import { summarise, type BenchmarkReport, type Measurement, type Scaling, type Settings } from './report.ts'

/** What a measuring process is told. It prints one line of JSON a size, so that what it has measured survives its end. */
export interface Job {
  readonly name: string
  readonly sizes: readonly number[]
  readonly rounds: number
  readonly sampleTime: number
  /** Milliseconds for the rounds of a size, but for the least number of them. */
  readonly budget: number
  /** Rounds of a size that are run whatever they take, and milliseconds after which a contestant takes no part in the rest; see interleave.ts. */
  readonly leastRounds?: number | undefined
  readonly patience?: number | undefined
  readonly seed: number
  /** Whether what measures beside the rounds is to do so; default true. */
  readonly further?: boolean | undefined
  /** Numbers of threads, for a job that measures scaling. */
  readonly threads?: readonly number[] | undefined
}

export interface RunOptions {
  readonly title: string
  readonly quick: boolean
  /** JavaScript file that carries out a job: `child.ts` of this folder, or one that knows more peers. */
  readonly child?: URL | undefined
  readonly notes?: readonly (readonly [string, string])[] | undefined
  readonly settings?: Partial<Settings> | undefined
  /** Milliseconds that the process of a case may take before it is killed, which becomes a row that says so. Default: three minutes. */
  readonly limit?: number | undefined
  readonly onProgress?: ((message: string) => void) | undefined
}

/** Bytes from which a call takes long enough to be steady, and too long for many rounds or more than two processes. */
export const LARGE = 5e7

// The budgets keep all cases with all peers within 3 and 20 minutes on two cores.
const quickSettings = { rounds: 7, processes: 1, sampleTime: 1, budget: 250, leastRounds: 5, patience: 1000 }
const fullSettings = { rounds: 11, processes: 3, sampleTime: 2, budget: 200, leastRounds: 3, patience: 1000 }

/** Measures all cases in all sizes and gives the report. */
export async function runCases(cases: readonly Case[], options: RunOptions): Promise<BenchmarkReport> {
  const start = performance.now()
  const { title, quick, child = new URL('./child.js', import.meta.url), notes = [], limit = 180_000, onProgress } = options
  const settings: Settings = { ...(quick ? quickSettings : fullSettings), ...options.settings, quick }
  const { processes, quick: _, ...interleaving } = settings
  const machine = machineCard()
  const measurements: Measurement[] = []
  for (let process = 0; process < processes; process++) {
    for (const [k, subject] of cases.entries()) {
      onProgress?.(`process ${process + 1} of ${processes}: ${subject.name} (${k + 1} of ${cases.length})`)
      const sizes = (quick ? subject.quickSizes : subject.sizes).filter((n) => process < 2 || (subject.bytes?.(n) ?? 0) <= LARGE)
      const { lines, error } = await runJob(child, { name: subject.name, sizes, ...interleaving, seed: process * cases.length + k + 1, further: process === 0 }, limit)
      const done = lines as Measurement[]
      measurements.push(...done)
      const missing = sizes.filter((n) => !done.some((measurement) => measurement.n === n))
      for (const n of missing) measurements.push({ name: subject.name, group: subject.group, n, bytes: null, contestants: [], error: error ?? 'not measured' })
    }
  }
  const scaling: Scaling[] = []
  const counts = Array.from({ length: Math.min(availableParallelism(), 16) }, (_, k) => k + 1)
  const scaled = quick ? cases.filter(({ group }, k) => cases.findIndex((other) => other.group === group) === k) : cases
  for (const subject of counts.length < 2 ? [] : scaled) {
    const sizes = (quick ? subject.quickSizes : subject.sizes).filter((size) => (subject.bytes?.(size) ?? 0) <= 1e8).slice(-1)
    onProgress?.(`threads: ${subject.name}`)
    const { lines } = await runJob(child, { name: subject.name, sizes, ...interleaving, seed: 1, threads: counts }, limit)
    scaling.push(...(lines as Scaling[]))
  }
  return {
    title, machine, notes, settings, scaling, measurements,
    date: new Date().toISOString(),
    rows: summarise(measurements),
    seconds: (performance.now() - start) / 1000,
  }
}

/** Runs one job in a process of its own; gives the lines that it printed, and why it ended early if it did. */
export function runJob(child: URL, job: Job, limit: number): Promise<{ lines: unknown[]; error: string | undefined }> {
  return new Promise((resolve) => {
    const args = [...process.execArgv, fileURLToPath(child), JSON.stringify(job)]
    execFile(process.execPath, args, { timeout: limit, killSignal: 'SIGKILL', maxBuffer: 1 << 28, encoding: 'utf8' }, (error, stdout, stderr) => {
      const lines: unknown[] = stdout.split('\n').slice(0, -1).map((line) => JSON.parse(line) as unknown)
      if (error === null) return resolve({ lines, error: undefined })
      const why = error.killed ? `ended after its time limit of ${limit / 1000} s` : (stderr.trim().split('\n').findLast((line) => line.includes('Error')) ?? error.message)
      resolve({ lines, error: why })
    })
  })
}
