/** The one options object of a call: known names only, each of the right kind, checked before any work starts. */
import { argumentError, makeError } from '../errors.ts'

/** Options that every kernel takes. */
export interface CallOptions {
  /** Stops the call: it rejects (Sync: throws, if aborted before the call) with `signal.reason`. */
  signal?: AbortSignal | undefined
  /** Threads to use at most, the calling one included. Default: all that the process may use. The result doesn't depend on it. */
  threads?: number | undefined
  /** Time limit in milliseconds; a TIMEOUT error when it runs out. */
  timeout?: number | undefined
}

/** Most threads that may be asked for. */
export const MAX_THREADS = 1024

const callOptionNames: readonly string[] = ['signal', 'threads', 'timeout']

/** Names that options objects of the user's own classes may have as accessors of the class. */
const ofClasses = [...callOptionNames, 'out', 'transfer', 'axis', 'precision', 'ddof', 'ord', 'bins', 'range', 'weights', 'seed', 'type', 'low', 'high', 'mean', 'standardDeviation'] as const

/**
 * The options as plain values, each of them read this once: a getter may do as its author pleases, also with the memory of an array that was looked at before it. What is no options
 * object comes back as it is, for the checks to refuse.
 */
export function once<O extends object | undefined>(options: O): O {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) return options
  const own = { ...options } as Record<string, unknown>
  const prototype: unknown = Object.getPrototypeOf(options)
  if (prototype === Object.prototype || prototype === null) return own as O
  for (const name of ofClasses) {
    if (Object.hasOwn(own, name)) continue
    const value = (options as Record<string, unknown>)[name]
    if (value !== undefined) own[name] = value
  }
  return own as O
}

/** Throws an OPTION error for a non-object or an unknown name. */
export function checkNames(options: object, allowed: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
    throw argumentError('OPTION', 'options', 'an object', options)
  }
  for (const name of Object.keys(options)) {
    if (!allowed.includes(name)) {
      throw makeError('OPTION', `unknown option ${JSON.stringify(name)}; known are ${allowed.join(', ')}`, {
        argument: name,
        got: JSON.stringify(name),
        wanted: `one of ${allowed.join(', ')}`,
      })
    }
  }
}

/** Checks the options that every kernel takes; `more` names further ones, which the caller checks. */
export function checkCallOptions(options: CallOptions, more: readonly string[] = []): void {
  checkNames(options, more.length === 0 ? callOptionNames : [...callOptionNames, ...more])
  const { signal, threads, timeout } = options
  if (threads !== undefined) checkThreads(threads, 'threads')
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0)) {
    throw argumentError('OPTION', 'timeout', 'a number of milliseconds, 0 or more', timeout, typeof timeout === 'number' ? RangeError : TypeError)
  }
  if (signal !== undefined && !isAbortSignal(signal)) throw argumentError('OPTION', 'signal', 'an AbortSignal', signal)
}

export function checkThreads(threads: unknown, argument: string): asserts threads is number {
  if (typeof threads !== 'number') throw argumentError('OPTION', argument, `an integer from 1 to ${MAX_THREADS}`, threads)
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw argumentError('OPTION', argument, `an integer from 1 to ${MAX_THREADS}`, threads, RangeError)
  }
}

function isAbortSignal(value: unknown): value is AbortSignal {
  return (
    typeof value === 'object' && value !== null && typeof (value as AbortSignal).aborted === 'boolean' &&
    typeof (value as AbortSignal).addEventListener === 'function'
  )
}

export function timeoutError(timeout: number): Error {
  return makeError('TIMEOUT', `the time limit of ${timeout} ms ran out`, { argument: 'timeout' })
}

/** Gives the options with what is left of the time limit, for calls that are made of several; a TIMEOUT error when nothing is. */
export function remaining(options: CallOptions | undefined): () => CallOptions {
  const { signal, timeout } = options ?? {}
  const end = timeout === undefined || timeout === Infinity ? Infinity : performance.now() + timeout
  return () => {
    if (end === Infinity) return { signal }
    const left = end - performance.now()
    if (left <= 0) throw timeoutError(timeout ?? 0)
    return { signal, timeout: left }
  }
}
