/**
 * What an element of an elementwise kernel costs, in nanoseconds: in the TypeScript loop, and natively on one thread with the data in cache. Measured by
 * `node scripts/measure-maps.mjs`; they decide who computes, never what comes out.
 */
import type { ElementTypeName } from '../common/arrays.ts'
import { mapNames, maps, type MapName, type MapSpecification } from '../kernels/map-table.ts'
import { nativeCall, nativeFork } from './cost.ts'

interface MapCost {
  readonly inline: number
  readonly native: number
}

/** Of doubles. */
const costs: Readonly<Record<MapName, MapCost>> = {
  add: { inline: 0.9, native: 0.2 },
  subtract: { inline: 0.9, native: 0.2 },
  multiply: { inline: 0.9, native: 0.2 },
  divide: { inline: 1.1, native: 0.5 },
  power: { inline: 43, native: 5 },
  axpy: { inline: 1, native: 0.2 },
  clip: { inline: 1.5, native: 0.2 },
  abs: { inline: 0.8, native: 0.2 },
  sqrt: { inline: 2, native: 0.9 },
  exp: { inline: 8, native: 1.1 },
  expm1: { inline: 9.5, native: 1.4 },
  log: { inline: 7.6, native: 1.4 },
  log1p: { inline: 7.6, native: 1.9 },
  sigmoid: { inline: 13, native: 2 },
  tanh: { inline: 16, native: 2 },
  astype: { inline: 1.1, native: 0.7 },
}

/** More an element where it is widened first, or checked to fit. */
const WIDENED: MapCost = { inline: 1.5, native: 0.7 }
/** More an element of bigints, which JavaScript makes objects of. */
const BIGINT: MapCost = { inline: 30, native: 1.5 }

/** Costs of an element of a call with these types. */
export function mapCost(kernel: MapName, x: ElementTypeName, out: ElementTypeName): MapCost {
  const { inline, native } = costs[kernel]
  if (x === 'float64' || (x === 'float32' && x === out)) return { inline, native }
  const more = x === 'bigint64' || x === 'biguint64' ? BIGINT : WIDENED
  return { inline: inline + more.inline, native: native + more.native }
}

/** What a call of the family that isn't done the shortest way costs before its first element, beside the bare native call: checks, and the description of the work. */
export const mapCall = 500

/** What a native call on the shortest way costs more than the bare call: two arrays or three; for bigints all twelve arguments. */
const shortCall = (x: ElementTypeName): number => (x.startsWith('big') ? 150 : 25)

/** What a call of few elements costs that travel through memory which the addon knows, and each of their copies. */
const fewCall = 45
const fewCopies = 1

/** An element on the shortest way: integers are checked to fit as they are stored, or widened to doubles first unless the kernel has loops for them. */
function shortElement(kernel: MapName, x: ElementTypeName, out: ElementTypeName): MapCost {
  const { inline, native } = costs[kernel]
  if (x.startsWith('float') || kernel === 'astype') return { inline, native }
  if (x.startsWith('big')) return { inline: inline + BIGINT.inline, native: native + BIGINT.native }
  return x === out ? { inline: inline + 0.25, native: native + 0.55 } : { inline: inline + 0.8, native: native + 0.3 }
}

/** Predicted nanoseconds of n elements on the shortest way, for the planner, whose choice is that of the limits. */
export function shortCost(kernel: MapName, n: number, x: ElementTypeName = 'float64', out = x): MapCost {
  const element = shortElement(kernel, x, out)
  const inline = n * element.inline
  const native = n * element.native + shortCall(x)
  return n <= shortInlineLimit(kernel, x, out) ? { inline, native: Math.max(native, inline) } : { inline, native: Math.min(native, inline - nativeCall - 1) }
}

/** Elements that three arrays of doubles in the second-level cache have. */
const MOST = 8192

/** Longest arrays of a type for which the TypeScript loop beats a native call on the shortest way, by kernel. */
const limitsOf = (type: ElementTypeName): readonly number[] => mapNames.map((kernel) => {
  const { inline, native } = shortElement(kernel, type, type)
  return Math.floor((shortCall(type) + nativeCall) / (inline - native))
})

/** The same for all types of a kind, by the id of the kernel. */
export const floatLimits = limitsOf('float64')
export const integerLimits = limitsOf('int32')
export const bigintLimits = limitsOf('bigint64')

/** The same for elements that travel by copies (FewElements), where their number fits. They are computed by eights. */
export const fewLimits: readonly number[] = mapNames.map((kernel, id) => {
  const { inline, native } = costs[kernel]
  const most = floatLimits[id]!
  for (let n = 1; n <= most; n++) if (n * inline > fewCall + n * fewCopies + 8 * Math.ceil(n / 8) * native) return n - 1
  return most
})

/** The same for conversions, and for kernels that have loops from integers to doubles: natively neither takes much less. */
export const conversionLimit = 2048
export const directLimit = 1024

/** The limit for a kernel and its types. */
export function shortInlineLimit(kernel: MapName, x: ElementTypeName, out: ElementTypeName): number {
  if (kernel === 'astype') return conversionLimit
  const id = mapNames.indexOf(kernel)
  if (x === out) return (x.startsWith('float') ? fewLimits : x.startsWith('big') ? bigintLimits : integerLimits)[id]!
  return !x.startsWith('big') && (maps[kernel] as MapSpecification).direct === true ? directLimit : fewLimits[id]!
}

/** Longest array that goes the shortest way, by the id of the kernel: no plan would hand a longer one to one thread for certain. */
export const shortLimits: readonly number[] = mapNames.map((kernel) => Math.min(MOST, Math.floor(nativeFork / costs[kernel].native)))
