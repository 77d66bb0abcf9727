/** Arguments of every kind, to everything that the package exports: what is refused is refused with a code of ours, promise forms reject, and the process goes on. */
import test from 'ava'
import { run, runtimes } from '../support/runtimes.ts'

const file = new URL('wild.mjs', import.meta.url)
const calls = 8000

for (const backend of ['native', 'workers']) {
  for (const seed of [1, 2]) {
    test.serial(`seed ${seed}, ${backend}`, async (t) => {
      t.timeout(180_000)
      const ended = await run(runtimes[0]!, file, [String(seed), String(calls)], { MANYCORE_BACKEND: backend })
      t.is(ended.signal, null, ended.stderr)
      t.is(ended.code, 0, ended.stderr)
      t.true(Number(ended.stdout) > calls / 2, 'most such calls are refused')
    })
  }
}
