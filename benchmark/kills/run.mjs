// Random kills of workers at work and as they start, and what came of each.
import { randomIndex } from '../../dist/bench/index.js'
import { within } from '../goals/alternate.mjs'
import { calls } from './calls.mjs'
import { allThere, ways } from './ways.mjs'

/** What has said nothing for so many milliseconds hangs. */
const PATIENCE = 10_000
const ITEMS = 200
/** A pool is given up and made anew once in so many kills, so that kills meet pools that start. */
const FRESH = 6
/** A process whose event loop stood still for so many milliseconds wasn't run by the machine; times don't count then. */
const STOPPED = 900
const TICK = 100
/** A kill from outside may come so late that it meets the calls that show the pool whole. */
const LATE_KILLS = 4

/**
 * Kills `kills` times. Each combination of a way to die and a way to call comes once before any comes again, in random order by `seed`. `only` picks ways to die by a part of
 * their name.
 *
 * Gives `hangs` and `wrong` (what, for each: the seed and number of the kill repeat it, but for the machine's own timing), `died` and `survived` (calls that rejected with
 * WORKER_DIED, and that gave the right results), and `whole`: for each way to die the seconds until all workers answered again and a further call was right.
 */
export async function randomKills({ kills, seed = 1, only = '', say = () => {} }) {
  const next = randomIndex(seed)
  const chosen = ways.filter(({ name }) => name.includes(only))
  const pairs = chosen.flatMap((way) => Object.keys(calls).filter((call) => possible(way, call)).map((call) => ({ way, call })))
  const result = { kills, seed, hangs: [], wrong: [], died: 0, survived: 0, stops: 0, whole: Object.fromEntries(chosen.map(({ name }) => [name, []])) }
  if (pairs.length === 0) throw new Error(`no way to die is called ${only}`)
  const pools = new Map()
  const stillness = watchStillness()
  let waiting = []
  for (let k = 0; k < kills; k++) {
    if (waiting.length === 0) waiting = [...pairs]
    const [{ way, call }] = waiting.splice(next(waiting.length), 1)
    // Numbers of this kill alone, so that those of the next don't depend on how this one went.
    const own = randomIndex(seed * 1_000_003 + k)
    if (!pools.has(way)) pools.set(way, way.open())
    const opened = pools.get(way)
    const what = `kill ${k} of seed ${seed}: ${way.name}, ${call}`
    const stops = stillness.stops
    try {
      const outcome = await killDuring(way, opened, call, own, what)
      if (outcome === undefined) result.survived++
      else result.died++
      const seconds = await untilWhole(way, opened, own, what)
      if (stillness.stops === stops) result.whole[way.name].push(seconds)
      else result.stops++
      if (own(FRESH) === 0) {
        pools.delete(way)
        await within(PATIENCE, opened.pool.terminate(), `${what}: terminate`)
      }
    } catch (error) {
      const hung = /: nothing after /.test(error?.message)
      result[hung ? 'hangs' : 'wrong'].push(hung ? error.message : `${what}: ${error?.stack ?? error}`)
      say(`${hung ? 'hang' : 'wrong'}: ${error?.message ?? error}, ${what}`)
      pools.delete(way)
      void opened.pool.terminate()
    }
    if ((k + 1) % 500 === 0) say(`${k + 1} kills, ${result.hangs.length} hangs, ${result.wrong.length} wrong`)
  }
  stillness.end()
  for (const { pool } of pools.values()) await within(PATIENCE, pool.terminate(), 'terminate').catch((error) => result.hangs.push(error.message))
  return result
}

/** Whether an item can tell its worker to die in this call. */
function possible({ certain }, call) {
  return !certain || call !== 'mapBatches, range'
}

/** One call and one kill. Gives undefined when the call gave the right results, its error when it rejected as it should. */
async function killDuring(way, { pool, kill }, call, next, what) {
  const items = Array.from({ length: ITEMS }, (_, i) => i)
  if (way.certain) items[next(ITEMS)] = -1
  const task = way.task(next)
  const killed = kill(next)
  const outcome = await within(PATIENCE, calls[call](pool, task, items, next).then(() => undefined, (error) => error), `${what}, ${task}`)
  await killed
  if (outcome === undefined) {
    if (way.certain) throw new Error('it gave results')
  } else if (outcome.code !== 'ERR_MANYCORE_WORKER_DIED' || way.retries) {
    throw outcome
  }
  return outcome
}

/** Seconds until all workers are there again and another call gives the right results. */
async function untilWhole(way, { pool }, next, what) {
  const start = performance.now()
  const names = Object.keys(calls)
  const call = names[next(names.length)]
  const items = Array.from({ length: ITEMS }, (_, i) => i)
  for (let late = 0; ; late++) {
    try {
      await within(PATIENCE, allThere({ pool, kind: way.kind }).then(() => calls[call](pool, 'square', items, next)), `${what}: whole again, ${call}`)
      return (performance.now() - start) / 1000
    } catch (error) {
      if (way.certain || late >= LATE_KILLS || error.code !== 'ERR_MANYCORE_WORKER_DIED') throw error
    }
  }
}

/** Counts the times at which this process was not run for a while. */
function watchStillness() {
  const seen = { stops: 0, end: () => clearInterval(timer) }
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    if (now - last > STOPPED) seen.stops++
    last = now
  }, TICK)
  timer.unref()
  return seen
}
