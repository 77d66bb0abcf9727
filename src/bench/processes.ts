/** Runs jobs in fresh processes, one after the other: compiled code and memory layout differ from process to process, and claims must not hang on one of them. */
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Case } from './case.ts'
import { machineCard } from './machine.ts'
import { summarise, type BenchmarkReport, type Measurement, type Scaling, type Settings } from './report.ts'

/** What a measuring process is told. */
export interface Job {
  readonly name: string
  readonly n: number
  readonly rounds: number
  readonly sampleTime: number
  readonly seed: number
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
  /** Milliseconds that a process may take before it is killed, which becomes a row that says so. Default: two minutes. */
  readonly limit?: number | undefined
  readonly onProgress?: ((message: string) => void) | undefined
}

const quickSettings = { rounds: 9, processes: 2, sampleTime: 1 }
const fullSettings = { rounds: 15, processes: 3, sampleTime: 2 }

/** Measures all cases in all sizes and gives the report. */
export async function runCases(cases: readonly Case[], options: RunOptions): Promise<BenchmarkReport> {
  const start = performance.now()
  const { title, quick, child = new URL('./child.js', import.meta.url), notes = [], limit = 120_000, onProgress } = options
  const settings: Settings = { ...(quick ? quickSettings : fullSettings), ...options.settings, quick }
  const { rounds, processes, sampleTime } = settings
  const machine = machineCard()
  const jobs = cases.flatMap((subject) => (quick ? subject.quickSizes : subject.sizes).map((n) => ({ subject, n })))
  const measurements: Measurement[] = []
  for (let process = 0; process < processes; process++) {
    for (const [k, { subject, n }] of jobs.entries()) {
      onProgress?.(`process ${process + 1} of ${processes}: ${subject.name}, ${n} (${k + 1} of ${jobs.length})`)
      // Large inputs take long enough to be steady, and too long for many rounds.
      const job: Job = { name: subject.name, n, rounds: (subject.bytes?.(n) ?? 0) > 1e8 ? Math.min(rounds, 5) : rounds, sampleTime, seed: process * jobs.length + k + 1 }
      try {
        measurements.push((await runJob(child, job, limit)) as Measurement)
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error)
        measurements.push({ name: subject.name, group: subject.group, n, bytes: null, contestants: [], error: text })
      }
    }
  }
  const scaling: Scaling[] = []
  const counts = Array.from({ length: Math.min(availableParallelism(), 16) }, (_, k) => k + 1)
  for (const subject of cases) {
    const n = (quick ? subject.quickSizes : subject.sizes).findLast((size) => (subject.bytes?.(size) ?? 0) <= 1e8)
    if (n === undefined || counts.length < 2) continue
    onProgress?.(`threads: ${subject.name}, ${n}`)
    try {
      scaling.push((await runJob(child, { name: subject.name, n, rounds, sampleTime, seed: 1, threads: counts }, limit)) as Scaling)
    } catch {
      // The row of the same case says what is wrong with it.
    }
  }
  return {
    title, machine, notes, settings, scaling, measurements,
    date: new Date().toISOString(),
    rows: summarise(measurements),
    seconds: (performance.now() - start) / 1000,
  }
}

/** Runs one job in a process of its own and gives what it printed. */
export function runJob(child: URL, job: Job, limit: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const args = [...process.execArgv, fileURLToPath(child), JSON.stringify(job)]
    execFile(process.execPath, args, { timeout: limit, killSignal: 'SIGKILL', maxBuffer: 1 << 26, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error !== null) {
        const why = error.killed ? `ended after its time limit of ${limit / 1000} s` : stderr.trim().split('\n').findLast((line) => line.includes('Error')) ?? error.message
        reject(new Error(why))
        return
      }
      try {
        resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''))
      } catch (cause) {
        reject(new Error('the process printed no result', { cause }))
      }
    })
  })
}
