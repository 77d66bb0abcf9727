/** Time by number of threads. */
import { setThreads } from '../index.ts'
import type { Case } from './case.ts'
import type { Scaling } from './report.ts'
import { median } from './statistics.ts'

/** Times a case with each number of threads in turns. */
export function measureThreads(subject: Case, n: number, threads: readonly number[], { rounds }: { readonly rounds: number }): Scaling {
  const data = subject.make(n)
  const samples = threads.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [k, count] of threads.entries()) {
      setThreads(count)
      subject.ours(data)
      const start = performance.now()
      subject.ours(data)
      if (round >= 0) samples[k]!.push((performance.now() - start) / 1000)
    }
  }
  return { name: subject.name, n, points: threads.map((count, k) => ({ threads: count, seconds: median(samples[k]!) })) }
}
