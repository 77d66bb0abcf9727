/** What a pool's report counts, in simulated time, and what it makes of it. */
import test from 'ava'
import { Pool } from '../../src/multiprocessing/pool/pool.ts'
import { advise } from '../../src/multiprocessing/pool/report.ts'
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
