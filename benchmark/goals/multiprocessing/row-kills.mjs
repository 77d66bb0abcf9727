import { randomIndex } from '../../../dist/bench/index.js'
import { Pool } from '../../../dist/multiprocessing/index.js'
import { same, within } from '../alternate.mjs'
import { OURS, pools, rivals } from './pools.mjs'
import { ask, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'

const tasks = new URL('tasks.mjs', import.meta.url)
/** A map that has said nothing for so long hangs; so does a peer's. */
const PATIENCE = 10_000
const PEER_PATIENCE = 2000
/** Each hang of a peer takes its patience. */
const PEER_KILLS = 2

/** Random kills during maps: how many hang, and how long until the pool is whole again. Hangs and times are contestants of their own. */
export const row = {
  id: 'kills',
  work: 'random kills during maps',
  unit: 'seconds',
  claims: [
    { of: `${OURS}, hangs`, goal: '0 hangs', atMost: 0, unit: 'count' },
    { of: `${OURS}, longest until whole again`, goal: 'within 1 s', atMost: 1 },
  ],
  limit: 3_600_000,
  once: true,
  async measure({ scale, seed, kills }) {
    const count = scale === 'tiny' ? scales.tiny.kills : Number(kills ?? scales[scale].kills)
    const next = randomIndex(seed)
    const threads = await killOurs('thread', Math.ceil(count * 0.75), next)
    const processes = await killOurs('process', Math.floor(count * 0.25), next)
    const whole = [...threads.whole, ...processes.whole]
    const contestants = [
      { name: `${OURS}, hangs`, samples: [threads.hangs + processes.hangs], note: `in ${count} kills; this figure is a count` },
      { name: `${OURS}, until whole again, threads`, samples: threads.whole },
      { name: `${OURS}, until whole again, processes`, samples: processes.whole },
      { name: `${OURS}, longest until whole again`, samples: [Math.max(...whole)] },
    ]
    for (const name of rivals) contestants.push(await killPeer(name, scale === 'tiny' ? 0 : PEER_KILLS, next))
    contestants.push(await killPython(scale === 'tiny' ? 0 : PEER_KILLS))
    stopPython()
    return { contestants, notes: [`a worker of a thread pool ends itself in a random task (number lane and value lane in turns), one of a process pool is killed by SIGKILL at a random time; peers: ${PEER_KILLS} kills each, ${PEER_PATIENCE} ms of patience`] }
  },
}

async function killOurs(kind, count, next) {
  const make = () => new Pool(tasks, { processes: 2, kind })
  let pool = make()
  let hangs = 0
  const whole = []
  for (let k = 0; k < count; k++) {
    try {
      const victims = kind === 'process' ? await within(PATIENCE, pool.map('busy', [5, 5.1, 5.2, 5.3], { chunkSize: 1 }), 'pids') : []
      const items = Array.from({ length: 200 }, (_, i) => i)
      let call
      if (kind === 'thread') {
        items[next(items.length)] = -1
        // Anything but numbers goes by messages.
        call = pool.map('mayDie', k % 2 === 0 ? items : [...items, null])
      } else {
        call = pool.map('busy', new Array(20).fill(4), { chunkSize: 1 })
        setTimeout(() => kill(victims[next(victims.length)]), next(30))
      }
      const outcome = await within(PATIENCE, call.then(() => undefined, (error) => error), 'the map')
      const start = performance.now()
      if (kind === 'thread') same(outcome?.code, 'ERR_MANYCORE_WORKER_DIED', 'error of the map')
      const words = new Int32Array(new SharedArrayBuffer(4))
      const both = kind === 'thread' ? Promise.all([0, 1].map(() => pool.apply('meet', [{ words, count: 2 }]))) : pool.map('busy', [5, 5, 5, 5], { chunkSize: 1 })
      await within(PATIENCE, kind === 'process' ? both.catch(() => pool.map('busy', [5, 5, 5, 5], { chunkSize: 1 })) : both, 'whole again')
      same((await within(PATIENCE, pool.map('square', items.map((_, i) => i)), 'the next map')).at(-1), 199 ** 2, 'square')
      whole.push((performance.now() - start) / 1000)
    } catch (error) {
      if (!/nothing after/.test(error.message)) throw error
      hangs++
      void pool.terminate()
      pool = make()
    }
  }
  await pool.terminate()
  return { hangs, whole }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has been replaced since.
  }
}

/** Tasks of which one ends its worker: hangs when one of them never settles. */
async function killPeer(name, count, next) {
  let hangs = 0
  // What a pool throws into the blue must not end the measuring.
  const blue = () => {}
  process.on('uncaughtException', blue)
  process.on('unhandledRejection', blue)
  try {
    for (let k = 0; k < count; k++) {
      const pool = await pools[name]()
      await pool.run('square', 2)
      const items = Array.from({ length: 50 }, (_, i) => i)
      items[next(items.length)] = -1
      try {
        await within(PEER_PATIENCE, Promise.allSettled(items.map((item) => pool.run('mayDie', item))), name)
        await within(PEER_PATIENCE, Promise.all([pool.run('square', 2), pool.run('square', 3)]), name)
      } catch {
        hangs++
      }
      void Promise.resolve(pool.end()).catch(blue)
    }
    return { name: `${name}, hangs`, samples: [], note: `${hangs} of ${count} hang (a task never settles, or the next ones don't)` }
  } finally {
    process.off('uncaughtException', blue)
    process.off('unhandledRejection', blue)
  }
}

async function killPython(count) {
  let hangs = 0
  try {
    for (let k = 0; k < count; k++) hangs += (await ask({ op: 'kill', limit: PEER_PATIENCE / 1000 })).measured
    return { name: 'CPython, hangs', samples: [], note: `${hangs} of ${count} hang` }
  } catch (error) {
    return { name: 'CPython, hangs', samples: [], error: error.message }
  }
}
