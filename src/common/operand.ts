/** Matrices as linear algebra reads them: where they lie, whatever their strides. */
import { elementTypeOf, type NumericArray } from './arrays.ts'
import { elementsOf, matrixFrom, stridedView, type MatrixLike } from './matrix.ts'

/** Element (i, j) is `data[i · rowStride + j · columnStride]`. */
export interface MatrixOperand {
  readonly data: NumericArray
  readonly rows: number
  readonly columns: number
  readonly rowStride: number
  readonly columnStride: number
}

/** A matrix to read: a view where its elements lie in a typed array at strides of 0 or more, else a copy. */
export function matrixOperand(source: MatrixLike, argument: string): MatrixOperand {
  const strided = stridedView(source, argument)
  if (strided !== undefined) return strided
  const matrix = matrixFrom(source, argument)
  const { rows, columns } = matrix
  return { data: elementsOf(matrix, argument), rows, columns, rowStride: columns, columnStride: 1 }
}

/** Float32 where all of the operands are, else Float64. */
export function resultType(...operands: readonly NumericArray[]): 'float64' | 'float32' {
  return operands.every((data) => elementTypeOf(data) === 'float32') ? 'float32' : 'float64'
}
