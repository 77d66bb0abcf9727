/** Blocks of memory with names. */
import { argumentError, makeError } from '../../errors.ts'
import { checkNames } from '../../common/options.ts'
import { registerCodec, type EncodeContext, type WorkerKind } from '../../threads/encode.ts'
import { checkCount, checkKind } from '../options.ts'
import { enter, isEntered, keep, lookUp, remove, type Block } from './directory.ts'
import { attachForProcesses, canShareWithProcesses, closeForProcesses, createForProcesses, giveBack, unlinkForProcesses, type Place, type ProcessBlock } from './process-memory.ts'
import { allocateShared } from './types.ts'

export interface SharedMemoryOptions {
  /** Default: a new name. */
  name?: string | undefined
  /** Who can attach: the threads of this process, or other processes, too. Default: `'process'` where there is such memory (Node on Linux, with the native core), else `'thread'`. */
  kind?: WorkerKind | undefined
}

export function checkMemoryOptions(options: SharedMemoryOptions): { readonly name: string; readonly kind: WorkerKind | undefined } {
  checkNames(options, ['name', 'kind'])
  const { name = newName(), kind } = options
  if (kind !== undefined) checkKind(kind)
  return { name: checkMemoryName(name), kind }
}

function newName(): string {
  return `manycore-${crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(16).padStart(16, '0')}`
}

export function checkMemoryName(name: unknown): string {
  if (typeof name !== 'string' || name === '') throw argumentError('TYPE', 'name', 'a name', name)
  return name
}

/** Who attaches and forgets to close keeps no descriptor for it: only the maker's stands for the name. */
const forgotten = new FinalizationRegistry((descriptor: number) => giveBack(descriptor, false))

/** Bun and Deno share memory between threads only, as far as is tested. */
function sharesByDefault(): boolean {
  return canShareWithProcesses() && !('Bun' in globalThis) && !('Deno' in globalThis)
}

/** In place of the memory of an object that is closed. */
const nothing = new SharedArrayBuffer(0)

/** Memory of kind 'process' on its way. */
interface Named {
  readonly name: string
  readonly place: Place
}

let encodeMemory: (memory: SharedMemory, context: EncodeContext) => Block | Named

/**
 * Raw memory that all threads of this process and other processes see, found by its name or sent as an argument.
 *
 * ```ts
 * const memory = SharedMemory.create(8 * 1_000_000)
 * const numbers = new Float64Array(memory.buffer)
 * ```
 *
 * Of kind `'process'`, the default on Linux with the native core, `buffer` is an ArrayBuffer on memory of the system, one for each `create` and `attach`: send the SharedMemory or its
 * name, not the buffer, which would be copied. It is there as long as a process holds it; when all have ended, even by a kill, nothing is left.
 *
 * Of kind `'thread'`, the default elsewhere, `buffer` is a SharedArrayBuffer, on which threads can sleep, too (`Atomics.wait`), and only threads of this process can attach. It is
 * there until `unlink` takes its name away, and after that as long as somebody holds it.
 */
export class SharedMemory {
  readonly name: string
  readonly kind: WorkerKind
  /** Size. */
  readonly bytes: number
  #block: Block | ProcessBlock
  #closed = false
  #unlinked = false
  /** Given by `create`: between processes the name leads here by way of this object. */
  readonly #made: boolean

  /** @internal Made by `create` and `attach`. */
  constructor(block: Block | ProcessBlock, made = false) {
    this.#block = block
    this.#made = made
    this.name = block.name
    this.kind = 'descriptor' in block ? 'process' : 'thread'
    this.bytes = block.buffer.byteLength
    if ('descriptor' in block && !block.made) forgotten.register(this, block.descriptor, this)
  }

  /** New memory, all 0. @throws OPTION for a bad size, EXISTS when the name is taken, NATIVE_LOAD where there is none of kind `'process'`. */
  static create(bytes: number, options: SharedMemoryOptions = {}): SharedMemory {
    checkCount(bytes, 'bytes', 0)
    const { name, kind } = checkMemoryOptions(options)
    if (kind === 'thread' || (kind === undefined && !sharesByDefault())) return makeMemory(enter(name, allocateShared(bytes, 'bytes')), true)
    if (isEntered(name)) throw makeError('EXISTS', `shared memory "${name}" exists already`, { argument: 'name', got: name })
    return makeMemory(createForProcesses(name, bytes, options.name === undefined), true)
  }

  /** Memory that exists, of this process or of another, by its name. @throws NOT_FOUND. */
  static attach(name: string): SharedMemory {
    return attachTo(checkMemoryName(name))
  }

  /** The memory, to be viewed by typed arrays. @throws CLOSED after `close`. */
  get buffer(): SharedArrayBuffer | ArrayBuffer {
    this.#checkOpen()
    return this.#block.buffer
  }

  #checkOpen(): void {
    if (this.#closed) throw makeError('CLOSED', `shared memory "${this.name}" is closed here`)
  }

  /**
   * This object won't be used again. Views of a SharedArrayBuffer stay valid; those of kind `'process'` have length 0 from now on, and its pages are given back at once: nothing that was
   * begun on them (random bytes, compression, reading a file) may be under way.
   */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (!('descriptor' in this.#block)) {
      this.#block = { ...this.#block, buffer: nothing }
      return
    }
    forgotten.unregister(this)
    closeForProcesses(this.#block, this.#made && !this.#unlinked)
  }

  /** Takes the name away: nobody can attach any more, and it may be given again. Who has attached keeps the memory. */
  unlink(): void {
    if (this.#unlinked) return
    if ('descriptor' in this.#block) {
      // After `close` only the maker still has a way to it.
      if (this.#closed && !this.#made) this.#checkOpen()
      unlinkForProcesses(this.#block, this.#closed)
    } else remove(this.#block)
    this.#unlinked = true
  }

  /** `close`; and `unlink` by the object that `create` gave, whose block is the memory's own. */
  [Symbol.dispose](): void {
    if (this.#made) this.unlink()
    this.close()
  }

  static {
    encodeMemory = (memory, { kind }) => {
      memory.#checkOpen()
      if ('descriptor' in memory.#block) return { name: memory.name, place: { pid: process.pid, descriptor: memory.#block.descriptor } }
      if (kind === 'thread') return memory.#block as Block
      throw makeError('CLONE', "a SharedMemory of kind 'thread' is shared memory of this process and can't be sent to another one: create it with { kind: 'process' }, or use kind: 'thread' for the worker", {
        argument: 'SharedMemory', got: 'a SharedMemory of this process', wanted: "one of kind 'process'",
      })
    }
  }
}

// Outside the class: the compiler's name for a class inside itself may be set only after its static blocks.
function makeMemory(block: Block | ProcessBlock, made = false): SharedMemory {
  return new SharedMemory(block, made)
}

function attachTo(name: string, place?: Place): SharedMemory {
  const ofProcess = isEntered(name) ? undefined : attachForProcesses(name, place)
  if (ofProcess !== undefined) return makeMemory(ofProcess)
  const block = lookUp(name)
  keep(block)
  return makeMemory(block)
}

registerCodec(SharedMemory, {
  tag: 'SharedMemory',
  encode: (memory, context) => encodeMemory(memory, context),
  revive: (data: Block | Named) => {
    if ('place' in data) return attachTo(data.name, data.place)
    keep(data)
    return makeMemory(data)
  },
})
