/** A map whose results are taken one at a time: the input is read only as far as the results are. */
import { offAbort, onAbort } from '../../common/abort.ts'
import { MapJob } from './map-job.ts'
import type { Failure } from './protocol.ts'
import type { Scheduler } from './scheduler.ts'
import { sourceOf } from './source.ts'
import type { AnyIterable } from '../types.ts'

export interface ImapOptions {
  readonly name: string
  readonly items: AnyIterable<unknown>
  readonly ordered: boolean
  readonly chunkSize: number
  readonly timeout: number | undefined
  readonly signal: AbortSignal | undefined
  /** The error as the caller sees it. */
  errorOf(error: unknown, failure: Failure | undefined): unknown
  measured(calls: number, milliseconds: number): void
}

/** Chunks under way or waiting to be taken, for each slot: one runs while another waits. */
const CHUNKS_A_SLOT = 2

/**
 * Gives results as they come, in order of the items or of arrival. A failed item ends it with that item's error, after the
 * results before it (`ordered`). Ending early closes the input; what runs is left to end. `prepare` checks the arguments,
 * when the first result is asked for.
 */
export async function* imap(scheduler: Scheduler, prepare: () => ImapOptions): AsyncGenerator<unknown, void, undefined> {
  const { name, items, ordered, chunkSize, timeout, signal, errorOf, measured } = prepare()
  const buffer = new Map<number, Iterable<unknown>>()
  let taken = 0
  let complete = false
  let failure: { readonly error: unknown; readonly index: number } | undefined
  let wake: () => void = () => undefined
  const window = CHUNKS_A_SLOT * scheduler.slots
  const job: MapJob = new MapJob({
    operation: 'map', name, chunkSize, timeout, slots: scheduler.slots, deliverAfterFailure: true,
    source: sourceOf(items, () => {
      scheduler.pump()
      job.check()
    }),
    mayTake: () => job.chunks - taken < window,
    deliver: (index, values) => {
      buffer.set(index, values)
      wake()
    },
    fail: (error, index, remote) => {
      // The first in order counts, whichever came first.
      if (failure === undefined || index < failure.index) failure = { error: errorOf(error, remote), index }
      if (remote !== undefined && remote.before.length > 0) buffer.set(index, remote.before)
      wake()
    },
    complete: () => {
      complete = true
      wake()
    },
    measured,
  })
  const abort = (): void => {
    for (const unit of job.cancel()) scheduler.stopUnit(unit)
    failure = { error: signal?.reason, index: -1 }
    buffer.clear()
    wake()
  }
  onAbort(signal, abort)
  try {
    scheduler.add(job)
    job.check()
    for (;;) {
      const next = ordered ? taken : buffer.keys().next().value
      const values = next === undefined ? undefined : buffer.get(next)
      if (next !== undefined && values !== undefined) {
        buffer.delete(next)
        for (const value of values) yield value
        if (failure?.index !== next) taken++
        scheduler.pump()
      } else if (failure !== undefined && (!ordered || failure.index <= taken)) {
        throw failure.error
      } else if (complete) {
        return
      } else {
        // Only a consumer that waits keeps the program alive, not one that has lost interest.
        scheduler.owe()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        scheduler.settle()
      }
    }
  } finally {
    offAbort(signal, abort)
    job.cancel()
    scheduler.pump()
  }
}
