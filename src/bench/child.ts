/** Entry of a measuring process: takes a job as its argument, prints the measurement as one line of JSON. */
import { caseNamed } from './cases/index.ts'
import { measureCase } from './measure.ts'
import type { Job } from './processes.ts'
import { measureThreads } from './scaling.ts'

async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? '') as Job
  const subject = caseNamed(job.name)
  const result = job.threads === undefined ? await measureCase(subject, job.n, job) : measureThreads(subject, job.n, job.threads, job)
  process.stdout.write(`${JSON.stringify(result)}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exitCode = 1
})
