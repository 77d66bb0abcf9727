/**
 * Reductions from blocks: the merge tree of docs/order-of-arithmetic.md over the loops of generated.ts. The Rust twin is
 * crates/kernels/src/families.
 */
import { isFixed, type FloatArray } from '../common/arrays.ts'
import { compensated } from './compensated.ts'
import { generated } from './generated.ts'
import { BLOCK, CHUNK } from './order.ts'
import { staged } from './short/stage.ts'
import { reductions, type KernelSpecification, type ReductionName, type SelectionKernel } from './table.ts'

/**
 * The partial of elements `at … at + n − 1` (at most a block) into `out` from index `o` on. Selections start from what `out` holds
 * there. `y` is `x` again for kernels of one input.
 */
export type Block<T extends FloatArray> = (x: T, y: T, at: number, n: number, out: Float64Array, o: number) => void

export interface Kernel {
  readonly width: number
  readonly value: number
  /** The partial that a selection starts from; undefined for kernels that start afresh in every block. */
  readonly start: readonly number[] | undefined
  readonly float64: Block<Float64Array>
  readonly float32: Block<Float32Array>
  /** Merges the partial of `b` at `j` into the one of `a` at `i`, which comes before it. */
  readonly merge: (a: Float64Array, i: number, b: Float64Array, j: number) => void
}

const stamped = { ...generated, ...compensated }

function kernelOf(name: ReductionName): Kernel {
  const { width, value } = reductions[name]
  return { width, value, start: startOf(reductions[name]), ...stamped[name] }
}

function startOf(specification: KernelSpecification): readonly number[] | undefined {
  const identity = (name: string): number => Number((reductions[name as ReductionName] as SelectionKernel).identity)
  switch (specification.family) {
    case 'selection':
      return [Number(specification.identity)]
    case 'together':
      return specification.kernels.map(identity)
    case 'first':
      return [identity(specification.kernel), 0, 0]
    default:
      return undefined
  }
}

export const kernels = Object.fromEntries((Object.keys(reductions) as ReductionName[]).map((name) => [name, kernelOf(name)])) as Record<ReductionName, Kernel>

/** The deepest stack of the merge tree: a view has fewer than 2^53 elements. */
export const DEPTH = 54
export const WIDEST = 8

/** Partials on their way up the tree; every reduction of this thread runs to its end before the next begins. */
const stack = new Float64Array(DEPTH * WIDEST)

/** Copies of single blocks of memory that the loops must not see; see `isFixed`. */
let blockCopies: { readonly [bytes: number]: readonly [FloatArray, FloatArray] } | undefined

/** Arrays that a kernel reads. */
export function inputsOf(kernel: ReductionName): 1 | 2 {
  return reductions[kernel].inputs
}

/** Doubles of a kernel's partial. */
export function widthOf(kernel: ReductionName): number {
  return reductions[kernel].width
}

/** Whether callers want all doubles of a kernel's root rather than its value alone. */
export function isWhole(kernel: ReductionName): boolean {
  return reductions[kernel].whole
}

/**
 * The whole reduction on this thread, without allocating. `y` is the second operand of `dot`, of x's type and length. Nothing is
 * checked: an empty or detached view gives the value of no elements. All doubles of the root go to `root` where it is given.
 */
export function inlineReduce(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, root?: Float64Array): number {
  const entry = kernels[kernel]
  reduceRange(entry, x, y ?? x, 0, x.length, stack, 0)
  if (root !== undefined) for (let k = 0; k < entry.width; k++) root[k] = stack[k]!
  return stack[entry.value]!
}

/** The same of the first n elements that src/kernels/short/stage.ts has copied: a block at the most. */
export function reduceStaged(kernel: ReductionName, n: number, root?: Float64Array): number {
  const entry = kernels[kernel]
  if (entry.start !== undefined) for (let k = 0; k < entry.width; k++) stack[k] = entry.start[k]!
  entry.float64(staged, staged, 0, n, stack, 0)
  if (root !== undefined) for (let k = 0; k < entry.width; k++) root[k] = stack[k]!
  return stack[entry.value]!
}

/** The partials of chunks `first … last − 1` of x (CHUNK elements each) into `out` from index 0 on. */
export function chunkPartials(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, first: number, last: number, out: Float64Array): void {
  const entry = kernels[kernel]
  const n = x.length
  for (let chunk = first; chunk < last; chunk++) {
    reduceRange(entry, x, y ?? x, chunk * CHUNK, Math.min(n, (chunk + 1) * CHUNK), stack, 0)
    for (let k = 0; k < entry.width; k++) out[(chunk - first) * entry.width + k] = stack[k]!
  }
}

/**
 * The kernel's value from the partials of all `count` chunks (at least 1); overwrites the partials. All doubles of the root go to `root`
 * where it is given.
 */
export function mergePartials(kernel: ReductionName, partials: Float64Array, count: number, root?: Float64Array): number {
  const { merge, width, value } = kernels[kernel]
  // The stack of the tree is the front of the same array: it never grows past the partials already read.
  let height = 0
  for (let c = 0; c < count; c++) {
    for (let k = 0; k < width; k++) partials[height * width + k] = partials[c * width + k]!
    height = climb(merge, width, partials, height, c)
  }
  for (; height > 1; height--) merge(partials, (height - 2) * width, partials, (height - 1) * width)
  if (root !== undefined) for (let k = 0; k < width; k++) root[k] = partials[k]!
  return partials[value]!
}

/** The root of the tree over the blocks of elements `start … end − 1`, on the bottom of `out`; blocks are counted from `start`. */
export function reduceRange(kernel: Kernel, x: FloatArray, y: FloatArray, start: number, end: number, out: Float64Array, o: number): void {
  const wide = x.BYTES_PER_ELEMENT === 8
  const block = (wide ? kernel.float64 : kernel.float32) as Block<FloatArray>
  const fixed = isFixed(x) && (y === x || isFixed(y))
  const { merge, width } = kernel
  if (kernel.start !== undefined) for (let k = 0; k < width; k++) out[o + k] = kernel.start[k]!
  if (end - start <= BLOCK) return fixed ? block(x, y, start, end - start, out, o) : stagedBlock(block, x, y, start, end - start, out, o)

  let height = 0
  for (let at = start, c = 0; at < end; at += BLOCK, c++) {
    const n = Math.min(BLOCK, end - at)
    const to = o + height * width
    if (fixed) block(x, y, at, n, out, to)
    else stagedBlock(block, x, y, at, n, out, to)
    if (kernel.start === undefined) height = climb(merge, width, out, height, c)
  }
  for (; height > 1; height--) merge(out, o + (height - 2) * width, out, o + (height - 1) * width)
}

/** After leaf number `c` was put at `height`: merges the two topmost as long as the low bits of `c` are ones. Gives the new height. */
export function climb(merge: Kernel['merge'], width: number, partials: Float64Array, height: number, c: number): number {
  for (; c & 1; c >>>= 1, height--) merge(partials, (height - 1) * width, partials, height * width)
  return height + 1
}

/** A block of resizable memory: by way of a small copy, which costs a fraction of what such loops would. */
function stagedBlock(block: Block<FloatArray>, x: FloatArray, y: FloatArray, at: number, n: number, out: Float64Array, o: number): void {
  blockCopies ??= { 8: [new Float64Array(BLOCK), new Float64Array(BLOCK)], 4: [new Float32Array(BLOCK), new Float32Array(BLOCK)] }
  const [a, b] = blockCopies[x.BYTES_PER_ELEMENT]!
  stage(x, at, n, a)
  if (y !== x) stage(y, at, n, b)
  block(a, y === x ? a : b, 0, n, out, o)
}

function stage(view: FloatArray, at: number, n: number, to: FloatArray): void {
  const Class = to.constructor as Float64ArrayConstructor
  to.set(new Class(view.buffer as ArrayBuffer, view.byteOffset + at * to.BYTES_PER_ELEMENT, n))
}
