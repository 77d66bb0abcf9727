/** Reads NumPy's .npy files of doubles and 32-bit integers into shared memory. */
import { readFileSync } from 'node:fs'

export interface NpyArray {
  readonly values: Float64Array | Int32Array
  readonly shape: readonly number[]
}

/** Format 1.0, C order. The header is text such as `{'descr': '<f8', 'fortran_order': False, 'shape': (569, 30), }`. */
export function readNpy(file: URL): NpyArray {
  const bytes = readFileSync(file)
  if (bytes.toString('latin1', 0, 8) !== '\u0093NUMPY\u0001\u0000') throw new Error(`${file.pathname} is not a .npy file of format 1.0`)
  const start = 10 + bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, start)
  const type = /'descr': '([^']*)'/.exec(header)?.[1] ?? ''
  const shape = (/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? '').split(',').filter((part) => part.trim() !== '').map(Number)
  if (!header.includes("'fortran_order': False") || (type !== '<f8' && type !== '<i4')) throw new Error(`${file.pathname}: unsupported array ${header}`)
  const body = bytes.subarray(start)
  const shared = new SharedArrayBuffer(body.length)
  new Uint8Array(shared).set(body)
  const values = type === '<f8' ? new Float64Array(shared) : new Int32Array(shared)
  if (values.length !== shape.reduce((product, size) => product * size, 1)) throw new Error(`${file.pathname}: its shape and size don't fit`)
  return { values, shape }
}
