/**
 * Reductions of inputs that the kernels don't read where they lie: widened to doubles a chunk at a time, in the order of
 * docs/order-of-arithmetic.md, so that the result is that of a Float64Array with the same numbers.
 */
import type { Backend } from '../backends/backend.ts'
import { elementTypeOf, fixed, type NumericArray } from '../common/arrays.ts'
import type { CallOptions } from '../common/options.ts'
import type { Range } from '../common/range.ts'
import { exactPartial, exactPieces, exactWidth, mergeExact, type ExactName } from '../kernels/exact/index.ts'
import { chunkPartials, mergePartials, widthOf } from '../kernels/index.ts'
import { CHUNK } from '../kernels/order.ts'
import type { ReductionName } from '../kernels/table.ts'
import { kernelCosts } from './cost.ts'
import type { ExactForm } from './exact.ts'
import type { NamedView, Work } from './work.ts'

/** What is widened: an array of any kind, or a range. */
export type Source = NumericArray | Range

/** Nanoseconds that widening an element takes. */
const WIDEN = 1

const isView = (source: Source): source is NumericArray => ArrayBuffer.isView(source)

/** Reads chunks of one or two sources as doubles; each read overwrites the one before. */
function chunksOf(x: Source, y: Source | undefined): { readonly views: readonly NamedView[]; read(chunk: number): readonly [Float64Array, Float64Array | undefined] } {
  const n = x.length
  const [a, b] = [x, y].map((source) => (source !== undefined && isView(source) ? fixed(source) : source)) as [Source, Source | undefined]
  const buffers = [new Float64Array(Math.min(n, CHUNK)), new Float64Array(b === undefined ? 0 : Math.min(n, CHUNK))] as const
  const widened = (source: Source, buffer: Float64Array, from: number, to: number): Float64Array => {
    const part = buffer.subarray(0, to - from)
    if (isView(source)) widenArray(source, from, part)
    else for (let i = 0; i < part.length; i++) part[i] = source.start + (from + i) * source.step
    return part
  }
  return {
    views: [{ name: 'x', source: a }, { name: 'y', source: b }].flatMap(({ name, source }) => (source !== undefined && isView(source) ? [{ name, view: source }] : [])),
    read(chunk) {
      const [from, to] = [chunk * CHUNK, Math.min(n, (chunk + 1) * CHUNK)]
      return [widened(a, buffers[0], from, to), b && widened(b, buffers[1], from, to)]
    },
  }
}

/** An exact reduction of the same integers, chunk by chunk beside another one. */
interface Beside {
  add(backend: Backend | undefined, first: number, last: number): void
  readonly partial: Float64Array
}

function besideOf(kernel: ExactName, x: NumericArray): Beside {
  const width = exactWidth(kernel, elementTypeOf(x)!)
  const view = fixed(x)
  const [all, part] = [new Float64Array(width), new Float64Array(width)]
  return {
    partial: all,
    add(backend, first, last) {
      const some = view.subarray(first * CHUNK, last * CHUNK) as NumericArray
      const pieces = exactPieces(some)
      if (backend === undefined) exactPartial(kernel, some, undefined, 0, pieces, part)
      else backend.exact(kernel, some, undefined, 0, pieces, 1, part)
      mergeExact(kernel, width, all, part, false)
    },
  }
}

/**
 * A reduction as work. `finish` gets the kernel's value, and all doubles of the root; with `exact`, of integers, the partial of that kernel too.
 */
export function stagedWork<R>(
  kernel: ReductionName, x: Source, y: Source | undefined, finish: (value: number, root: Float64Array, partial: Float64Array | undefined) => R, exact?: ExactName,
): Work<R> {
  const beside = exact === undefined || !isView(x) || x.length === 0 ? undefined : besideOf(exact, x)
  const n = x.length
  const reader = chunksOf(x, y)
  const pieces = Math.max(1, Math.ceil(n / CHUNK))
  const width = widthOf(kernel)
  const partials = new Float64Array(pieces * width)
  const root = new Float64Array(width)
  const run = (first: number, last: number, partialsOf: typeof chunkPartials): void => {
    for (let chunk = first; chunk < last; chunk++) {
      const [a, b] = reader.read(chunk)
      partialsOf(kernel, a, b, 0, 1, partials.subarray(chunk * width, (chunk + 1) * width))
    }
  }
  const { inline, native } = kernelCosts[kernel]
  return {
    views: reader.views,
    pieces,
    nanoseconds: { inline: n * (inline + WIDEN), native: n * (native + WIDEN) },
    bytes: reader.views.reduce((bytes, { view }) => bytes + view.byteLength, 0),
    stable: false,
    // Workers don't widen.
    shared: false,
    inline(first, last) {
      run(first, last, chunkPartials)
      beside?.add(undefined, first, last)
    },
    blocking(backend, first, last) {
      run(first, last, (kernel, x, y, first, last, out) => backend.partials(kernel, x, y, first, last, 1, out))
      beside?.add(backend, first, last)
    },
    finish: () => finish(mergePartials(kernel, partials, pieces, root), root, beside?.partial),
  }
}

/** An exact reduction of ranges, of arrays beside them, and of absolute values, a chunk at a time: which is a piece of doubles. */
export function stagedExactWork<R>(form: ExactForm<R>, x: Source, y: Source | undefined, options: CallOptions | undefined): Work<R> {
  const n = x.length
  const { kernel } = form
  const width = exactWidth(kernel, 'float64')
  const all = new Float64Array(width)
  const part = new Float64Array(width)
  const reader = chunksOf(x, y)
  const run = (first: number, last: number): void => {
    for (let chunk = first; chunk < last; chunk++) {
      for (const [a, b] of form.absolutes === true ? absolutes(x, chunk, reader.read) : [reader.read(chunk)]) {
        exactPartial(kernel, a, b, 0, 1, part)
        mergeExact(kernel, width, all, part, false)
      }
    }
  }
  const nanoseconds = 8 * n
  return {
    views: reader.views,
    pieces: Math.ceil(n / CHUNK),
    nanoseconds: { inline: nanoseconds, native: nanoseconds },
    bytes: 0,
    stable: false,
    shared: false,
    inline: run,
    blocking: (_backend, first, last) => run(first, last),
    finish: () => form.finish(all, 'float64', n, options),
  }
}

/** The absolute values of a chunk as doubles; of 64-bit integers their upper halves, then their lower ones. */
function* absolutes(x: Source, chunk: number, read: (chunk: number) => readonly [Float64Array, Float64Array | undefined]): Iterable<readonly [Float64Array, undefined]> {
  if (x instanceof BigInt64Array || x instanceof BigUint64Array) {
    const part = x.subarray(chunk * CHUNK, (chunk + 1) * CHUNK)
    const half = new Float64Array(part.length)
    for (let i = 0; i < half.length; i++) half[i] = Number(magnitude(part[i]!) >> 32n) * 2 ** 32
    yield [half, undefined]
    for (let i = 0; i < half.length; i++) half[i] = Number(magnitude(part[i]!) & 0xffffffffn)
    yield [half, undefined]
    return
  }
  const [a] = read(chunk)
  for (let i = 0; i < a.length; i++) a[i] = Math.abs(a[i]!)
  yield [a, undefined]
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

function widenArray(source: NumericArray, from: number, to: Float64Array): void {
  const part = source.subarray(from, from + to.length)
  const type = elementTypeOf(source)
  if (type !== 'bigint64' && type !== 'biguint64') return to.set(part as Float64Array)
  for (let i = 0; i < to.length; i++) to[i] = Number(part[i])
}
