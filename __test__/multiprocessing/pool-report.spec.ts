/** What a pool's report counts, in simulated time, and what it makes of it. */
import test from 'ava'
import { Pool as BuiltPool } from 'manycore/multiprocessing'
import { Pool } from '../../src/multiprocessing/pool/pool.ts'
import type { WorkerFigures } from '../../src/multiprocessing/pool/pool-worker.ts'
import { advise, Recorder } from '../../src/multiprocessing/pool/report.ts'
import { Simulation } from './fixtures/simulation.ts'

const WORK = 50

test.serial('wall time counts from when a worker could take the call', async (t) => {
  for (let seed = 0; seed < 100; seed++) {
    const functions = {
      work: (x: number): number => {
        simulation.now += WORK
        return x
      },
    }
    const simulation: Simulation = new Simulation(seed, { death: 0, failedStart: 0 }, functions)
    simulation.enter()
    try {
      const pool = new Pool<typeof functions>('data:text/javascript,simulated', { processes: 1 })
      let took = 0
      const measured = async (call: () => Promise<unknown>): Promise<void> => {
        let over = false
        const begun = simulation.now
        void call().then(() => {
          took += simulation.now - begun
          over = true
        })
        await simulation.run(() => over)
      }
      await measured(() => (seed % 2 === 0 ? pool.apply('work', [1]) : pool.map('work', [1])))
      const [worker] = pool.report().workers
      const start = worker?.startMilliseconds ?? 0
      t.true(start > 0)
      const first = pool.report().functions['work']?.wallMilliseconds ?? 0
      t.true(Math.abs(first - (took - start)) < 1, `seed ${seed}: ${first} of ${took}, start ${start}`)
      // Later calls find a worker there.
      await measured(() => pool.map('work', ['a' as never]))
      const wall = pool.report().functions['work']?.wallMilliseconds ?? 0
      t.true(Math.abs(wall - (took - start)) < 1, `seed ${seed}: ${wall} of ${took}, start ${start}`)
      t.true(wall >= 2 * WORK)
    } finally {
      simulation.leave()
    }
  }
})

test('advice follows the figures that it shows', (t) => {
  t.regex(advise('f', 10, 200, 100), /^The pool was about 2\.0 times as fast as a plain loop \(200\.0 ms of work in 100\.0 ms/)
  t.regex(advise('f', 10, 100, 100), /^A plain loop would have been about as fast \(100\.0 ms of work in 100\.0 ms.*too little ran side by side/)
  t.regex(advise('f', 10, 105, 100), /^A plain loop would have been about as fast/)
  t.regex(advise('f', 10_000, 50, 100), /^A plain loop would have been faster \(50\.0 ms of work in 100\.0 ms.*a call takes 5\.00 µs/)
  t.regex(advise('f', 0, 0, 100), /no result yet/)
  t.regex(advise('f', 1, 1, 0), /no time to compare/)
})

test('dispatch, the tail of maps, recycling, processor time and heap', async (t) => {
  const functions = { work: (x: { for: number }): number => x.for }
  const url = `data:text/javascript,${encodeURIComponent(`export const work = (x) => { const end = performance.now() + x.for; while (performance.now() < end); return x.for }`)}`
  await using pool = new BuiltPool<typeof functions>(url, { processes: 2, maxTasksPerChild: 2 })
  t.deepEqual(pool.report().functions, {})
  await pool.map('work', [{ for: 120 }, { for: 1 }, { for: 1 }, { for: 1 }], { chunkSize: 1 })
  const { functions: { work }, recycled, workers } = pool.report()
  t.true((work?.dispatchMicroseconds ?? 0) > 0)
  t.true((work?.tailMilliseconds ?? -1) >= 0)
  t.true(recycled >= 1)
  t.true(workers.some(({ heapBytes }) => (heapBytes ?? 0) > 0))
  if (process.platform === 'linux') t.true(workers.some(({ cpuMilliseconds }) => (cpuMilliseconds ?? 0) > 0))
})

test('processor time and heap of a worker that is a process', async (t) => {
  await using pool = new BuiltPool<{ work: () => number }>('data:text/javascript,export const work = () => 1', { processes: 1, kind: 'process' })
  await pool.apply('work', [])
  const [worker] = pool.report().workers
  t.true((worker?.cpuMilliseconds ?? 0) > 0 && (worker?.heapBytes ?? 0) > 0)
})

test('the tail is the time in which workers wait for the last one', (t) => {
  const recorder = new Recorder()
  const workers = [{ id: 1 }, { id: 2 }] as unknown as WorkerFigures[]
  const now = performance.now
  let clock = 0
  performance.now = () => clock
  try {
    // Answers at 10 and 12 of an earlier map, at 25, 30 and 70 of this one, at 71 of another function.
    for (const [at, worker, name] of [[10, 0, 'f'], [12, 1, 'f'], [25, 0, 'f'], [30, 1, 'f'], [70, 0, 'f'], [71, 1, 'g']] as const) {
      clock = at
      recorder.answered(workers[worker] as WorkerFigures, name, 1, 5, at - 7)
    }
    recorder.mapped('f', 15)
    const { f, g } = recorder.report(2, 0, 0, workers).functions
    t.is(f?.tailMilliseconds, 40)
    t.is(f?.dispatchMicroseconds, 2000)
    t.is(g?.tailMilliseconds, 0)
  } finally {
    performance.now = now
  }
})
