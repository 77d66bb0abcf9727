/** What can stop a call from outside, looked at between pieces of work. */
import { detachedError } from '../common/arrays.ts'
import { timeoutError, type CallOptions } from '../common/options.ts'

/** Signal, time limit and threads of one call. */
export class Control {
  readonly threads: number | undefined
  readonly #signal: AbortSignal | undefined
  readonly #timeout: number | undefined
  readonly #deadline: number
  #read: { readonly view: { readonly length: number }; readonly length: number; readonly name: string } | undefined

  constructor(options: CallOptions | undefined) {
    this.threads = options?.threads
    this.#signal = options?.signal
    this.#timeout = options?.timeout
    this.#deadline = this.#timeout === undefined ? Infinity : performance.now() + this.#timeout
  }

  /** Looks from now on whether a view that the call reads where it lies still has its memory. */
  watch(view: { readonly length: number }, name: string): void {
    this.#read = { view, length: view.length, name }
  }

  /** Throws the signal's reason if it fired, a TIMEOUT error if the time ran out, a DETACHED error if what is read has gone. */
  readonly check = (): void => {
    this.#signal?.throwIfAborted()
    if (this.#read !== undefined && this.#read.view.length < this.#read.length) throw detachedError(this.#read.name)
    if (this.#timeout !== undefined && performance.now() >= this.#deadline) throw timeoutError(this.#timeout)
  }

  /** Options for a call that is a part of this one: the same signal and threads, and the time that is left. */
  rest(): CallOptions {
    const timeout = this.#timeout === undefined ? undefined : Math.max(0, this.#deadline - performance.now())
    return { signal: this.#signal, threads: this.threads, timeout }
  }
}
