/** What kernels take beside typed arrays, as typed arrays. */
import { argumentError, makeError } from '../errors.ts'
import { checkNumericArray, ordinary, type NumericArray } from './arrays.ts'
import { countCopy } from './copies.ts'
import { elementsOf, Matrix, type MatrixData } from './matrix.ts'
import { Range } from './range.ts'

/** Numbers as kernels that look at all of them at once take them: typed arrays are read where they lie, a Matrix as its elements in a row. */
export type NumbersInput = NumericArray | Matrix<MatrixData> | Range | readonly number[]

/** What may be given, in words. */
export const numbersWanted = 'a typed array, a Matrix, a range or an array of numbers'

/** The numbers of an input: its own memory where it has some, else a copy in double. */
export function numbersOf(value: NumbersInput, argument: string): NumericArray {
  if (Array.isArray(value)) return fromNumbers(value as readonly unknown[], argument)
  if (value instanceof Range) return writtenOut(value, argument)
  if (value instanceof Matrix) return elementsOf(value as Matrix<MatrixData>, argument)
  checkNumericArray(value, argument, numbersWanted)
  return ordinary(value)
}

/** The elements of a range in memory of their own. */
function writtenOut({ start, step, length }: Range, argument: string): Float64Array {
  let copy: Float64Array
  try {
    copy = new Float64Array(length)
  } catch (cause) {
    const got = `a range of ${length} numbers`
    throw makeError('RANGE', `${argument}: expected one that can be written out in memory, got ${got}`, { argument, got, wanted: 'a range that can be written out in memory', cause })
  }
  countCopy('range', copy.byteLength)
  for (let i = 0; i < length; i++) copy[i] = start + i * step
  return copy
}

/** A copy of an array of numbers; TYPE error for anything else in it. */
export function fromNumbers(values: readonly unknown[], argument: string): Float64Array {
  const copy = new Float64Array(values.length)
  countCopy('numbers', copy.byteLength)
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (typeof value !== 'number') throw argumentError('TYPE', `${argument}[${i}]`, 'a number', value)
    copy[i] = value
  }
  return copy
}
