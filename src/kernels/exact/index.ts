/** Exact reductions in TypeScript: what the planner runs inline and the workers backend everywhere. */
import { elementTypeOf, type NumericArray } from '../../common/arrays.ts'
import { integerPartial, mergeExact, type AnyIntegerArray } from './integers.ts'
import { exactPiece, exactWidth, isFloat, REAL_LIMBS, type ExactName } from './kernels.ts'
import { realPartial } from './reals.ts'

export { extremeOf, integerOf, roundInteger, roundRatio, roundReal, roundRoot, type Dyadic, dyadicOf, realOf, roundDyadic } from './finish.ts'
export { exactMean, exactVariance } from './moments.ts'
export { mergeExact, type AnyIntegerArray } from './integers.ts'
export { exactKernels, exactPiece, exactPieces, exactWidth, isBigInt, isFloat, TOTAL_LIMBS, type ExactName } from './kernels.ts'

/** The partial of one piece. */
const scratch = new Float64Array(1 + REAL_LIMBS)

/** The partial of pieces `first … last − 1` into `out`. `y` is the second operand of `dot`. */
export function exactPartial(kernel: ExactName, x: NumericArray, y: NumericArray | undefined, first: number, last: number, out: Float64Array): void {
  const type = elementTypeOf(x)!
  const width = exactWidth(kernel, type)
  const size = exactPiece(x.BYTES_PER_ELEMENT)
  for (let piece = first; piece < last; piece++) {
    const from = piece * size
    const to = Math.min(x.length, from + size)
    if (isFloat(type)) realPartial(kernel, x, y ?? x, from, to, scratch)
    else integerPartial(kernel, type, x as AnyIntegerArray, (y ?? x) as AnyIntegerArray, from, to, scratch)
    mergeExact(kernel, width, out, scratch, piece === first)
  }
}
