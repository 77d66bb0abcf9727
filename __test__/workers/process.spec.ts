/** The backend in programs of its own: they end by themselves, rest when idle, and do without threads where none are allowed. */
import { spawnSync } from 'node:child_process'
import test from 'ava'
import { makeBackend, builtBackend } from './backend.ts'

/** Runs a program; `backend` and a shared `x` of 600 000 ones are there. */
function run(body: string, flags: string[] = []): { status: number | null; signal: string | null; stdout: string; stderr: string } {
  const source = `
    import { WorkersBackend } from ${JSON.stringify(builtBackend)}
    const backend = new WorkersBackend()
    const x = new Float64Array(new SharedArrayBuffer(8 * 600_000)).fill(1)
    ${body}`
  // The limit only turns a hang into a failure.
  return spawnSync(process.execPath, [...flags, '--input-type=module', '--eval', source], { encoding: 'utf8', timeout: 60_000 })
}

test('a program ends by itself with idle workers', (t) => {
  const { status, stdout, stderr } = run(`
    console.log(backend.reduceSync('sum', x, undefined, 4, 0), await backend.reduce('sum', x, undefined, 4, 0), backend.pool.size)`)
  t.is(stderr, '')
  t.is(stdout, '600000 600000 4\n')
  t.is(status, 0)
})

test('a pending promise form keeps the program alive', (t) => {
  const { status, stdout } = run(`void backend.reduce('sum', x, undefined, 2, 0).then(console.log)`)
  t.is(stdout, '600000\n')
  t.is(status, 0)
})

test('so does one whose workers die', (t) => {
  const { status, stdout } = run(`
    await backend.reduce('sum', x, undefined, 2, 0)
    backend.pool.sabotage()
    void backend.reduce('sum', x, undefined, 2, 0).then(console.log)`)
  t.is(stdout, '600000\n')
  t.is(status, 0)
})

test('idle workers use no processor', (t) => {
  const { stdout } = run(`
    await backend.reduce('sum', x, undefined, 4, 0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const before = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, 500))
    const { user, system } = process.cpuUsage(before)
    console.log(user + system)`)
  // Microseconds out of 500 000 times four: a single spinning thread would use more than all of this.
  t.true(stdout !== '' && Number(stdout) < 250_000, stdout)
})

test('a worker of the program ends by itself while its own workers are only starting', (t) => {
  const inner = `
    import(${JSON.stringify(builtBackend)}).then(({ WorkersBackend }) => {
      const x = new Float64Array(new SharedArrayBuffer(8 * 600_000)).fill(1)
      console.log(new WorkersBackend().reduceSync('sum', x, undefined, 7, 0))
    })`
  const { status, stdout } = run(`
    const { Worker } = await import('node:worker_threads')
    new Worker(${JSON.stringify(inner)}, { eval: true }).on('exit', (code) => console.log('ended', code))`)
  t.is(stdout, '600000\nended 0\n')
  t.is(status, 0)
})

test('process.exit while workers compute', (t) => {
  const { status, signal } = run(`void backend.reduce('variance', x, undefined, 4, 0); setTimeout(() => process.exit(3), 40)
    for (let k = 0; k < 1000; k++) void backend.reduce('variance', x, undefined, 4, 0)`)
  t.is(signal, null)
  t.is(status, 3)
})

test('where no worker may be started, the calling thread does the work', (t) => {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'
  const { status, stdout } = run(`console.log(backend.reduceSync('sum', x, undefined, 4, 0), await backend.reduce('sum', x, undefined, 4, 0), backend.pool.size)`, [flag, '--allow-fs-read=*'])
  t.is(stdout, '600000 600000 0\n')
  t.is(status, 0)
})

test('threads: all on the main thread, one inside a worker unless a number was set', (t) => {
  const { stdout } = run('console.log(backend.defaultThreads === backend.maxThreads, backend.maxThreads >= 1)')
  t.is(stdout, 'true true\n')
  // ava runs this file in a worker.
  const inside = makeBackend()
  t.is(inside.defaultThreads, 1)
  inside.setThreads(5)
  t.is(inside.defaultThreads, 5)
  t.is(inside.maxThreads, 5)
})
