/** Promise 6: pools never keep a process alive, idle threads sleep, environments come and go. */
import test from 'ava'
import { run, runtimes } from '../support/runtimes.ts'

const file = new URL('exit.mjs', import.meta.url)

for (const backend of ['native', 'workers']) {
  for (const runtime of runtimes) {
    for (const mode of ['returns', 'pending', 'workers', 'onlyWorkers']) {
      test.serial(`${backend} on ${runtime.name}: ${mode}`, async (t) => {
        const ended = await run(runtime, file, [mode], { MANYCORE_BACKEND: backend === 'native' ? 'auto' : backend }, 60_000)
        t.is(ended.signal, null, ended.stderr)
        t.is(ended.code, 0, ended.stderr)
      })
    }
  }
  test.serial(`${backend}: idle threads use no processor`, async (t) => {
    const ended = await run(runtimes[0]!, file, ['idle'], { MANYCORE_BACKEND: backend === 'native' ? 'auto' : backend }, 60_000)
    t.is(ended.code, 0, ended.stderr)
    // A spinning thread would use 500 000; the event loop's own timers and collections use a few thousand.
    t.true(Number(ended.stdout) < 100_000, `${ended.stdout.trim()} µs in half a second`)
  })
}
