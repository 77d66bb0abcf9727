/**
 * Names of shared memory within this process. Which names exist stands in memory that all threads share; the memory behind a name is known to the threads
 * that hold it, to those that they start, and to any other that asks: it is answered by a thread whose event loop turns, or that is blocked by manycore.
 */
import { BroadcastChannel, receiveMessageOnPort, setEnvironmentData, getEnvironmentData } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import { addDuty, attend } from '../../threads/blocked.ts'
import { driveSync } from '../../threads/park.ts'
import { directory } from '../../threads/table.ts'
import { lock, spinLock, unlock } from '../sync/mutex.ts'

/** What a name leads to. */
export interface Block {
  readonly name: string
  /** Tells blocks apart that had the same name one after the other. */
  readonly serial: number
  readonly buffer: SharedArrayBuffer
}

/** Words of the directory: its lock, the last serial, the number of entries, then the entries. */
const LOCK = 0
const SERIAL = 1
const COUNT = 2
const FIRST = 4
/** An entry: hash of the name in two words, serial (0: free). */
const WIDTH = 3

const CHANNEL = 'manycore.memory'
const ASKING = 2000

/** The blocks that this thread holds. Threads that it starts inherit them as they are then. */
const blocks = (getEnvironmentData(CHANNEL) as unknown as Map<string, Block> | undefined) ?? new Map<string, Block>()

function locked<T>(what: (words: Int32Array) => T): T {
  const words = directory()
  if (!spinLock(words, LOCK)) driveSync(lock(words, LOCK, Infinity, 'take'))
  try {
    return what(words)
  } finally {
    unlock(words, LOCK)
  }
}

/** Two 32-bit FNV-1a hashes. Names that collide in both would be taken for one; at 64 bits that is no concern for a few thousand. */
function hash(name: string): readonly [number, number] {
  let [low, high] = [0x811c9dc5, 0x01000193]
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i)
    low = Math.imul(low ^ code, 0x01000193)
    high = Math.imul(high ^ (code + 0x9e37 + i), 0x85ebca6b)
  }
  return [low | 0, high | 0]
}

function find(words: Int32Array, name: string): number {
  const [low, high] = hash(name)
  const end = FIRST + (words[COUNT] ?? 0) * WIDTH
  for (let at = FIRST; at < end; at += WIDTH) if (words[at] === low && words[at + 1] === high && words[at + 2] !== 0) return at
  return -1
}

/** Enters a new name. EXISTS error when it is taken. */
export function enter(name: string, buffer: SharedArrayBuffer): Block {
  const block = locked((words) => {
    if (find(words, name) >= 0) throw makeError('EXISTS', `shared memory "${name}" exists already`, { argument: 'name', got: name })
    const end = FIRST + (words[COUNT] ?? 0) * WIDTH
    let at = FIRST
    while (at < end && words[at + 2] !== 0) at += WIDTH
    if (at + WIDTH > words.length) throw makeError('RANGE', 'there are too many names of shared memory in this process')
    const [low, high] = hash(name)
    const serial = (words[SERIAL] ?? 0) + 1
    words[SERIAL] = serial
    words[at] = low
    words[at + 1] = high
    words[at + 2] = serial
    if (at === end) words[COUNT] = (words[COUNT] ?? 0) + 1
    return { name, serial, buffer }
  })
  keep(block)
  return block
}

/** This thread holds the block, and tells others of it. */
export function keep(block: Block): void {
  blocks.set(block.name, block)
  setEnvironmentData(CHANNEL, blocks as never)
  answer()
}

/** The name leads nowhere from now on, if it still leads to this block. */
export function remove({ name, serial }: Block): void {
  locked((words) => {
    const at = find(words, name)
    if (at >= 0 && words[at + 2] === serial) words[at + 2] = 0
  })
  forget({ name, serial })
  // Others would hold the memory for nothing.
  answer().postMessage({ name, serial } satisfies Removal)
}

function forget({ name, serial }: Removal): void {
  if (blocks.get(name)?.serial === serial) blocks.delete(name)
}

/** Whether the name leads to memory of this process's threads. */
export function isEntered(name: string): boolean {
  return locked((words) => find(words, name) >= 0)
}

/** The block behind a name. NOT_FOUND error when there is none. */
export function lookUp(name: string): Block {
  const serial = locked((words) => {
    const at = find(words, name)
    return at < 0 ? undefined : words[at + 2]
  })
  if (serial === undefined) throw makeError('NOT_FOUND', `there is no shared memory "${name}" in this process`, { argument: 'name', got: name })
  const known = blocks.get(name)
  if (known?.serial === serial) return known
  const found = ask(name, serial)
  if (found === undefined) {
    throw makeError('NOT_FOUND', `shared memory "${name}" exists, but no thread that holds it answered within ${ASKING} ms: send the SharedMemory itself to this thread as an argument`, {
      argument: 'name', got: name,
    })
  }
  return found
}

/** The name of a block has been taken away. */
type Removal = Pick<Block, 'name' | 'serial'>

interface Question extends Removal {
  readonly answerTo: string
}

/** Blocks until some thread answers. */
function ask(name: string, serial: number): Block | undefined {
  const answerTo = `${CHANNEL}.${crypto.randomUUID()}`
  const answers = new BroadcastChannel(answerTo)
  const questions = new BroadcastChannel(CHANNEL)
  try {
    questions.postMessage({ name, serial, answerTo } satisfies Question)
    const sleeper = new Int32Array(new SharedArrayBuffer(4))
    const until = performance.now() + ASKING
    while (performance.now() < until) {
      const message = receiveMessageOnPort(answers as never) as { message: Block } | undefined
      if (message !== undefined) return message.message
      // Two threads may ask each other.
      attend()
      Atomics.wait(sleeper, 0, 0, 1)
    }
    return undefined
  } finally {
    answers.close()
    questions.close()
  }
}

let answering: BroadcastChannel | undefined

/** From now on this thread answers questions and hears of removals, without being kept alive for it. */
function answer(): BroadcastChannel {
  if (answering !== undefined) return answering
  const channel = new BroadcastChannel(CHANNEL)
  answering = channel
  const handle = (message: Question | Removal): void => {
    const block = blocks.get(message.name)
    if (block?.serial !== message.serial) return
    if (!('answerTo' in message)) return forget(message)
    const answers = new BroadcastChannel(message.answerTo)
    answers.postMessage(block)
    answers.close()
  }
  // oxlint-disable-next-line prefer-add-event-listener -- a BroadcastChannel of Node's has no other way that its types know
  channel.onmessage = (event: unknown) => handle((event as { data: Question | Removal }).data)
  channel.unref()
  addDuty(() => {
    for (let next = receiveMessageOnPort(channel as never); next !== undefined; next = receiveMessageOnPort(channel as never)) handle((next as { message: Question | Removal }).message)
  })
  return channel
}

if (blocks.size > 0) {
  answer()
  // What has been removed between the start of this thread and now, nobody told it.
  locked((words) => {
    for (const { name, serial } of blocks.values()) {
      const at = find(words, name)
      if (at < 0 || words[at + 2] !== serial) blocks.delete(name)
    }
  })
}
