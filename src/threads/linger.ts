/**
 * Staying awake for some microseconds where a message is about to come. To wake a thread that sleeps on a core that sleeps takes tens of microseconds, several times
 * what a short task and its two messages take; who asks one short question after another would pay that twice a question.
 *
 * The event loop goes round meanwhile, and finds the message as ever, with timers and input. Looking at the port itself (receiveMessageOnPort) in between was
 * slower than sleeping: who looks holds the port's lock when the message is to be put there.
 */

/** Milliseconds without a message until the thread sleeps. */
export const LINGER_MILLISECONDS = 0.05

export class Lingering {
  #until = 0
  #turning = false

  /** Stays awake from now on, for a while. */
  begin(): void {
    this.#until = performance.now() + LINGER_MILLISECONDS
    if (this.#turning) return
    this.#turning = true
    setImmediate(this.#turn)
  }

  /** What was waited for has come, or isn't wanted. */
  end(): void {
    this.#until = 0
  }

  readonly #turn = (): void => {
    if (performance.now() < this.#until) setImmediate(this.#turn)
    else this.#turning = false
  }
}
