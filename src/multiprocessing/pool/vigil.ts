/**
 * Whether it pays that both threads stay awake while one call is made after the other. On a machine with a free core it saves two wake-ups a call; on a busy one the
 * threads use up their turns with waiting, and are behind those who have slept. So both are tried, and what was faster lately is done.
 */

/** Calls until the two are compared. */
const BLOCK = 32
/** One block in so many is made the other way. */
const OTHER_WAY = 16
/** Sleeping is better when it takes less than this share of the time: single blocks vary by as much, and the other way costs more where both cores are free. */
const CLEARLY_BETTER = 0.8
/** Weight of the latest block. */
const FRESHNESS = 0.5

export class Vigil {
  #awake = true
  #calls = 0
  #blocks = 0
  #total = 0
  readonly #means = { awake: -1, asleep: -1 }

  /** How the next call is to be waited for. */
  get awake(): boolean {
    return this.#awake
  }

  /** A call that was waited for as said took so long, from the end of the call before it. */
  took(milliseconds: number): void {
    this.#total += milliseconds
    if (++this.#calls < BLOCK) return
    const way = this.#awake ? 'awake' : 'asleep'
    const before = this.#means[way]
    this.#means[way] = before < 0 ? this.#total : before + FRESHNESS * (this.#total - before)
    this.#calls = this.#total = 0
    // What has not been tried is below zero, and so comes next.
    const better = this.#means.awake < 0 || this.#means.asleep >= CLEARLY_BETTER * this.#means.awake
    this.#awake = ++this.#blocks % OTHER_WAY === 0 ? !better : better
  }
}
