/** What the scheduler sends to workers, and who has it to give. */
import type { Failure, Operation } from './protocol.ts'

/** One task on its way through the pool: a call, or a chunk of calls. */
export interface Unit {
  readonly operation: Operation
  readonly name: string
  readonly payload: unknown
  readonly transfer: readonly unknown[] | undefined
  /** Milliseconds from its start on a worker; undefined: none. */
  readonly timeout: number | undefined
  /** Calls in it, for the report. */
  readonly calls: number
  /** May share a message with others of the same name; not if it may have to be stopped by itself. */
  readonly batchable: boolean
  /** So short, as far as is known, that to wait for it awake is cheaper than to be woken. */
  readonly short?: boolean
  /** Deaths of workers that ran it so far. */
  deaths: number
  /** Given back once by a worker that ended before it began, as far as can be known. */
  givenBack?: boolean
  /** Ended for its caller already: by abort, timeout or another chunk's failure. */
  over: boolean
  succeed(value: unknown, milliseconds: number): void
  fail(error: unknown, failure?: Failure): void
  /** Its worker died while it ran. Gives what is to be run instead (or null if nothing), undefined when it is not to be run again. */
  rerun(): Unit | null | undefined
  /** Value and name for an error about what can't be cloned. */
  blame(): { readonly value: unknown; readonly root: string }
}

/** A source of units: the queue of single calls, a map, a lane. */
export interface Job {
  /** How many units `take` could give now; a guess upwards is fine, 0 means none. */
  demand(): number
  /** The next units for one slot of a worker: several only if they are batchable and share operation and name; at most `most`. */
  take(most: number): readonly Unit[]
  /** Nothing more will come: the scheduler forgets the job. */
  finished(): boolean
  /** The pool is broken or terminated. */
  abandon(error: Error): void
}
