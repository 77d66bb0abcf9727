/**
 * What a map of n items costs: T(w, c) = n · compute / w + n · copy + ⌈n / c⌉ · dispatch, with w workers and chunks of c items. Copies and dispatch happen on the caller's
 * thread, so they don't get shorter with more workers. Numbers in microseconds. Pure functions: tested by their answers.
 */

export interface Costs {
  /** Items of a map. */
  readonly n: number
  /** Work in one item. */
  readonly compute: number
  /** Copying one item there and its result back; 0 for numbers through shared memory. */
  readonly copy: number
  /** A message to a worker and back, beside the work. */
  readonly dispatch: number
  /** Starting a worker until it can work. */
  readonly start: number
  /** Workers that the machine has room for. */
  readonly cpus: number
}

export interface Plan {
  readonly workers: number
  readonly chunkSize: number
  /** Of the map on workers that run already. */
  readonly seconds: number
  /** Against a plain loop. */
  readonly speedUp: number
  /** The same with the workers' start. */
  readonly coldSpeedUp: number
  /** What no number of workers gets past: the caller's own share. Infinity when it has none. */
  readonly ceiling: number
}

/** Pool and loop are equally fast within this factor. */
const LEVEL = 1.1

/** A prediction that is so far above what was measured speaks of processors that others use. */
const FAR = 1.4

/** A chunk should cost this many times its message. */
const WORTH = 20

export function predict(costs: Costs, workers: number, chunkSize: number): Plan {
  const { n, compute, copy, dispatch, start } = costs
  const loop = n * compute
  const own = n * copy + Math.ceil(n / chunkSize) * dispatch
  const time = own + loop / workers
  return {
    workers, chunkSize, seconds: time / 1e6, speedUp: loop / time, coldSpeedUp: loop / (time + start), ceiling: own === 0 ? Infinity : loop / own,
  }
}

/** The chunk size for some workers: large enough for its message, small enough that all have some to the end. */
export function chunkSizeFor({ n, compute, dispatch }: Costs, workers: number): number {
  const worth = Math.ceil((WORTH * dispatch) / Math.max(compute, 1e-3))
  const fair = Math.max(1, Math.floor(n / (4 * workers)))
  return Math.max(1, Math.min(worth, fair))
}

/** The fastest plan; fewer workers where more gain less than a twentieth. */
export function best(costs: Costs): Plan {
  let chosen: Plan | undefined
  for (let workers = 1; workers <= Math.max(1, Math.min(costs.cpus, costs.n)); workers++) {
    const plan = predict(costs, workers, chunkSizeFor(costs, workers))
    if (chosen === undefined || plan.speedUp > 1.05 * chosen.speedUp) chosen = plan
  }
  return chosen as Plan
}

/** One sentence. `measured` is the speed-up that the plan has shown. */
export function advise(costs: Costs, plan: Plan, measured: number, items: 'numbers' | 'values'): string {
  const { n, compute, copy } = costs
  if (measured < LEVEL) {
    if (plan.speedUp > FAR * Math.max(1, measured)) {
      return `Stay with a plain loop until you have measured again when nothing else runs: the costs foretell ${plan.speedUp.toFixed(1)} times its speed, and ${measured.toFixed(2)} times was measured.`
    }
    if (copy > compute) return `Stay with a plain loop, or let the worker make or share its data: copying an item costs ${copy.toFixed(1)} µs, the work in it ${compute.toFixed(1)} µs.`
    if (compute < 1 && items === 'numbers') return `Stay with a plain loop, or use a kernel of manycore over the whole array: an item takes ${(1000 * compute).toFixed(0)} ns.`
    return `Stay with a plain loop: ${n === 1 ? '1 item is' : `${n} items are`} ${((n * compute) / 1000).toFixed(2)} ms of work, too little to send to workers.`
  }
  const chunk = items === 'numbers' ? "chunkSize: 'auto'" : `chunkSize: ${plan.chunkSize}`
  const start = plan.coldSpeedUp < LEVEL ? ' Keep the pool for many calls: one call does not pay for starting the workers.' : ''
  if (plan.workers < costs.cpus) return `Use ${plan.workers} of ${costs.cpus} workers, ${chunk}: more gain nothing, the caller's own share of the work is the limit.${start}`
  return `Use ${plan.workers} worker${plan.workers === 1 ? '' : 's'}, ${chunk}: ${measured.toFixed(1)} times as fast as a plain loop.${start}`
}
