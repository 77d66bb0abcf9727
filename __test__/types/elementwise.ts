/** What the compiler must refuse of elementwise calls, and what types they have. Checked by `tsc`, never run. */
import { add, addSync, astypeSync, axpySync, clipSync, divideSync, exp, expSync, power, quantileSync, range, scaleSync, type Matrix } from 'manycore'

function is<T>(_value: T): void {}

declare const doubles: Float64Array
declare const floats: Float32Array
declare const bytes: Uint8Array
declare const bigints: BigInt64Array
declare const matrix: Matrix<Float32Array>
declare const probabilities: number | number[]

export async function results(): Promise<void> {
  is<Float64Array>(addSync(doubles, 1))
  is<Float64Array>(addSync([1, 2], [3, 4]))
  is<Float64Array>(addSync(range(3), doubles))
  is<Float32Array>(expSync(floats))
  is<Float64Array>(expSync(bytes))
  is<Uint8Array>(addSync(bytes, bytes))
  is<BigInt64Array>(axpySync(2n, bigints, bigints))
  is<Float64Array>(divideSync(bigints, 2n))
  is<Float64Array>(divideSync(bigints, 2))
  is<Float64Array>(await power(bigints, 0.5))
  is<number | Float64Array>(quantileSync(doubles, probabilities))
  is<Matrix<Float32Array>>(addSync(matrix, matrix))
  is<Matrix<Float32Array>>(await exp(matrix))
  is<Int16Array>(astypeSync(doubles, 'int16'))
  is<Matrix<Int16Array>>(astypeSync(matrix, 'int16'))
  is<Float64Array>(await exp(doubles, { out: doubles, threads: 2 }))
  is<{ result: Float64Array; x: Float64Array }>(await exp(doubles, { transfer: true }))
  is<{ result: Float64Array; x: Float64Array; y: Float64Array }>(await add(doubles, doubles, { transfer: true }))
  is<Uint8Array>(clipSync(bytes, 1, 2))
}

export function refusals(): void {
  // @ts-expect-error a number for bigints
  addSync(bigints, 1)
  // @ts-expect-error a bigint for numbers
  scaleSync(doubles, 1n)
  // @ts-expect-error arrays of two types
  addSync(floats, doubles)
  // @ts-expect-error an out of another type
  expSync(bytes, { out: bytes })
  // @ts-expect-error no such type
  astypeSync(doubles, 'double')
  // @ts-expect-error transfer is of the promise form
  expSync(doubles, { transfer: true })
}
