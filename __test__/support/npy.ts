/** Reads NumPy's .npy files (format versions 1 and 2, little-endian, C order) of the fixtures. */
import { readFileSync } from 'node:fs'

const arrayTypes = {
  '<f8': Float64Array,
  '<f4': Float32Array,
  '<i4': Int32Array,
  '<i8': BigInt64Array,
  '|u1': Uint8Array,
} as const

type Descriptor = keyof typeof arrayTypes

export type NpyData = InstanceType<(typeof arrayTypes)[Descriptor]>

export interface NpyArray<T extends NpyData = NpyData> {
  data: T
  /** Length of each axis; empty for a single number. */
  shape: number[]
}

/** Reads one file. The caller may name the type it expects: `readNpy<Float64Array>(path)`; it is not checked. */
export function readNpy<T extends NpyData = NpyData>(path: string | URL): NpyArray<T> {
  const file = readFileSync(path)
  if (file.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error(`${path}: not an .npy file`)
  const wide = file.readUInt8(6) > 1
  const headerStart = wide ? 12 : 10
  const dataStart = headerStart + (wide ? file.readUInt32LE(8) : file.readUInt16LE(8))
  const header = file.toString('latin1', headerStart, dataStart)

  const descriptor = /'descr':\s*'([^']+)'/.exec(header)?.[1]
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  if (descriptor === undefined || !(descriptor in arrayTypes) || shape === undefined) {
    throw new Error(`${path}: unsupported header ${header.trim()}`)
  }
  const axes = shape.split(',').filter((axis) => axis.trim() !== '').map(Number)
  if (/'fortran_order':\s*True/.test(header) && axes.length > 1) throw new Error(`${path}: Fortran order is not supported`)

  const ArrayType = arrayTypes[descriptor as Descriptor]
  const length = axes.reduce((product, axis) => product * axis, 1)
  const byteLength = length * ArrayType.BYTES_PER_ELEMENT
  if (file.length < dataStart + byteLength) throw new Error(`${path}: truncated`)
  // A copy, since a file's data seldom lie at an address that the type may start at.
  const bytes = new Uint8Array(byteLength)
  bytes.set(file.subarray(dataStart, dataStart + byteLength))
  return { data: new ArrayType(bytes.buffer) as T, shape: axes }
}
