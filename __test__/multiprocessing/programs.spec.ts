/** Whole programs: what keeps one alive, what it prints, which flags it stands. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import test from 'ava'

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a module's text in a program of its own, beside the fixtures; killed after half a minute. */
function run(source: string, flags: readonly string[] = []): Promise<Ended> {
  const text = `import { Pool, Process, range } from 'manycore/multiprocessing'
const url = new URL('./quick.js', ${JSON.stringify(import.meta.resolve('./fixtures/'))})
const program = new URL('./process.ts', url)
${source}`
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', text], {
      cwd: fileURLToPath(new URL('./fixtures/', import.meta.url)), timeout: 30_000, killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data) => (stdout += data))
    child.stderr.on('data', (data) => (stderr += data))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

test('a forgotten pool doesn’t hold the program, a call that waits does', async (t) => {
  const { code, stdout } = await run(`
    for (const kind of ['thread', 'process']) {
      const pool = new Pool(url, { processes: 2, kind })
      pool.apply('later', [5]).then((x) => console.log(kind, x))
    }`)
  t.is(code, 0)
  t.deepEqual(stdout.trim().split('\n').toSorted(), ['process 5', 'thread 5'])
})

test('pools that are forgotten are collected with their workers, once their calls are answered', async (t) => {
  const { code, stdout, stderr } = await run(`
    const lives = new Int32Array(new SharedArrayBuffer(4))
    const answers = []
    for (let i = 0; i < 12; i++) {
      const pool = new Pool(url, { processes: 1, initializer: 'countLives', initializerArgs: [lives] })
      if (i % 3 === 0) answers.push(pool.apply('later', [i]))
      else if (i % 3 === 1) answers.push(pool.map('square', range(3)))
      else for await (const x of pool.imap('square', [i, 2])) if (x > 0) break
    }
    answers.push(Pool.inline((x) => x + 1, { processes: 1 }).map([1]))
    gc()
    console.log((await Promise.all(answers)).length)
    // The last one may still be on the stack.
    while (Atomics.load(lives, 0) > 2) {
      gc()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }`, ['--expose-gc'])
  t.deepEqual([code, stdout, stderr], [0, '9\n', ''])
})

test('results that nobody holds any more are given back: 200 of 8 MB each don’t add up', async (t) => {
  const { code, stdout } = await run(`
    const pool = new Pool(url, { processes: 2 })
    let most = 0
    for (let i = 0; i < 200; i++) {
      await pool.map('square', range(1e6))
      most = Math.max(most, process.memoryUsage().arrayBuffers)
    }
    console.log(most)`)
  t.is(code, 0)
  t.true(Number(stdout) < 800e6, stdout)
})

test('an imap left in the middle doesn’t hold the program', async (t) => {
  const { code, stdout } = await run(`
    const pool = new Pool(url, { processes: 1 })
    const results = pool.imap('square', (function* () { for (let i = 1; ; i++) yield i })())
    console.log((await results.next()).value)`)
  t.is(code, 0)
  t.is(stdout, '1\n')
})

test('a process that computes without end doesn’t outlive the program', async (t) => {
  const { stdout } = await run(`
    const child = new Process(url, 'spinForever', [], { kind: 'process', daemon: true })
    const pool = new Pool(url, { processes: 1, kind: 'process' })
    child.start()
    console.log(child.id)
    pool.apply('spinForever', []).catch(() => undefined)
    let told = 0
    setInterval(() => pool.report().workers.length > 0 && ++told > 20 && (console.log(pool.report().workers[0].id), process.exit()), 50)`)
  const ids = stdout.trim().split('\n').filter((line) => /^\d+$/.test(line))
  t.is(ids.length, 2)
  for (const id of ids) {
    const until = Date.now() + 10_000
    while (runs(Number(id)) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
    t.false(runs(Number(id)))
  }
})

function runs(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch {
    return false
  }
}

test('a daemon ends with the program, another keeps it alive', async (t) => {
  for (const kind of ['thread', 'process']) {
    const daemon = await run(`new Process(url, 'stayAlive', [], { kind: '${kind}', daemon: true }).start()`)
    t.is(daemon.code, 0)
    const own = await run(`
      const child = new Process(program, 'printMany', [3], { kind: '${kind}' })
      child.start()`)
    t.is(own.code, 0)
    t.is(own.stdout, 'line 0\nline 1\nline 2\n')
  }
})

test('output before process.exit arrives whole, and before the end is told', async (t) => {
  for (const kind of ['thread', 'process']) {
    const { code, stdout, stderr } = await run(`
      for (const [name, argument] of [['printMany', 20000], ['fail', 'x'.repeat(1e6)]]) {
        const child = new Process(program, name, [argument], { kind: '${kind}' })
        child.start()
        await child.join()
        console.log('exit code', child.exitCode)
      }`)
    t.is(code, 0)
    const lines = stdout.trim().split('\n')
    t.deepEqual([lines.length, lines[19999], ...lines.slice(20000)], [20002, 'line 19999', 'exit code 0', 'exit code 1'], kind)
    t.true(stderr.includes('x'.repeat(1e6)))
  }
})

test('an error’s stack and causes are printed to stderr, and nothing else happens', async (t) => {
  const { code, stderr } = await run(`
    const child = new Process(program, 'fail', ['on purpose'], { name: 'the culprit' })
    child.start()
    await child.join()
    process.exitCode = child.exitCode + 10`)
  t.is(code, 11)
  t.regex(stderr, /^the culprit failed: RangeError: on purpose\n\s+at fail .*process\.ts/)
  t.regex(stderr, /caused by: Error: the reason/)
})

test('without code from strings', async (t) => {
  const { code, stdout, stderr } = await run(
    `const pool = new Pool(url, { processes: 2 })
     console.log((await pool.map('square', range(5))).join(), (await pool.map('square', [3, 4])).join())`,
    ['--disallow-code-generation-from-strings'],
  )
  t.is(code, 0, stderr)
  t.is(stdout, '0,1,4,9,16 9,16\n')
})

test('a pool started while its own module is imported is refused, and says how to guard', async (t) => {
  const { stdout } = await run(`
    const again = 'data:text/javascript,' + encodeURIComponent(\`
      import { Pool } from \${JSON.stringify(import.meta.resolve('manycore/multiprocessing'))}
      await new Pool('data:text/javascript,export const f = () => 1').apply('f', [])
      export const f = () => 1\`)
    await new Pool(again, { processes: 1 }).apply('f', []).catch((error) => console.log(error.code, error.message))`)
  t.regex(stdout, /^ERR_MANYCORE_TYPE .*isMainThread/)
})

test('a promise of the toolkit holds the program until it is kept; idle objects don’t', async (t) => {
  const { code, stdout, stderr } = await run(`
    import { Event, Lock, Pipe, Queue } from 'manycore/multiprocessing'
    const worker = new URL('./sync.ts', url)
    const event = new Event()
    const [here, there] = Pipe()
    const queue = new Queue()
    new Lock()
    const child = new Process(worker, 'echo', [[event, queue]], { daemon: true })
    child.start()
    const messages = new Process(new URL('./messages.ts', url), 'upper', [there, 'async'], { kind: 'process', daemon: true })
    messages.start()
    here.send('said')
    console.log(await here.receive())
    setTimeout(() => event.set(), 200).unref()
    console.log('event', await event.wait())
    setTimeout(() => queue.putNowait('item'), 200).unref()
    console.log('queue', await queue.get())`)
  t.is(code, 0, stderr)
  t.is(stdout, 'SAID\nevent true\nqueue item\n')
})

test('the first worker of a program shares the table of threads: its exit code is known while the program is blocked', async (t) => {
  const { code, stdout } = await run(`
    const child = new Process(program, 'nothing')
    child.start()
    child.joinSync()
    console.log(child.exitCode)`)
  t.is(code, 0)
  t.is(stdout, '0\n')
})

test('queues that went to workers, and arguments of calls, are collected once nobody holds them, while the pool lives on', async (t) => {
  const { code, stdout, stderr } = await run(`
    const { Queue } = await import('manycore/multiprocessing')
    for (const kind of ['thread', 'process']) {
      const pool = new Pool(url, { processes: 1, kind })
      const refs = []
      for (let i = 0; i < 20; i++) {
        const queue = new Queue()
        const item = { i }
        refs.push(new WeakRef(queue), new WeakRef(item))
        await pool.apply('putOne', [queue, new Int32Array(kind === 'thread' ? new SharedArrayBuffer(4) : 4)])
        await queue.get()
        await pool.apply('ignore', [item])
      }
      await pool.apply('putOne', [new Queue(), 1])
      let left = refs.length
      for (let round = 0; round < 200 && left > 2; round++) {
        await pool.apply('collect', [])
        await new Promise((resolve) => setTimeout(resolve, 5))
        gc()
        left = refs.filter((ref) => ref.deref() !== undefined).length
      }
      console.log(kind, left <= 2)
    }`, ['--expose-gc'])
  t.is(code, 0, stderr)
  t.is(stdout, 'thread true\nprocess true\n')
})

test('one signal for a hundred calls and waits is no reason for a warning', async (t) => {
  const { code, stdout, stderr } = await run(`
    const { Queue } = await import('manycore/multiprocessing')
    const pool = new Pool(url, { processes: 2 })
    const { signal } = new AbortController()
    await Promise.all(Array.from({ length: 100 }, (_, i) => pool.apply('square', [i], { signal })))
    await Promise.all(Array.from({ length: 100 }, () => pool.map('square', [1], { signal })))
    const queue = new Queue()
    const gets = Array.from({ length: 100 }, () => queue.get({ signal }))
    for (let i = 0; i < 100; i++) await queue.put(i)
    await Promise.all(gets)
    console.log('done')`)
  t.is(code, 0, stderr)
  t.is(stdout, 'done\n')
  t.is(stderr, '')
})

test('shared memory that goes to workers is given back: 200 arguments of 8 MB each don’t add up', async (t) => {
  const { code, stdout } = await run(`
    const { SharedArray } = await import('manycore/multiprocessing')
    const pool = new Pool(url, { processes: 2 })
    let most = 0
    for (let i = 0; i < 200; i++) {
      const shared = i % 2 === 0 ? new SharedArray('d', 1e6) : new Float64Array(new SharedArrayBuffer(8e6))
      await pool.apply('ignore', [i % 3 === 0 ? { shared } : shared])
      await pool.map('ignore', [shared, 1])
      most = Math.max(most, process.memoryUsage().arrayBuffers)
    }
    console.log(most)`)
  t.is(code, 0)
  t.true(Number(stdout) < 800e6, stdout)
})
