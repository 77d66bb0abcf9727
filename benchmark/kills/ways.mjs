// The ways in which a worker dies, and the pools for them.
import { Worker } from 'node:worker_threads'
import { Pool } from '../../dist/multiprocessing/index.js'

const tasks = new URL('tasks.mjs', import.meta.url)
const WORKERS = 2
/** So often that no task ever runs out of retries. */
const RETRIES = 1000
/** Milliseconds within which a kill from outside comes: while workers start, or during the call. */
const LATEST = 60

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
/** What works while it is killed. */
const victims = ['busy', 'slow', 'square']

/** Deaths by an item that is told to: the call must reject. */
const inside = (name, task, options = {}) => ({
  name, kind: options.kind ?? 'thread', certain: true, retries: false, task: () => task,
  open: () => ({ pool: new Pool(tasks, { processes: WORKERS, ...options }), kill: () => {} }),
})

/** Deaths at any time: the call rejects or has been lucky, and with retries it is always right. */
const outside = (name, kind, retries, open) => ({ name, kind, certain: false, retries, task: (next) => victims[next(victims.length)], open })

/** A pool whose threads the script starts itself, and can terminate. */
function terminable(retries) {
  const alive = []
  const worker = () => {
    const started = new Worker(new URL('worker.mjs', import.meta.url))
    alive.push(started)
    started.on('exit', () => alive.splice(alive.indexOf(started), 1))
    return started
  }
  const pool = new Pool(tasks, { processes: WORKERS, worker, retries })
  return { pool, kill: async (next) => {
    await pause(next(LATEST))
    if (alive.length > 0) void alive[next(alive.length)].terminate()
  } }
}

/** A pool of processes, killed by SIGKILL. */
function killable(retries) {
  const pool = new Pool(tasks, { processes: WORKERS, kind: 'process', retries })
  return { pool, kill: async (next) => {
    await pause(next(LATEST))
    const alive = pool.report().workers.filter(({ exitCode, id }) => exitCode === null && id > 0)
    if (alive.length === 0) return
    try {
      process.kill(alive[next(alive.length)].id, 'SIGKILL')
    } catch {
      // It has ended since.
    }
  } }
}

/** Bun and Deno take limits of a worker's memory, and keep none. */
const limitsHold = process.versions.bun === undefined && process.versions.deno === undefined

export const ways = [
  inside('thread, exits', 'exits'),
  ...(limitsHold ? [inside('thread, out of memory', 'fills', { resourceLimits: { maxOldGenerationSizeMb: 24 } })] : []),
  inside('process, exits', 'exits', { kind: 'process' }),
  outside('thread, terminated', 'thread', false, () => terminable(0)),
  outside('thread, terminated, retries', 'thread', true, () => terminable(RETRIES)),
  outside('process, SIGKILL', 'process', false, () => killable(0)),
  outside('process, SIGKILL, retries', 'process', true, () => killable(RETRIES)),
]

/** Resolves when all workers of the pool have answered at once. */
export async function allThere({ pool, kind }) {
  if (kind === 'thread') {
    const words = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    await Promise.all(Array.from({ length: WORKERS }, () => pool.apply('meet', [{ words, count: WORKERS }])))
    return
  }
  for (let there = new Set(); there.size < WORKERS;) there = new Set(await Promise.all(Array.from({ length: 2 * WORKERS }, () => pool.apply('pid'))))
}
