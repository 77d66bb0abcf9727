/** Waiting for what comes once, the end of a worker or of all, with a time limit and a signal. */
import { offAbort, onAbort } from '../common/abort.ts'
import { LONGEST_TIMER } from './options.ts'
import type { WaitOptions } from './sync/options.ts'

export class Ending {
  readonly #waiting = new Set<() => void>()

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** It has come: all who wait go on. */
  come(): void {
    for (const resolve of this.#waiting) resolve()
  }

  /** Resolves to true when it has come, to false when `timeout` milliseconds have passed; an abort rejects with its reason. Nothing is left here after that. */
  wait({ timeout = Infinity, signal }: WaitOptions): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void): void => {
        clearTimeout(timer)
        offAbort(signal, abort)
        this.#waiting.delete(come)
        how()
      }
      const come = (): void => settle(() => resolve(true))
      const abort = (): void => settle(() => reject(signal?.reason))
      const timer = timeout > LONGEST_TIMER ? undefined : setTimeout(() => settle(() => resolve(false)), timeout)
      onAbort(signal, abort)
      this.#waiting.add(come)
    })
  }
}
