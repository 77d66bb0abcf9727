/** The TypeScript kernels of order look at the clock and at an abort between pieces: counted, not timed. */
import test from 'ava'
import * as manycore from 'manycore'
import { setBackend } from 'manycore'
import { Job } from '../../src/backends/workers/job.ts'
import { computeOrder, type OrderCall } from '../../src/kernels/ordering/call.ts'
import { LOOK } from '../../src/kernels/ordering/look.ts'
import { widthOfOrder } from '../../src/kernels/ordering/worker-task.ts'
import { difference, numbers, typeNames, types, type TypeName } from './support.ts'

const n = 20 * LOOK + 11

/** A call of each kernel over n numbers, with arrays to write to. */
function calls(type: TypeName): Record<string, () => OrderCall> {
  const x = numbers(type, n, type.startsWith('float') ? 'special' : 'wide', 3)
  const fresh = (length: number): typeof x => new types[type](length)
  const call = (kernel: OrderCall['kernel'], outputs: () => OrderCall['outputs'], more: OrderCall['more'] = [], parameters: readonly number[] = []) => () => ({ kernel, type, x, numbers: parameters, more, outputs: outputs() })
  return {
    sort: call('sort', () => [fresh(n)]),
    argSort: call('argSort', () => [new Uint32Array(n)]),
    select: call('select', () => [new Float64Array(3)], [Float64Array.of(5, n >> 1, n - 1)]),
    histogram: call('histogram', () => [new Float64Array(50), new Float64Array(51)], [new Float64Array(0)], [1, 0, 100]),
    cumulativeSum: call('cumulativeSum', () => [fresh(n)]),
    'topK, few': call('topK', () => [fresh(5), new Uint32Array(5)]),
    'topK, many': call('topK', () => [fresh(n >> 1), new Uint32Array(n >> 1)]),
  }
}

for (const type of typeNames) {
  test(`looks don't change what comes out, and come with every piece, ${type}`, (t) => {
    for (const [name, make] of Object.entries(calls(type))) {
      const [plain, watched] = [make(), make()]
      let looks = 0
      t.is(computeOrder(watched, () => void looks++), computeOrder(plain), name)
      for (const [index, output] of plain.outputs.entries()) t.is(difference(watched.outputs[index]! as Float64Array, output as Float64Array), undefined, name)
      // A running sum of integers ends where it leaves its type.
      if (name !== 'cumulativeSum' || type.startsWith('float')) t.true(looks >= n / LOOK, `${name}: ${looks}`)
    }
  })
}

test('a look that throws ends the kernel there', (t) => {
  for (const type of ['float64', 'int16', 'biguint64'] as const) {
    for (const [name, make] of Object.entries(calls(type))) {
      if (name === 'cumulativeSum' && type !== 'float64') continue
      let looks = 0
      const stop = (): void => {
        if (++looks === 3) throw new Error('stop')
      }
      t.throws(() => computeOrder(make(), stop), { message: 'stop' }, name)
      t.is(looks, 3, name)
    }
  }
})

test.serial('a time limit that is over at the first look ends Sync forms on the workers backend', (t) => {
  const x = numbers('float64', n, 'wide') as Float64Array
  const functions = manycore as unknown as Record<string, (...parameters: unknown[]) => unknown>
  const options = { timeout: Number.MIN_VALUE }
  setBackend('workers')
  for (const [name, ...rest] of [['sort'], ['argSort'], ['cumulativeSum'], ['median'], ['histogram'], ['quantile', 0.3], ['topK', 100_000]] as const) {
    t.throws(() => functions[`${name}Sync`]!(x, ...rest, options), { code: 'ERR_MANYCORE_TIMEOUT' }, name)
    t.notThrows(() => functions[`${name}Sync`]!(x, ...rest, { timeout: 600_000 }), name)
  }
  setBackend('auto')
})

test('a worker drops what has been given up at its next look', (t) => {
  const { x, ...rest } = calls('float64')['sort']!()
  const message = { ...rest, x, outputs: [{ type: 'float64', length: n } as const] }
  const width = widthOfOrder(message)
  const make = (): Job => new Job({ id: 1, task: 'order', args: [message], first: 0, chunks: 1, width, memory: new SharedArrayBuffer(Job.bytes(width, 1)), answer: false })
  const given = make()
  given.cancel()
  given.compute(0)
  t.false(given.complete)
  const whole = make()
  whole.compute(0)
  t.true(whole.complete)
})
