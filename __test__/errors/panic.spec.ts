/** A panic in the native core is an error at the caller, and the next call works. */
import test from 'ava'
import { info, sum, sumSync } from 'manycore'
import { panic } from 'manycore/testing'

const native = info().tried.some(({ error }) => error === undefined)
const x = new Float64Array(new SharedArrayBuffer(8 * 3_000_000)).fill(1)

for (const where of ['call', 'job', 'async'] as const) {
  test.serial(`in ${where}`, async (t) => {
    if (!native) return t.pass('there is no native core here that could panic')
    for (let i = 0; i < 3; i++) {
      const error = await t.throwsAsync(async () => panic({ where }))
      t.is((error as Error & { code?: string }).code, 'ERR_MANYCORE_INTERNAL')
      t.regex(error!.message, /panicked: asked for by a test/)
      t.is(sumSync(x), 3_000_000)
      t.is(await sum(x), 3_000_000)
    }
  })
}
