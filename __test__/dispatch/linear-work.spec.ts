/** Linear algebra of models (src/dispatch/linear-work.ts): one call may take as long as a fit, so time limits and signals are seen within it. */
import test from 'ava'
import { choose } from '../../src/backends/index.ts'
import { backend, linearAside, linearSync, operandMemory } from '../../src/dispatch/index.ts'

const [rows, columns] = [1500, 2000]

for (const name of ['auto', 'workers'] as const) {
  test.serial(`${name}: a long product ends with its time, and with its signal`, async (t) => {
    choose(name)
    try {
      const x = operandMemory(backend(), rows * columns).fill(1)
      const call = { kernel: 'gram', numbers: [columns, rows, 1, columns, 0], inputs: [x] } as const
      const out = operandMemory(backend(), rows * rows)
      t.throws(() => linearSync(backend(), call, out, 2, 1), { code: 'ERR_MANYCORE_TIMEOUT' })
      await t.throwsAsync(linearAside(backend(), call, out, 2, { timeout: 1 }, () => undefined), { code: 'ERR_MANYCORE_TIMEOUT' })
      const reason = new Error('enough')
      const controller = new AbortController()
      const promise = linearAside(backend(), call, out, 2, { signal: controller.signal }, () => controller.signal.throwIfAborted())
      controller.abort(reason)
      t.is(await t.throwsAsync(promise), reason)
    } finally {
      choose('auto')
    }
  })
}
