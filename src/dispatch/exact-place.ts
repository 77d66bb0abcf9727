/** Where the smallest or largest of integers lies: the pieces' extremes first, then a look into the first piece that has the best. */
import { types } from 'node:util'
import { isStable } from '../common/allocate.ts'
import { elementTypeOf, fixed, type NumericArray } from '../common/arrays.ts'
import { exactPartial, exactPiece, exactPieces, exactWidth, extremeOf, isBigInt, mergeExact } from '../kernels/exact/index.ts'
import { exactCost } from './exact.ts'
import type { Work } from './work.ts'

/** The index of the first extreme of an integer array, as work. */
export function placeWork(kernel: 'min' | 'max', x: NumericArray, promised: boolean): Work<number> {
  const type = elementTypeOf(x)!
  const view = promised ? fixed(x) : x
  const width = exactWidth(kernel, type)
  const best = new Float64Array(width)
  const part = new Float64Array(width)
  const before = new Float64Array(width)
  let where = -1
  /** Pieces come in order, so of equal ones the first stays. */
  const take = (piece: number): void => {
    before.set(best)
    mergeExact(kernel, width, best, part, where < 0)
    if (where < 0 || best[0] !== before[0] || best[1] !== before[1]) where = piece
  }
  const cost = exactCost(kernel, type, view.BYTES_PER_ELEMENT)
  return {
    views: [{ name: 'x', view }],
    pieces: exactPieces(view),
    nanoseconds: { inline: view.length * cost.inline, native: view.length * cost.native },
    bytes: view.byteLength,
    stable: isStable(view.buffer),
    shared: types.isSharedArrayBuffer(view.buffer),
    inline(first, last) {
      for (let piece = first; piece < last; piece++) {
        exactPartial(kernel, view, undefined, piece, piece + 1, part)
        take(piece)
      }
    },
    blocking(backend, first, last) {
      for (let piece = first; piece < last; piece++) {
        backend.exact(kernel, view, undefined, piece, piece + 1, 1, part)
        take(piece)
      }
    },
    finish() {
      const size = exactPiece(view.BYTES_PER_ELEMENT)
      const value = extremeOf(best)
      const piece = view.subarray(where * size, (where + 1) * size) as Float64Array
      return where * size + piece.indexOf((isBigInt(type) ? BigInt(value) : Number(value)) as number)
    },
  }
}
