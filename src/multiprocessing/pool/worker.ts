/** Entry of a pool's workers: import the module once, then answer batches of tasks. */
import type { Serializer } from 'node:v8'
import { builtin } from '../../common/builtin.ts'
import { boot } from '../../threads/boot.ts'
import type { Channel } from '../../threads/channel.ts'
import { cloneError } from '../../threads/clone-error.ts'
import { encode, revive, takeBack, type EncodeContext } from '../../threads/encode.ts'
import { bareError, encodeError, type EncodedError } from '../../threads/error-transport.ts'
import { Lingering } from '../../threads/linger.ts'
import { exportedFunction, loadModule, type Namespace } from '../../threads/load-module.ts'
import { sawShared } from '../../threads/pressure.ts'
import { expectTravellers } from '../arrivals.ts'
import { runLane } from './lane-worker.ts'
import { isPromise, type Target } from './loops.ts'
import { fromShortRun, shortDone, type DoneMessage, type Failure, type FromWorker, type LaneResult, type LaneTask, type Operation, type PoolSetup, type RunMessage, type ShortDone, type ToWorker } from './protocol.ts'
import { USAGE_MILLISECONDS, usageOf } from './usage.ts'

/** Answers the pool at the other end of `channel` with the functions that `load` gives. */
export function serveModule(channel: Channel, load: (url: string) => Promise<Namespace>): void {
  let worker: TaskRunner | undefined
  channel.onMessage((received) => {
    const message = fromShortRun(received as ToWorker)
    if ('stop' in message) channel.close()
    else if ('slot' in message) void worker?.run(message)
    else {
      worker = new TaskRunner(channel, message)
      void worker.prepare(load)
    }
  })
}

class TaskRunner {
  readonly #channel: Channel
  readonly #setup: PoolSetup
  readonly #functions = new Map<string, Target>()
  /** Batches that have begun, by slot: what has been answered so far is sent even when a task ends the worker. */
  readonly #open = new Map<number, Answer>()
  readonly #lingering = new Lingering()
  #module: Namespace = {}
  /** When the last usage was read. */
  #usageRead = -Infinity

  constructor(channel: Channel, setup: PoolSetup) {
    this.#channel = channel
    this.#setup = setup
  }

  async prepare(load: (url: string) => Promise<Namespace>): Promise<void> {
    const begun = performance.now()
    const { url, initializer, initializerArgs, coded } = this.#setup
    try {
      this.#module = await load(url)
      if (initializer !== undefined) {
        if (coded) await expectTravellers()
        await this.#function(initializer)(...((coded ? revive(initializerArgs) : initializerArgs) as unknown[]))
      }
    } catch (error) {
      this.#post({ broken: encodeTaskError(error) })
      return
    }
    process.on('exit', () => {
      for (const answer of this.#open.values()) this.#send(answer)
    })
    this.#post({ ready: true, milliseconds: performance.now() - begun })
  }

  #function(name: string): Target {
    let target = this.#functions.get(name)
    if (target === undefined) {
      target = exportedFunction(this.#module, name, this.#setup.url)
      this.#functions.set(name, target)
    }
    return target
  }

  /** Runs a batch: without a turn of the loop as long as nothing has to be awaited. */
  async run({ slot, operation, name, payloads, coded, shared, linger }: RunMessage): Promise<void> {
    const arrivals = coded ? expectTravellers() : undefined
    if (arrivals !== undefined) await arrivals
    const answer: Answer = { slot, values: [], failures: undefined, begun: performance.now(), operation }
    this.#open.set(slot, answer)
    if (this.#setup.started === undefined) this.#channel.post({ began: slot })
    for (let i = 0; i < payloads.length; i++) {
      if (this.#setup.started !== undefined) Atomics.store(this.#setup.started, slot, i + 1)
      const before: unknown[] = []
      try {
        const payload = coded ? revive(payloads[i]) : payloads[i]
        const result = perform(this.#function(name), operation, payload, before)
        answer.values.push(isPromise(result) ? await result : result)
      } catch (error) {
        answer.failures ??= []
        answer.failures.push({ task: i, error: encodeTaskError(error), before })
        answer.values.push(undefined)
      }
    }
    this.#open.delete(slot)
    this.#send(answer)
    if (linger === true) this.#lingering.begin()
    if (shared !== undefined) sawShared(shared)
    if (operation === 'lane') for (const task of payloads as readonly LaneTask[]) sawShared(task.out.byteLength)
  }

  #send(answer: Answer): void {
    const { slot, values, failures, begun } = answer
    const now = performance.now()
    const milliseconds = now - begun
    try {
      const done: DoneMessage = { slot, values, coded: false, failures, milliseconds }
      if (now - this.#usageRead < USAGE_MILLISECONDS) this.#post(done)
      else {
        this.#usageRead = now
        this.#post({ ...done, usage: usageOf(this.#channel.kind) })
      }
    } catch (error) {
      this.#sendSingly(answer, milliseconds, error)
    }
  }

  /** One of the results can't be cloned: that task fails, the others keep theirs. */
  #sendSingly({ slot, values, failures, operation }: Answer, milliseconds: number, cause: unknown): void {
    const all: Failure[] = []
    const sound = values.map((value, task) => {
      const before = failures?.find((each) => each.task === task)
      if (before !== undefined) {
        all.push(isCloneable(before.before, this.#context()) ? before : { ...before, before: [] })
      } else if (!isCloneable(value, this.#context())) {
        all.push({ task, error: encodeError(cloneError(firstUncloneable(value, operation, this.#context()), 'result', cause)), before: [] })
      } else return value
      return undefined
    })
    try {
      this.#post({ slot, values: sound, coded: false, failures: all, milliseconds })
    } catch (error) {
      // What passes structured clone and no process: shared memory. Errors that have come this far go on without what they hold of it.
      const everything = values.map((value, task) => {
        const failed = all.find((each) => each.task === task)
        return { task, error: failed === undefined ? encodeError(cloneError(firstUncloneable(value, operation, this.#context()), 'result', error)) : bareError(failed.error), before: [] }
      })
      this.#post({ slot, values: values.map(() => undefined), coded: false, failures: everything, milliseconds })
    }
  }

  #context(): EncodeContext {
    return { kind: this.#channel.kind, transfer: [], line: this.#channel.line }
  }

  #post(message: Exclude<FromWorker, ShortDone>): void {
    if (!('values' in message)) {
      this.#channel.post(message)
      return
    }
    const { values, failures } = message
    const context = this.#context()
    const { transfer } = context
    const { value, coded } = encode(failures === undefined ? values : [values, ...failures.map(({ before }) => before)], context)
    const sent = coded ? encodedAnswer(message, value) : (shortDone(message) ?? message)
    try {
      this.#channel.post(sent, transfer)
    } catch (error) {
      takeBack(transfer)
      throw error
    }
  }
}

/** `encoded` are the answer's values, followed by the results before each failure, if there are any. */
function encodedAnswer(message: DoneMessage, encoded: unknown): DoneMessage {
  const { failures } = message
  if (failures === undefined) return { ...message, values: encoded as readonly unknown[], coded: true }
  const [values, ...before] = encoded as [readonly unknown[], ...(readonly unknown[])[]]
  return { ...message, values, coded: true, failures: failures.map((failure, i) => ({ ...failure, before: before[i] ?? [] })) }
}

interface Answer {
  readonly slot: number
  readonly values: unknown[]
  failures: Failure[] | undefined
  readonly begun: number
  readonly operation: Operation
}

/** The result of one task, or a promise of it. `before` receives the results of a chunk as they come. */
function perform(target: Target, operation: Operation, payload: unknown, before: unknown[]): unknown {
  switch (operation) {
    case 'apply':
      return target(...(payload as unknown[]))
    case 'lane':
      return runLane(target, payload as LaneTask)
    case 'starmap':
      return chunk((item) => target(...(item as unknown[])), payload as Iterable<unknown>, before)
    default:
      return chunk(target, payload as Iterable<unknown>, before)
  }
}

/** Frames of the pool itself, as built or mapped to its source: the user's code ends above them. */
const ownFrame = /[\\/]multiprocessing[\\/]pool[\\/](worker|lane-worker|loops)\.[jt]s/

/** The error with the stack of the user's code alone. */
function encodeTaskError(error: unknown): EncodedError {
  const encoded = encodeError(error)
  const lines = encoded.stack?.split('\n') ?? []
  const own = lines.findIndex((line, i) => i > 0 && ownFrame.test(line))
  if (own >= 0) encoded.stack = lines.slice(0, own).join('\n')
  return encoded
}

function chunk(target: Target, items: Iterable<unknown>, results: unknown[]): unknown {
  const rest = items[Symbol.iterator]()
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    const result = target(next.value)
    if (isPromise(result)) return chunkSlowly(target, items, rest, results, result)
    results.push(result)
  }
  return pack(items, results)
}

async function chunkSlowly(target: Target, items: Iterable<unknown>, rest: Iterator<unknown>, results: unknown[], pending: PromiseLike<unknown>): Promise<unknown> {
  results.push(await pending)
  for (let next = rest.next(); next.done !== true; next = rest.next()) results.push(await target(next.value))
  return pack(items, results)
}

/** Numbers out of numbers travel as a typed array, which costs a copy of memory instead of one step an element. */
function pack(items: Iterable<unknown>, results: unknown[]): unknown {
  return Array.isArray(items) || !results.every((each) => typeof each === 'number') ? results : Float64Array.from(results as number[])
}

/** Of a chunk's results, the one that can't be cloned. */
function firstUncloneable(value: unknown, operation: Operation, context: EncodeContext): unknown {
  if (operation === 'apply') return value
  const results = operation === 'lane' ? (value as LaneResult).chunks.flatMap(([, each]) => each) : (value as readonly unknown[])
  return results.find((each) => !isCloneable(each, context))
}

/** Leaves the value as it is: what would be moved with it stays here. */
function isCloneable(value: unknown, { kind, line }: EncodeContext): boolean {
  const transfer: unknown[] = []
  try {
    const encoded = encode(value, { kind, transfer, line }).value
    if (transfer.length === 0) structuredClone(encoded)
    else writeDown(encoded, transfer)
    return true
  } catch {
    return false
  } finally {
    takeBack(transfer)
  }
}

/** Structured clone that takes what is to be moved for granted. */
function writeDown(value: unknown, transfer: readonly unknown[]): void {
  // oxlint-disable no-underscore-dangle -- Node's names
  const serializer = new (builtin('node:v8').DefaultSerializer)() as Serializer & { _writeHostObject(object: object): void; _getSharedArrayBufferId(): number }
  const write = serializer._writeHostObject.bind(serializer)
  serializer._writeHostObject = (object) => {
    if (!transfer.includes(object)) write(object)
  }
  serializer._getSharedArrayBufferId = () => 0
  // oxlint-enable no-underscore-dangle
  serializer.writeHeader()
  serializer.writeValue(value)
}

boot((channel) => serveModule(channel, loadModule))
