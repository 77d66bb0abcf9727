/**
 * One loop for each mapped function. A loop that is shared by several functions stops inlining them after a few and runs
 * many times slower, so each function gets a freshly compiled copy of the source below.
 */

/** A function of the user's module. */
export type Target = (...args: unknown[]) => unknown

/** Where a loop leaves a result that is no number. */
export interface Bail {
  value: unknown
}

/** Calls `first … last − 1`, numbers into `out`. Gives `last`, or the index of the first result that is no number (then in `bail`). */
export type ViewLoop = (view: ArrayLike<unknown>, out: Float64Array, first: number, last: number) => number
export type RangeLoop = (start: number, step: number, out: Float64Array, first: number, last: number) => number

export interface Loops {
  readonly bail: Bail
  readonly view: ViewLoop
  readonly range: RangeLoop
}

type Factory = (target: Target, bail: Bail) => readonly [ViewLoop, RangeLoop]

/** The unique comment keeps engines from sharing code, and with it type feedback, between copies. */
const body = (stamp: number): string => `// ${stamp}
return [
  function (view, out, first, last) {
    for (let i = first; i < last; i++) {
      const result = target(view[i])
      if (typeof result !== 'number') { bail.value = result; return i }
      out[i] = result
    }
    return last
  },
  function (start, step, out, first, last) {
    for (let i = first; i < last; i++) {
      const result = target(start + i * step)
      if (typeof result !== 'number') { bail.value = result; return i }
      out[i] = result
    }
    return last
  },
]`

let stamps = 0

const made = new Map<Target, Loops | Promise<Loops>>()

/** The loops of `target`: at once, or as a promise where code can't be made from strings. */
export function loopsOf(target: Target): Loops | Promise<Loops> {
  const before = made.get(target)
  if (before !== undefined) return before
  const source = body(++stamps)
  let loops: Loops | Promise<Loops>
  try {
    loops = build(new Function('target', 'bail', source) as Factory, target)
  } catch {
    // --disallow-code-generation-from-strings: a module of its own does the same.
    loops = importFactory(source).then((factory) => {
      const ready = build(factory, target)
      made.set(target, ready)
      return ready
    })
  }
  made.set(target, loops)
  return loops
}

function build(factory: Factory, target: Target): Loops {
  const bail: Bail = { value: undefined }
  const [view, range] = factory(target, bail)
  return { bail, view, range }
}

async function importFactory(source: string): Promise<Factory> {
  const text = `export const factory = (target, bail) => {${source}\n}`
  // A name of its own: webpack looks for the file that a text inside import() means.
  const url = `data:text/javascript,${encodeURIComponent(text)}`
  const module = (await import(url)) as { factory: Factory }
  return module.factory
}

/** Whether a result must be awaited. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}
