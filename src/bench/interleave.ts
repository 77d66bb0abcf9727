/**
 * Times several ways of doing one thing in turns: in each round every contestant runs once, in random order. Whatever disturbs the
 * machine for a while disturbs all of them alike, and nobody always runs after the same other one.
 */
import { bootstrapMedian, median, randomIndex, type Interval } from './statistics.ts'

export interface Contestant {
  readonly name: string
  /** What is timed; may return a promise, which is awaited. Its value is kept, so that no engine can leave the work out. */
  run(): unknown
  /** Untimed, before each sample: e.g. picks the backend. */
  prepare?(): void
  /** For what runs elsewhere and times itself: so many calls, after one untimed one. `run` is then never timed. */
  measure?(calls: number): Promise<{ readonly seconds: number; readonly value: unknown }>
}

export interface Timing {
  readonly name: string
  /** Median over the rounds, in seconds a call. */
  readonly seconds: number
  /** Seconds a call in each round. */
  readonly samples: readonly number[]
  /** Calls in one sample: enough of them to be timed. */
  readonly calls: number
  readonly rounds: number
  /** Value of the last call. */
  readonly value: unknown
}

export interface Interleaving {
  /** Odd numbers give a median that was measured. */
  readonly rounds: number
  /** A sample takes at least this long, in milliseconds. */
  readonly sampleTime: number
  /** No further round begins after so many milliseconds, once there have been `leastRounds`. Default: none is left out. */
  readonly budget?: number | undefined
  /** Rounds that are run whatever they take. Default {@link LEAST_ROUNDS}. */
  readonly leastRounds?: number | undefined
  /** A contestant whose own samples have taken so many milliseconds takes no part in the rounds to come; the first, with which the others are paired, always does. Default: nobody leaves. */
  readonly patience?: number | undefined
  /** Of the order of the contestants. Default 1. */
  readonly seed?: number | undefined
  readonly onRound?: ((round: number) => void) | undefined
}

/** Rounds that are run whatever they take: fewer give no interval, unless several processes run them. */
export const LEAST_ROUNDS = 5

/** From so many milliseconds a call, caches and sleeping threads don't matter, and nobody waits for a call that isn't timed. */
const LONG = 50

/** Runs the contestants; rejects with the first error that one of them throws. */
export async function interleave(contestants: readonly Contestant[], { rounds, sampleTime, budget = Infinity, leastRounds = LEAST_ROUNDS, patience = Infinity, seed = 1, onRound }: Interleaving): Promise<Timing[]> {
  const start = performance.now()
  const runs = []
  for (const contestant of contestants) {
    const { calls, long } = await calibrate(contestant, sampleTime)
    runs.push({ contestant, calls, long, samples: [] as number[], spent: 0, value: undefined as unknown })
  }
  const next = randomIndex(seed)
  let round = 0
  for (; round < rounds && (round < leastRounds || performance.now() - start < budget); round++) {
    onRound?.(round)
    const waiting = runs.filter(({ spent }, k) => k === 0 || spent < patience)
    while (waiting.length > 0) {
      const [run] = waiting.splice(next(waiting.length), 1)
      if (run === undefined) break
      const { seconds, value } = await sample(run.contestant, run.calls, run.long)
      run.samples.push(seconds)
      run.spent += 1000 * seconds * run.calls
      run.value = value
    }
  }
  return runs.map(({ contestant, calls, samples, value }) => ({ name: contestant.name, seconds: median(samples), samples, calls, rounds: samples.length, value }))
}

/**
 * How many times longer `slower` took than `faster`: the median over rounds of the two times of one round, with its 95 % interval.
 *
 * @param slower - samples of one process each
 * @param faster - the same rounds of the same processes
 */
export function pairedRatio(slower: readonly (readonly number[])[], faster: readonly (readonly number[])[], seed?: number): Interval {
  return bootstrapMedian(slower.map((group, g) => group.map((time, round) => time / (faster[g]?.[round] ?? Number.NaN))), seed)
}

/** Raises the number of calls until a sample is long enough; that also warms the code up. */
async function calibrate(contestant: Contestant, sampleTime: number): Promise<{ calls: number; long: boolean }> {
  for (let calls = 1; ; ) {
    const { seconds } = await sample(contestant, calls, calls === 1)
    const time = seconds * calls * 1000
    if (time >= sampleTime || calls >= 2 ** 24) return { calls, long: seconds * 1000 >= LONG }
    // No more than eightfold, since code gets faster as it warms up.
    calls *= Math.max(2, Math.min(8, Math.ceil(sampleTime / Math.max(time, 1e-6))))
  }
}

async function sample(contestant: Contestant, calls: number, cold: boolean): Promise<{ seconds: number; value: unknown }> {
  contestant.prepare?.()
  if (contestant.measure !== undefined) return contestant.measure(calls)
  // One untimed call: the first one after a change of backend finds cold caches and sleeping threads.
  let value = cold ? undefined : contestant.run()
  const isPromise = value instanceof Promise
  if (isPromise) value = await value
  const start = performance.now()
  for (let call = 0; call < calls; call++) {
    value = contestant.run()
    if (isPromise || (cold && value instanceof Promise)) value = await value
  }
  return { seconds: (performance.now() - start) / 1000 / calls, value }
}
