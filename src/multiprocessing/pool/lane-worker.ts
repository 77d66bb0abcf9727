/** A worker's share of a map over numbers: claim the next calls from a shared counter, make them, write into the shared output. */
import { Range } from '../../common/range.ts'
import { isPromise, loopsOf, type Loops, type Target } from './loops.ts'
import { CONTROL_HEAD, DONE, NEXT, THERE, type LaneResult, type LaneTask } from './protocol.ts'

/** A claim should take about this long: short enough to balance the end, long enough that drawing costs nothing. */
const CLAIM_MILLISECONDS = 0.2
/** The size of a claim grows by this factor at the most from one to the next, since the first ones run cold. */
const GROWTH = 8

/** Looks, some nanoseconds each, before it sleeps. */
const LOOKS = 5000
/** Between two looks at what a caller that copies has brought. */
const SLICE = 10

interface Gathered {
  claims: number
  calls: number
  readonly chunks: [number, readonly unknown[]][]
}

/** Resolves when there is nothing left to claim, or `claims` have been made. */
export function runLane(target: Target, task: LaneTask): LaneResult | Promise<LaneResult> {
  const loops = loopsOf(target)
  return loops instanceof Promise ? loops.then((ready) => draw(target, ready, task)) : draw(target, loops, task)
}

function draw(target: Target, loops: Loops, task: LaneTask): LaneResult | Promise<LaneResult> {
  return proceed(target, loops, task, { claims: 0, calls: 0, chunks: [] }, 1)
}

/** Synchronous until a result has to be awaited, and again after it. */
function proceed(target: Target, loops: Loops, task: LaneTask, gathered: Gathered, size: number): LaneResult | Promise<LaneResult> {
  const { control, row, claims, stamps } = task
  let want = size
  while (claims === 0 || gathered.claims < claims) {
    const claim = take(task, want)
    if (claim === undefined) break
    const [first, last] = claim
    Atomics.store(control, CONTROL_HEAD + 2 * row, first)
    Atomics.store(control, CONTROL_HEAD + 2 * row + 1, last)
    const begun = performance.now()
    if (stamps !== undefined) stamps[row] = Date.now()
    gathered.claims++
    const values = call(target, loops, task, first, last)
    const done = (results: readonly unknown[] | undefined): void => {
      if (results !== undefined) gathered.chunks.push([first, results])
      gathered.calls += last - first
      Atomics.store(control, CONTROL_HEAD + 2 * row + 1, 0)
      Atomics.store(control, CONTROL_HEAD + 2 * row, 0)
      if (stamps !== undefined) stamps[row] = 0
      Atomics.add(control, DONE, last - first)
    }
    if (values instanceof Promise) {
      return values.then((results) => {
        done(results)
        return proceed(target, loops, task, gathered, nextSize(last - first, performance.now() - begun))
      })
    }
    done(values)
    want = nextSize(last - first, performance.now() - begun)
  }
  return gathered
}

function nextSize(size: number, milliseconds: number): number {
  const factor = Math.min(GROWTH, CLAIM_MILLISECONDS / Math.max(milliseconds, 1e-4))
  return Math.max(1, Math.floor(size * factor))
}

/** Claims the next calls; with sizes by time, never more than half of a fair share of what is left. */
function take({ control, calls, chunkSize, rows }: LaneTask, want: number): readonly [number, number] | undefined {
  for (;;) {
    const first = Atomics.load(control, NEXT)
    if (first >= calls) return undefined
    const there = Atomics.load(control, THERE)
    const size = chunkSize > 0 ? chunkSize : Math.max(1, Math.min(want, Math.ceil((calls - first) / (2 * rows)), there - first))
    const last = Math.min(calls, first + size)
    if (last > there) {
      // The caller is copying: the next part is there in less time than it takes to wake up.
      for (let looks = 0; looks < LOOKS && Atomics.load(control, THERE) === there; looks++) { /* looks again */ }
      if (Atomics.load(control, THERE) === there) Atomics.wait(control, THERE, there, SLICE)
      continue
    }
    if (Atomics.compareExchange(control, NEXT, first, last) === first) return [first, last]
  }
}

/** Calls `first … last − 1`; undefined when all results are numbers (they are in `out`), else all results. */
function call(target: Target, loops: Loops, task: LaneTask, first: number, last: number): undefined | readonly unknown[] | Promise<readonly unknown[] | undefined> {
  const { source, out, batchSize } = task
  let stopped: number
  if (batchSize > 0) stopped = callBatches(target, loops, task, first, last)
  else if ('view' in source) stopped = loops.view(source.view, out, first, last)
  else stopped = loops.range(source.start, source.step, out, first, last)
  if (stopped === last) return undefined
  const { value } = loops.bail
  loops.bail.value = undefined
  // From the first result that is no number on, one by one.
  return isPromise(value) ? callSlowly(target, task, first, stopped, last, value) : callPlainly(target, task, first, stopped, last, value)
}

function callBatches(target: Target, loops: Loops, task: LaneTask, first: number, last: number): number {
  for (let i = first; i < last; i++) {
    const result = target(element(task, i))
    if (typeof result !== 'number') {
      loops.bail.value = result
      return i
    }
    task.out[i] = result
  }
  return last
}

/** What call `index` is given. */
function element({ source, length, batchSize }: LaneTask, index: number): unknown {
  if (batchSize === 0) return 'view' in source ? source.view[index] : source.start + index * source.step
  const from = index * batchSize
  const to = Math.min(length, from + batchSize)
  if ('view' in source) return source.view.subarray(from, to)
  return new Range(source.start, source.start + length * source.step, source.step).slice(from, to)
}

function callPlainly(target: Target, task: LaneTask, first: number, at: number, last: number, value: unknown): readonly unknown[] | Promise<readonly unknown[] | undefined> {
  const results: unknown[] = Array.from(task.out.subarray(first, at))
  results.push(value)
  for (let i = at + 1; i < last; i++) {
    const result = target(element(task, i))
    if (isPromise(result)) return finishSlowly(target, task, results, i, last, result)
    results.push(result)
  }
  return results
}

async function callSlowly(target: Target, task: LaneTask, first: number, at: number, last: number, value: PromiseLike<unknown>): Promise<readonly unknown[] | undefined> {
  const results: unknown[] = Array.from(task.out.subarray(first, at))
  const all = await finishSlowly(target, task, results, at, last, value)
  if (!all.every((each) => typeof each === 'number')) return all
  task.out.set(all as readonly number[], first)
  return undefined
}

async function finishSlowly(target: Target, task: LaneTask, results: unknown[], at: number, last: number, value: PromiseLike<unknown>): Promise<readonly unknown[]> {
  results.push(await value)
  // One after another: a worker runs `concurrency` tasks at a time, and this is one of them.
  for (let i = at + 1; i < last; i++) results.push(await target(element(task, i)))
  return results
}
