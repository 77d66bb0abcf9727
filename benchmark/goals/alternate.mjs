// Contestants in turns: each runs once a round, in random order, so that whatever disturbs the machine disturbs all of them alike.
import { randomIndex } from '../../dist/bench/index.js'

/** Milliseconds for a contestant to end. */
const CLOSING = 2000

/**
 * A contestant: `name`, and `sample()`, which resolves to what was measured (seconds a task, items a second …). `open()` and `close()` stand around all of
 * its samples, `rounds` limits a slow one, and `warm` says how often it runs before it counts. One that fails becomes a row that says so.
 */
export async function alternate(contestants, { rounds, warm = 1, seed = 1 }) {
  const results = contestants.map(({ name }) => ({ name, samples: [], error: undefined }))
  const alive = new Set()
  const attempt = async (k, action) => {
    try {
      return await action()
    } catch (error) {
      alive.delete(k)
      results[k].error = error instanceof Error ? error.message : String(error)
      return undefined
    }
  }
  for (const [k, { open, sample, rounds: limit = Infinity, warm: own = Math.min(warm, limit) }] of contestants.entries()) {
    alive.add(k)
    await attempt(k, () => open?.())
    for (let i = 0; i < own && alive.has(k); i++) await attempt(k, sample)
  }
  const next = randomIndex(seed)
  for (let round = 0; round < rounds; round++) {
    const waiting = [...alive].filter((k) => round < (contestants[k].rounds ?? Infinity))
    while (waiting.length > 0) {
      const [k] = waiting.splice(next(waiting.length), 1)
      const measured = await attempt(k, contestants[k].sample)
      if (measured !== undefined) results[k].samples.push(measured)
    }
  }
  for (const { close, name } of contestants) {
    try {
      // A pool that doesn't end (poolifier's, at times) has been measured all the same.
      if (close !== undefined) await within(CLOSING, Promise.resolve(close()), name)
    } catch {
      // The process ends soon.
    }
  }
  return results
}

/** Seconds that an action takes, for each of `units`. */
export async function timed(action, units = 1) {
  const start = performance.now()
  await action()
  return (performance.now() - start) / 1000 / units
}

/** Throws unless the two are the same. */
export function same(got, wanted, what) {
  if (!Object.is(got, wanted)) throw new Error(`${what}: got ${got}, wanted ${wanted}`)
}

/** Looks at the clock in one wait. */
const LOOKS = 20

/** Rejects when an action takes longer than `milliseconds`. They are counted in looks, so that a process that was stopped for a while has not run out of time. */
export async function within(milliseconds, promise, what) {
  let timer
  const late = new Promise((_, reject) => {
    let looks = 0
    timer = setInterval(() => {
      if (++looks >= LOOKS) reject(new Error(`${what}: nothing after ${milliseconds} ms`))
    }, milliseconds / LOOKS)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearInterval(timer)
  }
}
