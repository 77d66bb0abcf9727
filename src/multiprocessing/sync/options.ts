/** The one option of everything that waits. */
import { checkNames } from '../../common/options.ts'
import { checkTimeout } from '../options.ts'

export interface WaitOptions {
  /** Milliseconds to wait at the most; 0 only looks. Default: no limit. */
  timeout?: number | undefined
}

/** The time, by performance.now(), at which the wait is over. */
export function deadlineOf(options: WaitOptions): number {
  checkNames(options, ['timeout'])
  checkTimeout(options.timeout)
  return options.timeout === undefined ? Infinity : performance.now() + options.timeout
}
