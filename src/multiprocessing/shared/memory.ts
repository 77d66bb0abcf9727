/** Blocks of memory with names. */
import { randomBytes } from 'node:crypto'
import { argumentError, makeError } from '../../errors.ts'
import { checkNames } from '../../common/options.ts'
import { checkCount } from '../options.ts'
import { registerShared } from '../sync/travel.ts'
import { enter, keep, lookUp, remove, type Block } from './directory.ts'

export interface SharedMemoryOptions {
  /** Default: a new name. */
  name?: string | undefined
}

export function checkMemoryOptions(options: SharedMemoryOptions): string {
  checkNames(options, ['name'])
  const { name = `manycore-${randomBytes(8).toString('hex')}` } = options
  return checkMemoryName(name)
}

export function checkMemoryName(name: unknown): string {
  if (typeof name !== 'string' || name === '') throw argumentError('TYPE', 'name', 'a name', name)
  return name
}

/**
 * Raw memory that all threads of this process see, found by its name or sent as an argument.
 *
 * ```ts
 * const memory = SharedMemory.create(8 * 1_000_000)
 * const numbers = new Float64Array(memory.buffer)
 * ```
 *
 * It is there until `unlink` takes its name away, and after that as long as somebody holds it. Between processes it can't be shared yet.
 */
export class SharedMemory {
  readonly name: string
  /** Size. */
  readonly bytes: number
  readonly #block: Block
  #closed = false

  /** @internal Made by `create` and `attach`. */
  constructor(block: Block) {
    this.#block = block
    this.name = block.name
    this.bytes = block.buffer.byteLength
  }

  /** New memory, all 0. @throws OPTION for a bad size, EXISTS when the name is taken. */
  static create(bytes: number, options: SharedMemoryOptions = {}): SharedMemory {
    checkCount(bytes, 'bytes', 0)
    const name = checkMemoryOptions(options)
    return new SharedMemory(enter(name, new SharedArrayBuffer(bytes)))
  }

  /** Memory that exists, by its name. @throws NOT_FOUND. */
  static attach(name: string): SharedMemory {
    const block = lookUp(checkMemoryName(name))
    keep(block)
    return new SharedMemory(block)
  }

  /** The memory, to be viewed by typed arrays. @throws CLOSED after `close`. */
  get buffer(): SharedArrayBuffer {
    if (this.#closed) throw makeError('CLOSED', `shared memory "${this.name}" is closed here`)
    return this.#block.buffer
  }

  /** This object won't be used again. Views that exist stay valid; the memory goes when nobody holds it any more. */
  close(): void {
    this.#closed = true
  }

  /** Takes the name away: nobody can attach any more, and it may be given again. */
  unlink(): void {
    remove(this.#block)
  }

  static {
    registerShared(SharedMemory, 'SharedMemory', (from) => {
      if (from.#closed) throw makeError('CLOSED', `shared memory "${from.name}" is closed here`)
      return from.#block
    }, (block: Block) => {
      keep(block)
      return new SharedMemory(block)
    })
  }
}
