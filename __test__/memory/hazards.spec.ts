/** Promise 4: whatever JavaScript does to memory while a call reads it, there is a right answer or a clear error, on every runtime. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { run, runtimes } from '../support/runtimes.ts'

const file = new URL('hazards.mjs', import.meta.url)
const hazards = JSON.parse(execFileSync(process.execPath, [fileURLToPath(file), '--list'], { encoding: 'utf8' })) as string[]

for (const runtime of runtimes) {
  for (const hazard of hazards) {
    test.serial(`${runtime.name}: ${hazard}`, async (t) => {
      t.timeout(180_000)
      const ended = await run(runtime, file, [hazard])
      t.is(ended.signal, null, ended.stderr)
      t.is(ended.code, 0, ended.stderr)
    })
  }
}

test('the workers backend survives the same', async (t) => {
  t.timeout(180_000)
  for (const hazard of hazards.filter((name) => !name.startsWith('terminate'))) {
    const ended = await run(runtimes[0]!, file, [hazard], { MANYCORE_BACKEND: 'workers' })
    t.is(ended.signal, null, `${hazard}: ${ended.stderr}`)
    t.is(ended.code, 0, `${hazard}: ${ended.stderr}`)
  }
})
