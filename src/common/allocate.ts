/** Memory that asynchronous kernels read without copying and without looking twice: see docs/memory.md. */
import { totalmem } from 'node:os'
import process from 'node:process'
import { setImmediate } from 'node:timers'
import { addon } from '../addon/index.ts'
import { argumentError } from '../errors.ts'
import type { NumericArray } from './arrays.ts'
import { checkNames } from './options.ts'

type Constructors = {
  float64: Float64ArrayConstructor
  float32: Float32ArrayConstructor
  int8: Int8ArrayConstructor
  uint8: Uint8ArrayConstructor
  uint8clamped: Uint8ClampedArrayConstructor
  int16: Int16ArrayConstructor
  uint16: Uint16ArrayConstructor
  int32: Int32ArrayConstructor
  uint32: Uint32ArrayConstructor
  bigint64: BigInt64ArrayConstructor
  biguint64: BigUint64ArrayConstructor
}

const constructors: Constructors = {
  float64: Float64Array,
  float32: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  uint8clamped: Uint8ClampedArray,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  bigint64: BigInt64Array,
  biguint64: BigUint64Array,
}

/** The class of Float16Arrays, where the runtime has it. */
const Float16 = (globalThis as { readonly Float16Array?: Uint16ArrayConstructor }).Float16Array

/** Element types by name, but for `'float16'`, which not every runtime has. */
export type ElementType = keyof Constructors

export interface AllocateOptions {
  /** On a SharedArrayBuffer, so that workers see the same memory. Default false. */
  shared?: boolean | undefined
  /** Filled with zeros. Default true; without it the content is whatever the memory held. */
  zero?: boolean | undefined
}

const owned = new WeakSet<ArrayBufferLike>()

/**
 * A typed array of `length` elements in memory that promise-form kernels can read off the thread without a copy: native,
 * 64-byte aligned memory which outlives every reader, or a SharedArrayBuffer with `shared` (aligned to 16 bytes by the engine, always zeroed).
 * Without the native core, and where the runtime takes none of its memory (Electron; Node 20 from 4 GiB on), unshared memory is an ordinary ArrayBuffer; so is what one turn of the event loop
 * asks for beyond an eighth of the memory that the process may use, since engines give such memory back between turns only. `'float16'` gives a Float16Array.
 *
 * @throws TypeError ERR_MANYCORE_TYPE for an unknown type, and for `'float16'` on a runtime without Float16Array (Node before 24), RangeError ERR_MANYCORE_RANGE for a length that is no count or can't be had.
 */
export function allocate(type: 'float16', length: number, options?: AllocateOptions): NumericArray
export function allocate<T extends ElementType>(type: T, length: number, options?: AllocateOptions): InstanceType<Constructors[T]>
export function allocate(type: ElementType | 'float16', length: number, options: AllocateOptions = {}): NumericArray {
  const Class = classOf(type)
  if (typeof length !== 'number') throw argumentError('TYPE', 'length', 'a number of elements', length)
  if (!Number.isSafeInteger(length) || length < 0) throw argumentError('RANGE', 'length', 'a non-negative integer', length)
  checkNames(options, ['shared', 'zero'])
  for (const name of ['shared', 'zero'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'boolean') throw argumentError('OPTION', name, 'a boolean', options[name])
  }
  const bytes = length * Class.BYTES_PER_ELEMENT
  let buffer: ArrayBufferLike
  try {
    buffer = options.shared === true ? new SharedArrayBuffer(bytes) : unshared(bytes, options.zero !== false)
  } catch (cause) {
    throw Object.assign(argumentError('RANGE', 'length', 'a length whose memory can be had', length), { cause })
  }
  return new Class(buffer as ArrayBuffer)
}

function classOf(type: ElementType | 'float16'): Float64ArrayConstructor {
  if (typeof type === 'string' && Object.hasOwn(constructors, type)) return constructors[type as ElementType] as Float64ArrayConstructor
  if (type === 'float16' && Float16 !== undefined) return Float16 as unknown as Float64ArrayConstructor
  const names = [...Object.keys(constructors), ...(Float16 === undefined ? [] : ['float16'])].join(', ')
  throw argumentError('TYPE', 'type', `one of ${names}${type === 'float16' ? ' (this runtime has no Float16Array)' : ''}`, type)
}

/** So much of the memory that this process may use is lent to the engine in one turn of the event loop. */
const LENT_A_TURN = 1 / 8

let lent = 0
let most: number | undefined

/** Whether the engine may have so much more memory of ours before the event loop turns: it gives none back until then, whatever its collector has found. */
function mayLend(bytes: number): boolean {
  return lent === 0 || lent + bytes <= (most ??= LENT_A_TURN * Math.min(totalmem(), process.constrainedMemory?.() || Infinity))
}

function unshared(bytes: number, zeroed: boolean): ArrayBuffer {
  const buffer = bytes > 0 && mayLend(bytes) ? addon()?.allocate(bytes, zeroed ? 1 : 0) : undefined
  if (buffer === undefined) return new ArrayBuffer(bytes)
  if (lent === 0) setImmediate(() => (lent = 0)).unref()
  lent += bytes
  owned.add(buffer)
  return buffer
}

/**
 * Whether a buffer's memory outlives any reader whatever JavaScript does: shared memory, and unshared memory from
 * `allocate`. Everything else may be freed by a transfer or a resize at any turn of the event loop.
 */
export function isStable(buffer: ArrayBufferLike): boolean {
  return owned.has(buffer) || isShared(buffer)
}

/** Whether a buffer, of any realm, is shared memory, which workers can see. */
export function isShared(buffer: ArrayBufferLike): boolean {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]'
}
