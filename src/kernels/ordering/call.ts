/**
 * Kernels that put numbers in order or count them by it: one shape of call for all of them, and the TypeScript twins by name. The Rust
 * twins are crates/kernels/src/families/sorting and its neighbours; docs/order-of-arithmetic.md says why both give the same bits.
 */
import type { ElementTypeName, NumericArray } from '../../common/arrays.ts'
import { argSort } from './arg-sort.ts'
import { cumulativeSum } from './cumulative-sum.ts'
import { countBins } from './histogram.ts'
import type { Look } from './look.ts'
import { select } from './select.ts'
import { sortInPlace } from './sort.ts'
import { topK } from './top-k.ts'

/** A call of one of the kernels. Nothing in it is checked any more. */
export interface OrderCall {
  readonly kernel: OrderKernel
  /** Element type of x: a Float16Array may come as its 16-bit patterns. */
  readonly type: ElementTypeName
  readonly x: NumericArray
  /** Parameters, in the order that the native function takes them. */
  readonly numbers: readonly number[]
  /** Small arrays to read beside x. */
  readonly more: readonly NumericArray[]
  /** Arrays to write. */
  readonly outputs: readonly NumericArray[]
}

/** An output that is yet to be made. */
export interface OutputShape {
  /** A type that `allocate` knows: a Float16Array as its 16-bit patterns. */
  readonly type: Exclude<ElementTypeName, 'float16'>
  readonly length: number
}

/** Computes a call on this thread; the value is the kernel's own. `look` is called every now and then, and may throw to stop it. */
export function computeOrder(call: OrderCall, look?: Look): number {
  return twins[call.kernel](call, look)
}

const twins = {
  /** outputs: the numbers in rising order. */
  sort({ type, x, outputs }, look) {
    // The standard's order of numbers: -0 before +0, NaN last.
    const out = viewAs(outputs[0]!, type)
    ;(out as Float64Array).set(viewAs(x, type) as Float64Array)
    sortInPlace(out, look)
    return 1
  },
  /** outputs: the indices, as doubles or 32-bit integers. */
  argSort({ type, x, outputs }, look) {
    argSort(viewAs(x, type), type, outputs[0] as Float64Array | Uint32Array, look)
    return 1
  },
  /** more: ranks, rising; outputs: the numbers of these ranks, as doubles. */
  select({ type, x, more, outputs }, look) {
    select(viewAs(x, type), more[0] as Float64Array, outputs[0] as Float64Array, look)
    return 1
  },
  /** numbers: mode, low, high; more: edges; outputs: counts, edges. The value says whether there are bins: see `BinsResult`. */
  histogram({ type, x, numbers, more, outputs }, look) {
    const [mode, low, high] = numbers as [number, number, number]
    return countBins(viewAs(x, type), mode, low, high, more[0] as Float64Array, outputs[0] as Float64Array, outputs[1] as Float64Array, look)
  },
  /** outputs: the running sums. The value is how many of them are in range. */
  cumulativeSum({ type, x, outputs }, look) {
    return cumulativeSum(viewAs(x, type), type, viewAs(outputs[0]!, type), look)
  },
  /** outputs: the largest numbers, as many as there is room for, and their indices. */
  topK({ type, x, outputs }, look) {
    topK(viewAs(x, type), type, viewAs(outputs[0]!, type), outputs[1] as Uint32Array | Float64Array, look)
    return 1
  },
} as const satisfies Record<string, (call: OrderCall, look: Look | undefined) => number>

export type OrderKernel = keyof typeof twins

/** A view as numbers of its type: 16-bit patterns as the Float16Array that they are, on runtimes that have one. */
export function viewAs(view: NumericArray, type: ElementTypeName): NumericArray {
  if (type !== 'float16' || !(view instanceof Uint16Array)) return view
  const Class = (globalThis as unknown as { Float16Array: Uint16ArrayConstructor }).Float16Array
  return new Class(view.buffer, view.byteOffset, view.length)
}
