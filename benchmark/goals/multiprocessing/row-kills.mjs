import { randomIndex } from '../../../dist/bench/index.js'
import { randomKills } from '../../kills/run.mjs'
import { within } from '../alternate.mjs'
import { OURS, pools, rivals } from './pools.mjs'
import { ask, stopPython } from './python.mjs'
import { scales } from './sizes.mjs'

/** A task that has said nothing for so long hangs. */
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
    const { hangs, wrong, stops, whole } = await randomKills({ kills: count, seed })
    if (wrong.length > 0) throw new Error(wrong[0])
    const of = (kind) => Object.entries(whole).filter(([way]) => way.startsWith(kind)).flatMap(([, seconds]) => seconds)
    const contestants = [
      { name: `${OURS}, hangs`, samples: [hangs.length], note: `in ${count} kills; this figure is a count` },
      { name: `${OURS}, until whole again, threads`, samples: of('thread') },
      { name: `${OURS}, until whole again, processes`, samples: of('process') },
      { name: `${OURS}, longest until whole again`, samples: [Math.max(...Object.values(whole).flat())] },
    ]
    const next = randomIndex(seed)
    for (const name of rivals) contestants.push(await killPeer(name, scale === 'tiny' ? 0 : PEER_KILLS, next))
    contestants.push(await killPython(scale === 'tiny' ? 0 : PEER_KILLS))
    stopPython()
    const note = `npm run bench:kills, by seed ${seed}: a worker exits or runs out of memory in a random item, or is terminated or killed by SIGKILL at a random time; ${stops} times until whole again were left out, since the machine didn't run the process meanwhile; peers: ${PEER_KILLS} kills each, ${PEER_PATIENCE} ms of patience`
    return { contestants, notes: [note] }
  },
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
