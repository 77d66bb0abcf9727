/** What a measuring process does with its job. */
import { caseNamed, cases } from './cases/index.ts'
import type { Case } from './case.ts'
import { LEAST_ROUNDS } from './interleave.ts'
import { measureCase, type MeasureOptions, type Peer } from './measure.ts'
import { LARGE, type Job } from './processes.ts'
import { measureThreads } from './scaling.ts'

export interface JobOptions {
  /** The cases to choose from. Default: those of this package. */
  readonly cases?: readonly Case[] | undefined
  /** Who else does what a case does. */
  readonly peersOf?: ((subject: Case) => readonly Peer[]) | undefined
  readonly also?: MeasureOptions['also']
}

/** Carries out the job that `text` describes (JSON of a {@link Job}) and prints a line of JSON a size; an error ends in exit code 1. Never rejects. */
export function carryOut(text: string | undefined, options: JobOptions = {}): Promise<void> {
  return run(JSON.parse(text ?? '') as Job, options).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = 1
  })
}

async function run(job: Job, { cases: all = cases, peersOf = () => [], also }: JobOptions): Promise<void> {
  const subject = caseNamed(job.name, all)
  for (const n of job.sizes) {
    const rounds = (subject.bytes?.(n) ?? 0) > LARGE ? Math.min(job.rounds, job.leastRounds ?? LEAST_ROUNDS) : job.rounds
    const result = job.threads === undefined
      ? await measureCase(subject, n, { ...job, rounds, peers: peersOf(subject), also: job.further === false ? undefined : also })
      : measureThreads(subject, n, job.threads, { rounds })
    process.stdout.write(`${JSON.stringify(result)}\n`)
  }
}
