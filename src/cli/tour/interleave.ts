/**
 * Times several ways of doing one thing in turns: in each round every contestant runs once, each round starts with another
 * one, and the median over the rounds counts. Whatever disturbs the machine for a while disturbs all of them alike.
 */

export interface Contestant {
  readonly name: string
  /** What is timed. Its value is used, so that no engine can leave the work out. */
  run(): unknown
  /** Untimed, before each sample: e.g. picks the backend. */
  prepare?(): void
}

export interface Timing {
  readonly name: string
  /** Median over the rounds, in seconds a call. */
  readonly seconds: number
  /** Calls in one sample: enough of them to be timed. */
  readonly calls: number
  readonly rounds: number
  /** Value of the last call. */
  readonly value: unknown
}

export interface Interleaving {
  /** Odd numbers give a median that was measured. */
  rounds: number
  /** A sample takes at least this long, in milliseconds. */
  sampleTime: number
  onRound?(round: number): void
}

export async function interleave(contestants: readonly Contestant[], { rounds, sampleTime, onRound }: Interleaving): Promise<Timing[]> {
  const runs = []
  for (const contestant of contestants) runs.push({ contestant, calls: await calibrate(contestant, sampleTime), samples: [] as number[], value: undefined as unknown })
  for (let round = 0; round < rounds; round++) {
    onRound?.(round)
    for (let k = 0; k < runs.length; k++) {
      const run = runs[(round + k) % runs.length]
      if (run === undefined) continue
      const { seconds, value } = await sample(run.contestant, run.calls)
      run.samples.push(seconds)
      run.value = value
    }
  }
  return runs.map(({ contestant, calls, samples, value }) => ({ name: contestant.name, seconds: median(samples), calls, rounds, value }))
}

/** Doubles the number of calls until a sample is long enough; that also warms the code up. */
async function calibrate(contestant: Contestant, sampleTime: number): Promise<number> {
  for (let calls = 1; ; calls *= 2) {
    const { seconds } = await sample(contestant, calls)
    if (seconds * calls * 1000 >= sampleTime || calls >= 2 ** 24) return calls
  }
}

async function sample(contestant: Contestant, calls: number): Promise<{ seconds: number; value: unknown }> {
  contestant.prepare?.()
  // One untimed call: the first one after a change of backend finds cold caches and sleeping threads.
  let value = contestant.run()
  const isPromise = value instanceof Promise
  if (isPromise) value = await value
  const start = performance.now()
  for (let call = 0; call < calls; call++) {
    value = contestant.run()
    if (isPromise) value = await value
  }
  return { seconds: (performance.now() - start) / 1000 / calls, value }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}
