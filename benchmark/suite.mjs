// Benchmark.js over the same contestants, one after the other: its samples are kept beside ours, claims come from the pairs.
import { createRequire } from 'node:module'

let Benchmark
try {
  Benchmark = createRequire(import.meta.url)('benchmark')
} catch {
  // Not installed: the pairs are measured all the same.
}

/** Seconds that Benchmark.js may take for a contestant. */
const MOST = 0.02

/** Milliseconds of a call from which it isn't asked: three samples of everybody would take longer than the rounds. */
const LONG = 25

export function suite(contestants) {
  if (Benchmark === undefined) return undefined
  const results = {}
  for (const { name, run, prepare, measure } of contestants) {
    if (measure !== undefined) continue
    prepare?.()
    // Without `defer` it would call a function that returns a promise again and again, and the loop would never turn.
    const start = performance.now()
    if (run() instanceof Promise) throw new Error(`${name} returns a promise`)
    if (performance.now() - start > LONG) continue
    const benchmark = new Benchmark(name, run, { maxTime: MOST, minTime: MOST / 4, minSamples: 3 })
    benchmark.run()
    if (benchmark.error !== undefined) throw new Error(`${name}: ${benchmark.error.message}`)
    const { sample, mean, rme } = benchmark.stats
    results[name] = { samples: sample, mean, relativeMarginOfError: rme, callsPerSecond: benchmark.hz }
  }
  return { 'Benchmark.js': results }
}
