// Contestants of the kernels' rows: from the cases of manycore/bench, and what reads memory at its speed.
import { setBackend, sumSync } from '../../../dist/index.js'
import { pythonPeers } from '../../peers/python.mjs'
import { timed } from '../alternate.mjs'

export const OURS = 'manycore'
export const LOOP = 'plain loop'
export const PROBE = 'read probe'

/** Calls in a sample: some milliseconds of them, so that waking threads and clocks don't count. */
const callsFor = (milliseconds) => Math.max(1, Math.ceil(4 / milliseconds))

/** The number of calls from the last of some, once the engine has compiled what it will. */
function calibrated(run) {
  const start = performance.now()
  let last = 0
  let before = start
  for (let call = 0; call < 3 || (call < 20_000 && before - start < 20); call++) {
    run()
    const now = performance.now()
    last = now - before
    before = now
  }
  return callsFor(Math.max(last, 1e-4))
}

/** One that repeats `run` as often as a first call asks for. */
export function repeated(name, run, prepare) {
  let calls
  return {
    name,
    async sample() {
      prepare?.()
      calls ??= calibrated(run)
      // Untimed: the threads of the last contestant may still be where ours shall run.
      run()
      return timed(() => {
        for (let call = 0; call < calls; call++) run()
      }, calls)
    },
  }
}

/** The package's own call of a case. */
export const ours = (subject, data) => repeated(OURS, () => subject.ours(data), () => setBackend('auto'))

export const loop = (subject, data) => repeated(LOOP, () => subject.loop(data))

/** What this package can read in the same number of bytes: the sum of doubles, which does next to nothing beside. */
export function probe(bytes) {
  const x = new Float64Array(bytes / 8).fill(1)
  return repeated(PROBE, () => sumSync(x))
}

/** A library of the Python process; its answers have been checked by `npm run bench`. */
export function library(name, subject, data, n) {
  const [peer] = pythonPeers(subject, [name])
  let measure
  let calls
  return {
    name,
    async open() {
      measure = (await peer.make(data, n)).measure
    },
    async sample() {
      calls ??= callsFor((await measure(1)).seconds * 1000)
      return (await measure(calls)).seconds
    },
  }
}
