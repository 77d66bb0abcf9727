/** What the short ways of the kernels of order go by (src/dispatch/generated-order-doors.ts). */
import { elementTypeOf, elementTypes, type ElementTypeName } from '../common/arrays.ts'
import { FEW } from '../kernels/ordering/top-k.ts'
import { overlapsElsewhere } from '../common/results.ts'
import { isOwn, onlyOut, type MapOptions } from './map-short.ts'
import { argSortCost, cumulativeSumCost, sortCost, topKCost, type Cost } from './ordering-cost.ts'
import type { Plan } from './plan.ts'
import { planWork } from './work.ts'

/** Most elements of a short call: of more, planning is worth while. */
export const MOST = { sort: 4096, argSort: 2048, topK: 2048, cumulativeSum: 4096 } as const

/** Most bigints of one in TypeScript, which makes an object of each. */
export const FEW_BIGINTS = 64

/** Up to so many indices are put in order by insertion; beyond, a native call is faster. */
export const INSERTION = 24

/** Up to so many elements the engine sorts faster than a native call, which takes some 200 ns before the first: it compares integers faster than floats, and counts bytes. */
const limitOf = (type: ElementTypeName): number =>
  type.startsWith('float') ? 48 : type.startsWith('big') ? 112 : type.endsWith('8') || type === 'uint8clamped' ? 384 : type.endsWith('16') ? 320 : 144

/** By the code of the element type. */
export const sortLimits: readonly number[] = elementTypes.map(limitOf)

/** What a call on the long way costs more than one on the short way: checks, a plan, and objects for both. */
const DESCRIPTION = 600

/** How a call would be carried out on the short way; undefined for the long way. */
export function planShortOrder(form: 'sync' | 'promise', kernel: keyof typeof MOST, x: unknown, k: unknown, options: MapOptions | undefined): Plan | undefined {
  if (!isOwn(x)) return undefined
  const type = elementTypeOf(x)!
  const n = x.length
  const withOut = kernel === 'sort' || kernel === 'cumulativeSum'
  const bigints = type.startsWith('big') && (kernel === 'topK' || kernel === 'cumulativeSum')
  if (type === 'float16' || n === 0 || n > (bigints ? FEW_BIGINTS : MOST[kernel]) || (options !== undefined && !withOut)) return undefined
  if (options !== undefined) {
    const out = onlyOut(options)
    if (!isOwn(out) || elementTypeOf(out) !== type || out.length !== n || overlapsElsewhere(out, x)) return undefined
  }
  if (kernel === 'topK' && !(typeof k === 'number' && k >= 0 && k <= Math.min(FEW, n) && Number.isInteger(k))) return undefined
  const costs = { sort: () => sortCost(n, type), argSort: () => argSortCost(n, type), topK: () => topKCost(n, k as number, type), cumulativeSum: () => cumulativeSumCost(n, type) }
  const { inline, native } = costs[kernel]()
  const limit = { sort: sortLimits[elementTypes.indexOf(type)]!, argSort: INSERTION, topK: Infinity, cumulativeSum: Infinity }[kernel]
  // The planner goes the way that the limit says.
  const nanoseconds: Cost = n <= limit ? { inline, native: inline } : { inline, native: Math.min(native - DESCRIPTION, inline / 2) }
  return planWork({ nanoseconds, bytes: 0, pieces: 1, stable: false, shared: false }, form)
}
