/**
 * Ten thousand schedules: delays, messages that overtake each other, workers that die, messages that are lost with them, time limits and aborts, all from a seed.
 * Whatever happens, every call is answered: with the right result, or with an error that is due. A failing seed is in the message: MANYCORE_SEED=<seed> replays it alone.
 */
import test from 'ava'
import { Pool } from '../../src/multiprocessing/pool/pool.ts'
import type { PoolOptions } from '../../src/multiprocessing/pool/pool-options.ts'
import { Simulation } from './fixtures/simulation.ts'

const functions = {
  square: (x: number) => x * x,
  later: async (x: number) => {
    await undefined
    return x + 1
  },
  label: (x: number) => `item ${x}`,
  add: (a: number, b: number) => a + b,
  failAtThree: (x: number) => {
    if (x === 3) throw new RangeError('three')
    return x
  },
}
type Functions = typeof functions

interface Operation {
  readonly name: string
  readonly promise: Promise<unknown>
  /** Whether the operation was allowed to end like this. */
  check(result: PromiseSettledResult<unknown>): boolean
  settled: PromiseSettledResult<unknown> | undefined
}

const due = ['ERR_MANYCORE_WORKER_DIED']

function codeOf({ reason }: PromiseRejectedResult): unknown {
  return (reason as { code?: unknown }).code
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a instanceof Float64Array ? [...a] : a) === JSON.stringify(b)
}

function begin(simulation: Simulation, pool: Pool<Functions>): Operation {
  const n = simulation.integer(0, 40)
  const items = Array.from({ length: n }, (_, i) => i)
  const limits: { timeout?: number; signal?: AbortSignal } = {}
  const allowed: unknown[] = [...due]
  if (simulation.chance(0.15)) {
    limits.timeout = simulation.integer(1, 60)
    allowed.push('ERR_MANYCORE_TIMEOUT')
  }
  if (simulation.chance(0.15)) {
    const controller = new AbortController()
    limits.signal = controller.signal
    simulation.at(simulation.now + simulation.random() * 100, () => controller.abort(Object.assign(new Error('stop'), { code: 'STOPPED' })))
    allowed.push('STOPPED')
  }
  const chunk = simulation.chance(0.5) ? {} : { chunkSize: simulation.integer(1, 9) }
  const make = (name: string, promise: Promise<unknown>, expected: unknown, alsoRejects = false): Operation => {
    const operation: Operation = {
      name, promise, settled: undefined,
      check: (result) =>
        result.status === 'fulfilled' ? !alsoRejects && same(result.value, expected) : allowed.includes(codeOf(result)) || (alsoRejects && (result.reason as Error).message === 'three'),
    }
    promise.then(
      (value) => (operation.settled = { status: 'fulfilled', value }),
      (reason: unknown) => (operation.settled = { status: 'rejected', reason }),
    )
    return operation
  }
  switch (simulation.integer(0, 7)) {
    case 0:
      return make('apply', pool.apply('square', [n], limits), n * n)
    case 1:
      return make('many applies', Promise.all(items.map((i) => pool.apply('later', [i]))), items.map((i) => i + 1))
    case 2:
      return make('map of numbers', pool.map('square', items, { ...limits, ...chunk }), items.map((i) => i * i))
    case 3:
      return make('map of a typed array', pool.map('square', Float64Array.from(items), { ...limits, ...chunk }), items.map((i) => i * i))
    case 4:
      return make('map to texts', pool.map('label', new Set(items), { ...limits, ...chunk }), items.map((i) => `item ${i}`))
    case 5:
      return make('starmap', pool.starmap('add', items.map((i) => [i, 1] as const), { ...limits, ...chunk }), items.map((i) => i + 1))
    case 6:
      return make('map that fails', pool.map('failAtThree', items, chunk), items, n > 3)
    default:
      return make('imap', collect(pool.imap('later', items, { ...limits, ...chunk })), items.map((i) => i + 1))
  }
}

async function collect(results: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const result of results) all.push(result)
  return all
}

/** Undefined when all went as it must, else what went wrong. */
async function play(seed: number): Promise<string | undefined> {
  const simulation = new Simulation(seed, { death: 0, failedStart: 0 }, functions)
  simulation.risks = { death: [0, 0.02, 0.1, 0.3][simulation.integer(0, 3)] ?? 0, failedStart: simulation.chance(0.1) ? 0.2 : 0 }
  const options: PoolOptions<Functions> = {
    processes: simulation.integer(1, 4), concurrency: simulation.chance(0.3) ? 2 : 1, retries: simulation.chance(0.3) ? simulation.integer(1, 3) : 0,
    kind: simulation.chance(0.3) ? 'process' : 'thread', ...(simulation.chance(0.3) ? { maxTasksPerChild: simulation.integer(1, 5) } : {}),
  }
  const mayBreak = simulation.risks.failedStart > 0 || simulation.risks.death > 0
  simulation.enter()
  try {
    const pool = new Pool<Functions>('data:text/javascript,simulated', options)
    const operations: Operation[] = []
    const count = simulation.integer(1, 6)
    for (let i = 0; i < count; i++) {
      if (simulation.chance(0.5)) operations.push(begin(simulation, pool))
      else simulation.at(simulation.random() * 100, () => operations.push(begin(simulation, pool)))
    }
    await simulation.run(() => operations.length === count && operations.every(({ settled }) => settled !== undefined))
    for (const { name, settled, check } of operations) {
      if (settled === undefined) return `${name} was never answered`
      // Workers that die before they are ready, one after another, break the pool, which says so.
      if (!check(settled) && !(mayBreak && settled.status === 'rejected' && due.includes(String(codeOf(settled))))) {
        return `${name} ended wrongly: ${settled.status === 'fulfilled' ? JSON.stringify(settled.value) : String((settled.reason as Error).stack)}`
      }
    }
    // Once nobody dies any more, the pool is whole again.
    simulation.risks = { death: 0, failedStart: 0 }
    const last = pool.apply('square', [7]).then(
      (value) => (value === 49 ? 'right' : `apply gave ${value}`),
      (error: unknown) => (mayBreak && due.includes(String((error as { code?: unknown }).code)) ? 'right' : `apply failed: ${String(error)}`),
    )
    let verdict: string | undefined
    void last.then((text) => (verdict = text))
    await simulation.run(() => verdict !== undefined)
    if (verdict !== 'right') return verdict ?? 'the pool does not answer any more'
    pool.close()
    let joined = false
    void pool.join().then(() => (joined = true))
    await simulation.run(() => joined)
    if (!joined) return 'join never resolved'
    return simulation.alive === 0 ? undefined : `${simulation.alive} workers are left`
  } finally {
    simulation.leave()
  }
}

const SCHEDULES = 10_000
const chosen = process.env['MANYCORE_SEED']

test.serial(chosen === undefined ? `${SCHEDULES} schedules: every call is answered, and rightly` : `schedule ${chosen}`, async (t) => {
  t.timeout(600_000)
  const seeds = chosen === undefined ? Array.from({ length: SCHEDULES }, (_, seed) => seed) : [Number(chosen)]
  for (const seed of seeds) {
    let problem: string | undefined
    try {
      problem = await play(seed)
    } catch (error) {
      problem = String((error as Error).stack)
    }
    if (problem !== undefined) {
      t.fail(`MANYCORE_SEED=${seed}: ${problem}`)
      return
    }
  }
  t.pass()
})
