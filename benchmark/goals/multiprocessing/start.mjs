// One pool of two, started in a process of its own: node start.mjs NAME prints the milliseconds until both workers have answered.
import { bareWorker, pools } from './pools.mjs'

const [, , name] = process.argv
const meeting = () => ({ words: new Int32Array(new SharedArrayBuffer(4)), count: 2 })

if (name === 'two bare workers') {
  const start = performance.now()
  const value = meeting()
  await Promise.all([bareWorker('bare-tasks.mjs'), bareWorker('bare-tasks.mjs')].map(({ ask }) => ask({ name: 'meet', value })))
  print(performance.now() - start)
} else if (name === 'two workers that load nothing') {
  const start = performance.now()
  await Promise.all([bareWorker(), bareWorker()].map(({ ask }) => ask(1)))
  print(performance.now() - start)
} else if (name === 'manycore, constructor alone') {
  const start = performance.now()
  pools.manycore()
  print(performance.now() - start)
} else {
  // Their modules are loaded beforehand; ours and Node's are, too.
  await import({ Piscina: 'piscina', tinypool: 'tinypool', poolifier: 'poolifier', workerpool: 'workerpool' }[name] ?? 'node:worker_threads')
  const start = performance.now()
  const pool = await pools[name]()
  const value = meeting()
  await Promise.all([pool.run('meet', value), pool.run('meet', value)])
  print(performance.now() - start)
}

function print(milliseconds) {
  process.stdout.write(`${milliseconds}\n`, () => process.exit(0))
}
