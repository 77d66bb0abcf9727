/** The planner is a pure function: these are its decisions, independent of the machine. */
import test from 'ava'
import { kernelCosts, parallelBytes } from '../../src/dispatch/cost.ts'
import { plan, type Situation } from '../../src/dispatch/plan.ts'

const base: Situation = { kernel: 'sum', elements: 1e6, elementBytes: 8, backend: 'native', threads: 4, form: 'sync', memory: 'plain' }

const rows: readonly [what: string, change: Partial<Situation>, route: string, threads: number][] = [
  ['a handful', { elements: 8 }, 'inline', 1],
  ['the last that TypeScript wins', { elements: kernelCosts.sum.inlineLimit }, 'inline', 1],
  ['the first that native wins', { elements: kernelCosts.sum.inlineLimit + 1 }, 'serial', 1],
  ['just too short for a second thread', { elements: parallelBytes / 8 - 1 }, 'serial', 1],
  ['long enough for all', { elements: parallelBytes / 8 }, 'parallel', 4],
  ['bytes count, not elements', { elements: parallelBytes / 8, elementBytes: 4 }, 'serial', 1],
  ['one thread is asked for', { threads: 1 }, 'serial', 1],
  ['promise, short: at once', { elements: 100, form: 'promise' }, 'inline', 1],
  ['promise, long, plain: in slices', { elements: 1e8, form: 'promise' }, 'slices', 4],
  ['promise, long, stable: off the thread', { elements: 1e8, form: 'promise', memory: 'stable' }, 'off-thread', 4],
  ['promise, long, stable, one thread: still off this one', { elements: 1e8, form: 'promise', memory: 'stable', threads: 1 }, 'off-thread', 1],
  ['workers, short', { backend: 'workers', elements: 1000, memory: 'stable' }, 'inline', 1],
  ['workers, long and shared', { backend: 'workers', elements: 1e7, memory: 'stable' }, 'parallel', 4],
  ['workers can not see a plain buffer', { backend: 'workers', elements: 1e7 }, 'inline', 1],
  ['workers, promise, plain', { backend: 'workers', elements: 1e7, form: 'promise' }, 'slices', 1],
  ['workers, promise, shared', { backend: 'workers', elements: 1e7, form: 'promise', memory: 'stable' }, 'off-thread', 4],
  ['workers, promise, shared, one thread', { backend: 'workers', elements: 1e7, form: 'promise', memory: 'stable', threads: 1 }, 'slices', 1],
]

for (const [what, change, route, threads] of rows) {
  test(what, (t) => {
    const planned = plan({ ...base, ...change })
    t.is(planned.route, route as never)
    t.is(planned.threads, threads)
    t.true(planned.microseconds > 0 && planned.reason.length > 10)
  })
}

test('a plan depends on nothing but the situation', (t) => {
  t.deepEqual(plan(base), plan({ ...base }))
})

test('predicted times grow with the input', (t) => {
  for (const backend of ['native', 'workers'] as const) {
    let before = 0
    for (let elements = 1; elements < 1e9; elements *= 7) {
      const { microseconds } = plan({ ...base, backend, elements, threads: 1 })
      t.true(microseconds >= before)
      before = microseconds
    }
  }
})
