/** What a pool and its workers say to each other. */
import type { EncodedError } from '../../threads/error-transport.ts'
import type { BigIntArray, NumberArray } from '../types.ts'
import type { Usage } from './usage.ts'

/** First message to a worker. */
export interface PoolSetup {
  readonly url: string
  readonly initializer: string | undefined
  readonly initializerArgs: unknown
  readonly coded: boolean
  /** One word a slot: how many tasks of the batch in that slot have been started. Threads only. */
  readonly started: Int32Array | undefined
}

/**
 * `apply`: payload is the arguments · `map`, `starmap`: items of one chunk, as array, typed array or Range · `batch`: the batches of a
 * chunk · `lane`: a LaneTask.
 */
export type Operation = 'apply' | 'map' | 'starmap' | 'batch' | 'lane'

/** Tasks for one slot of a worker, to be run one after another and answered together. All call the same function. */
export interface RunMessage {
  readonly slot: number
  readonly operation: Operation
  readonly name: string
  readonly payloads: readonly unknown[]
  readonly coded: boolean
  /** Bytes of shared memory that the worker sees for the first time. */
  readonly shared?: number
  /** Another call may follow at once: the worker stays awake for it a moment. */
  readonly linger?: true
}

export interface StopMessage {
  readonly stop: true
}

/** A RunMessage of one `apply` without anything of note, as most are. Written and read, an array takes half as long as an object's keys. */
export type ShortRun = readonly [slot: number, linger: boolean, name: string, args: unknown]

export function shortRun({ slot, operation, name, payloads, coded, shared, linger }: RunMessage): ShortRun | undefined {
  return operation === 'apply' && payloads.length === 1 && !coded && shared === undefined ? [slot, linger === true, name, payloads[0]] : undefined
}

export function fromShortRun(message: ToWorker): Exclude<ToWorker, ShortRun> {
  if (!isShort(message)) return message
  const [slot, linger, name, args] = message
  return { slot, operation: 'apply', name, payloads: [args], coded: false, ...(linger ? { linger } : undefined) }
}

export type ToWorker = PoolSetup | RunMessage | ShortRun | StopMessage

export interface Failure {
  /** Which of the batch's tasks. */
  readonly task: number
  readonly error: EncodedError
  /** Of a chunk: the results before the item that failed. */
  readonly before: readonly unknown[]
}

/** Answer to a RunMessage. */
export interface DoneMessage {
  readonly slot: number
  /** One a task, as far as they got: `values.length` is less than the batch only when the worker ends in the middle of it. */
  readonly values: readonly unknown[]
  readonly coded: boolean
  readonly failures: readonly Failure[] | undefined
  /** Time spent in the tasks. */
  readonly milliseconds: number
  /** Now and then. */
  readonly usage?: Usage
}

/** A DoneMessage of one value without anything of note. */
export type ShortDone = readonly [slot: number, milliseconds: number, value: unknown]

export function shortDone({ slot, values, coded, failures, milliseconds, usage }: DoneMessage): ShortDone | undefined {
  return values.length === 1 && !coded && failures === undefined && usage === undefined ? [slot, milliseconds, values[0]] : undefined
}

export function fromShortDone(message: FromWorker): Exclude<FromWorker, ShortDone> {
  if (!isShort(message)) return message
  const [slot, milliseconds, value] = message
  return { slot, values: [value], coded: false, failures: undefined, milliseconds }
}

export interface ReadyMessage {
  readonly ready: true
  /** Import of the module and initializer. */
  readonly milliseconds: number
}

/** The tasks in a slot begin. From processes, which share no memory that says so: a task whose worker died before it began can be given to another. */
export interface BeganMessage {
  readonly began: number
}

/** The module could not be imported, or the initializer failed. */
export interface BrokenMessage {
  readonly broken: EncodedError
}

export type FromWorker = DoneMessage | ShortDone | ReadyMessage | BeganMessage | BrokenMessage

function isShort<T>(message: T): message is Extract<T, readonly unknown[]> {
  return Array.isArray(message)
}

/** Words of the control block of a lane; two words a row follow: the claim that is being worked on. */
export const NEXT = 0
export const DONE = 1
/** Calls whose elements are there: the caller copies its input while the first workers compute. */
export const THERE = 2
export const CONTROL_HEAD = 3

/** Elements: a typed array over shared memory, or the start and step of a range. */
export type LaneSource = { readonly view: LaneView } | { readonly start: number; readonly step: number }

/** Stands for any kind of typed array. */
export type LaneView = NumberArray | BigIntArray

/** One worker's share of a map over numbers: it draws chunks until none are left. */
export interface LaneTask {
  readonly source: LaneSource
  /** Number of elements. */
  readonly length: number
  /** Number of calls: elements, or batches. */
  readonly calls: number
  /** Elements a call; 0: the function gets the element itself, else a batch. */
  readonly batchSize: number
  /** Shared, one number a call. */
  readonly out: Float64Array
  readonly control: Int32Array
  /** Start of the current claim by Date.now(), one a row; undefined when nobody looks. */
  readonly stamps: Float64Array | undefined
  readonly row: number
  /** Rows that may be drawing at once. */
  readonly rows: number
  /** Calls a claim; 0: by measured time. */
  readonly chunkSize: number
  /** Claims that may be drawn; 0: no limit. */
  readonly claims: number
}

/** What a lane task gives. */
export interface LaneResult {
  readonly claims: number
  readonly calls: number
  /** Chunks in which not every result was a number: first call, results. */
  readonly chunks: readonly (readonly [first: number, values: readonly unknown[]])[]
}
