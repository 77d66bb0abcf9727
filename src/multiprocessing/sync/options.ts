/** The options of everything that waits. */
import { checkNames } from '../../common/options.ts'
import { checkSignal, checkTimeout } from '../options.ts'

export interface WaitOptions {
  /** Milliseconds to wait at the most; 0 only looks. Default: no limit. */
  timeout?: number | undefined
  /**
   * An abort rejects with `signal.reason` and undoes nothing that others have seen: no item, place, lock or notification is lost by it. Of what has just been taken it comes too
   * late; the call resolves then. `…Sync` forms look at it before they wait, and can't be aborted after that.
   */
  signal?: AbortSignal | undefined
}

const names = ['timeout', 'signal']

/** The time, by performance.now(), at which the wait is over. Throws the signal's reason if it has fired. */
export function deadlineOf(options: WaitOptions): number {
  checkNames(options, names)
  checkTimeout(options.timeout)
  checkSignal(options.signal)
  options.signal?.throwIfAborted()
  return options.timeout === undefined ? Infinity : performance.now() + options.timeout
}
