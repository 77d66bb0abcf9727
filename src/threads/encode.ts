/**
 * What structured clone turns into `{}` and this keeps: objects of the toolkit, `Range`, `Matrix`, at any depth in arrays,
 * objects (of a user's class, too, which arrive as plain ones, as ever), Maps and Sets. Each class registers a codec; its objects travel as a tagged record and are revived on arrival.
 *
 * A value without any such object is found by one walk and goes as it is; typed arrays and buffers aren't walked.
 */
import { Range } from '../common/range.ts'
import { argumentError, describe, makeError } from '../errors.ts'
import type { Line } from './line.ts'
import { checkTransfer } from './transfer-list.ts'

export type WorkerKind = 'thread' | 'process'

/** What an encoder may ask of the message that carries its object. */
export interface EncodeContext {
  /** Where the value goes. Shared memory can't go to a process. */
  readonly kind: WorkerKind
  /** Objects to transfer with the message; encoders may add to it. */
  readonly transfer: unknown[]
  /** To a process: where links can be opened. */
  readonly line?: Line | undefined
}

/** How the objects of one class travel. */
export interface Codec<T extends object> {
  /** Identifies the codec on both sides. */
  readonly tag: string
  /** Plain data (it may hold shared buffers, and ports listed in `transfer`). Throws a CLONE error where the object can't go. */
  encode(value: T, context: EncodeContext): unknown
  revive(data: never): T
}

/** The prototype of a class that can travel has its codec under this key; shared by all copies of this package in a thread. */
const codecKey: unique symbol = Symbol.for('manycore.codec') as never

/** Key of the record that stands for an encoded object. */
const TAG = '\u0000manycore'

interface Travels {
  readonly [codecKey]?: Codec<object>
}

const codecs = new Map<string, Codec<object>>()

/** Makes the objects of `Class` (and of its subclasses) able to travel. */
export function registerCodec<T extends object>(Class: abstract new (...args: never[]) => T, codec: Codec<T>): void {
  codecs.set(codec.tag, codec as unknown as Codec<object>)
  Object.defineProperty(Class.prototype, codecKey, { value: codec, configurable: true })
}

/** Objects of `Class` belong to their thread: sending one is a CLONE error that says what to do instead, where structured clone would make an empty object of it. */
export function refuseToSend(Class: abstract new (...args: never[]) => object, name: string, instead: string): void {
  registerCodec(Class, {
    tag: name,
    encode: () => {
      throw makeError('CLONE', `a ${name} can't be sent to another thread or process: ${instead}`, { got: `a ${name}`, wanted: instead })
    },
    revive: () => {
      throw makeError('INTERNAL', `a ${name} arrived`)
    },
  })
}

/** How objects of `Class` travel, for a class that wraps one. */
export function codecOf<T extends object>(Class: abstract new (...args: never[]) => T): Codec<T> {
  return (Class.prototype as Travels)[codecKey] as unknown as Codec<T>
}

/** Lets objects arrive here whose class brings its codec along under `Symbol.for('manycore.codec')`. */
export function acceptCodec(Class: abstract new (...args: never[]) => object): void {
  const codec = (Class.prototype as Travels)[codecKey]
  if (codec !== undefined) codecs.set(codec.tag, codec)
}

/** A value on its way: `coded` says whether the receiver must revive it. */
export interface Encoded {
  readonly value: unknown
  readonly coded: boolean
}

/**
 * How many levels of arrays, objects, Maps and Sets may lie in each other. The engine takes a piece of the stack for each of them, and not of the sender's alone: the main thread can read some
 * 1860 levels of objects, a worker, whose stack is larger, could send it thousands more, which would be lost on arrival without a word to whoever waits for them.
 */
export const MOST_LEVELS = 1500

/** A value nests too deeply to be sent. `cloneError` names it. */
export class TooDeep extends Error {}

/** Whether a value alone would be refused for that. */
export function nestsTooDeeply(value: unknown, level = 0, seen = new Set<object>()): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return false
  if (level > MOST_LEVELS) return true
  seen.add(value)
  return (Array.isArray(value) ? value : childrenOf(value))?.some((each) => nestsTooDeeply(each, level + 1, seen)) === true
}

/** Prepares a value for postMessage or send. Costs one walk over arrays and plain objects, and copies only where there is something to encode. @throws TooDeep, and what encoders throw. */
export function encode(value: unknown, context: EncodeContext): Encoded {
  if (!holdsTravellers(value, undefined, 0)) return { value, coded: false }
  try {
    return { value: rewrite(value, context, new Map(), 0), coded: true }
  } catch (error) {
    takeBack(context.transfer)
    throw error
  }
}

/** How to undo what was given away with a message, by its transfer list. */
const givenAway = new WeakMap<readonly unknown[], (() => void)[]>()

/** An encoder gives its object away with the message; `undo` makes it usable here again. */
export function giveAway({ transfer }: EncodeContext, undo: () => void): void {
  const undos = givenAway.get(transfer)
  if (undos === undefined) givenAway.set(transfer, [undo])
  else undos.push(undo)
}

/** The message with this transfer list could not be sent. */
export function takeBack(transfer: readonly unknown[]): void {
  for (const undo of givenAway.get(transfer) ?? []) undo()
  givenAway.delete(transfer)
}

/** The value as it was before `encode`. Writes into the received value, which nobody else holds. */
export function revive(value: unknown): unknown {
  return restore(value, new Set())
}

/** Whether `value` is, or holds, an object with a codec. */
function holdsTravellers(value: unknown, seen: Set<object> | undefined, level: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ((value as Travels)[codecKey] !== undefined) return true
  if (ArrayBuffer.isView(value)) return false
  checkLevel(level)
  if (Array.isArray(value)) {
    let visited = seen
    for (let i = 0; i < value.length; i++) {
      const each: unknown = value[i]
      // The set is made only once something can lead back here.
      if (typeof each !== 'object' || each === null) continue
      visited ??= new Set<object>([value])
      if (visited.has(each)) continue
      visited.add(each)
      if (holdsTravellers(each, visited, level + 1)) return true
    }
    return false
  }
  const children = childrenOf(value)
  if (children === undefined) return value instanceof URL || isOfPlatform(value)
  const visited = seen ?? new Set<object>([value])
  for (const each of children) {
    if (typeof each !== 'object' || each === null || visited.has(each)) continue
    visited.add(each)
    if (holdsTravellers(each, visited, level + 1)) return true
  }
  return false
}

function checkLevel(level: number): void {
  if (level > MOST_LEVELS) throw new TooDeep(`it nests more than ${MOST_LEVELS} levels deep`)
}

function childrenOf(value: object): readonly unknown[] | undefined {
  if (isPlain(value) || isInstance(value)) return Object.values(value)
  if (value instanceof Map) return [...value.keys(), ...value.values()]
  if (value instanceof Set) return [...value]
  return undefined
}

/** Objects of the platform that a thread receives, and of which a process would get an empty object without a word. */
function isOfPlatform(value: object): boolean {
  return /^\[object (Blob|File|MessagePort|BroadcastChannel|CryptoKey|\w+Stream)\]$/.test(Object.prototype.toString.call(value))
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** An object of a user's class. Those of the runtime say what they are, and their content isn't in their properties. */
function isInstance(value: object): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === '[object Object]'
}

/** A copy in which every traveller is a tagged record; `done` keeps shared references and cycles as they were. */
function rewrite(value: unknown, context: EncodeContext, done: Map<object, unknown>, level: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  const before = done.get(value)
  if (before !== undefined) return before
  const codec = (value as Travels)[codecKey]
  if (codec !== undefined) {
    const record = { [TAG]: codec.tag, data: undefined as unknown }
    done.set(value, record)
    record.data = codec.encode(value, context)
    return record
  }
  checkLevel(level)
  if (Array.isArray(value)) {
    const copy: unknown[] = []
    done.set(value, copy)
    for (let i = 0; i < value.length; i++) copy.push(rewrite(value[i], context, done, level + 1))
    return copy
  }
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>()
    done.set(value, copy)
    for (const [key, each] of value) copy.set(rewrite(key, context, done, level + 1), rewrite(each, context, done, level + 1))
    return copy
  }
  if (value instanceof Set) {
    const copy = new Set<unknown>()
    done.set(value, copy)
    for (const each of value) copy.add(rewrite(each, context, done, level + 1))
    return copy
  }
  if (isPlain(value) || (isInstance(value) && holdsTravellers(value, undefined, level))) {
    const copy: Record<string, unknown> = {}
    done.set(value, copy)
    for (const [key, each] of Object.entries(value)) copy[key] = rewrite(each, context, done, level + 1)
    return copy
  }
  if (value instanceof URL) return { [TAG]: 'URL', data: value.href }
  if (context.kind === 'process' && isOfPlatform(value)) throw makeError('CLONE', `${describe(value)} can be sent to a thread only, not to a process`, { got: describe(value) })
  return value
}

const revived = new WeakMap<object, object>()

function restore(value: unknown, seen: Set<object>): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if (TAG in value) return reviveRecord(value as { [TAG]: string; data: unknown })
  if (seen.has(value)) return value
  seen.add(value)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = restore(value[i], seen)
  } else if (value instanceof Map) {
    const entries = [...value]
    value.clear()
    for (const [key, each] of entries) value.set(restore(key, seen), restore(each, seen))
  } else if (value instanceof Set) {
    const members = [...value]
    value.clear()
    for (const each of members) value.add(restore(each, seen))
  } else if (isPlain(value)) {
    for (const key of Object.keys(value)) value[key] = restore(value[key], seen)
  }
  return value
}

function reviveRecord(record: { [TAG]: string; data: unknown }): object {
  const before = revived.get(record)
  if (before !== undefined) return before
  const codec = codecs.get(record[TAG])
  if (codec === undefined) {
    throw makeError('CLONE', `an object of kind "${record[TAG]}" arrived, but nothing here has imported its class from manycore`, { got: record[TAG] })
  }
  const value = codec.revive(record.data as never)
  revived.set(record, value)
  return value
}

registerCodec(Range, {
  tag: 'range',
  encode: ({ start, stop, step }) => [start, stop, step],
  revive: ([start, stop, step]: [number, number, number]) => new Range(start, stop, step),
})

// Structured clone makes an empty object of a URL. Its class is the platform's and stays as it is.
codecs.set('URL', { tag: 'URL', encode: (url) => (url as URL).href, revive: (href: string) => new URL(href) })

/** A value with the objects in it that are to be moved, not copied. */
class Transfer {
  readonly value: unknown
  readonly list: readonly unknown[]

  constructor(value: unknown, list: readonly unknown[]) {
    this.value = value
    this.list = list
  }
}

registerCodec(Transfer, {
  tag: 'transfer',
  encode: ({ value, list }, context) => {
    context.transfer.push(...list)
    return rewrite(value, context, new Map(), 0)
  },
  // What arrives is the value itself.
  revive: (data: object) => restore(data, new Set()) as Transfer,
})

/**
 * Marks an item or a result: the objects in `list` (ArrayBuffers, ports, streams) are moved to the other thread instead of
 * copied, and can't be used here any more. Between processes everything is copied.
 *
 * @throws TypeError ERR_MANYCORE_OPTION for a list that is none, ERR_MANYCORE_NOT_TRANSFERABLE for an object in it that can't be moved.
 */
export function transfer<T>(value: T, list: readonly unknown[]): T {
  if (list === undefined) throw argumentError('OPTION', 'list', 'an array of transferable objects', list)
  checkTransfer(list, 'list')
  return new Transfer(value, list) as T
}
