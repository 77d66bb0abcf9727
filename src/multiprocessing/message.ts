/** Values on their way through pipes and queues. */
import { makeError } from '../errors.ts'
import { cloneError, isCloneFailure } from '../threads/clone-error.ts'
import { encode, revive, takeBack, type Encoded } from '../threads/encode.ts'
import { decodeError, encodeError, type EncodedError } from '../threads/error-transport.ts'
import type { Line } from '../threads/line.ts'

/** A value, or the error that stands for one that couldn't be forwarded. */
export type Packed = Encoded | { readonly error: EncodedError }

/** Encodes `value` and hands it to `post`; CLONE error naming the part that can't be sent: of `blamed`, if that is what the user knows of it. */
export function postValue(value: unknown, transfer: readonly unknown[], line: Line | undefined, root: string, post: (packed: Packed, transfer: readonly unknown[]) => void, blamed = value): void {
  const list = [...transfer]
  try {
    post(encode(value, { kind: line === undefined ? 'thread' : 'process', transfer: list, line }), list)
  } catch (error) {
    takeBack(list)
    throw isCloneFailure(error) ? cloneError(blamed, root, error, list) : error
  }
}

/** The value again; throws the error that came in its place. */
export function unpack(packed: Packed): unknown {
  if ('error' in packed) throw decodeError(packed.error)
  return packed.coded ? revive(packed.value) : packed.value
}

export function packError(error: unknown): Packed {
  return { error: encodeError(error) }
}

/** What blocks can't wait for messages of another process, which arrive by the event loop. */
export function noBlocking(what: string): Error {
  return makeError('TYPE', `${what}: what comes from another process arrives by the event loop, which can't be blocked: use the promise form`, {
    got: 'a blocking call', wanted: 'the promise form',
  })
}

export function timedOut(what: string): Error {
  return makeError('TIMEOUT', `${what}: the time limit ran out`, { argument: 'timeout' })
}
