/** The queue of single calls. Calls that turn out to be short share a message, so that the message doesn't cost more than they do. */
import type { Job, Unit } from './unit.ts'

/** Calls of one message should take about this long together. */
const BATCH_MILLISECONDS = 0.5
const LARGEST_BATCH = 256
/** Weight of the latest measurement in the running mean. */
const FRESHNESS = 0.3

export class ApplyJob implements Job {
  readonly #slots: number
  /** Whether the workers can tell which call of a batch they were in when they died. */
  readonly #batches: boolean
  #queue: Unit[] = []
  #head = 0
  readonly #mean = new Map<string, number>()

  constructor(slots: number, batches: boolean) {
    this.#slots = slots
    this.#batches = batches
  }

  push(unit: Unit): void {
    this.#queue.push(unit)
  }

  /** Calls that wait, with those that have been aborted since. */
  get length(): number {
    return this.#queue.length - this.#head
  }

  demand(): number {
    this.#skipOver()
    return this.length
  }

  finished(): boolean {
    return false
  }

  /** A call took so long. */
  measured(name: string, milliseconds: number): void {
    const mean = this.#mean.get(name)
    this.#mean.set(name, mean === undefined ? milliseconds : mean + FRESHNESS * (milliseconds - mean))
  }

  take(most: number): readonly Unit[] {
    this.#skipOver()
    const first = this.#shift()
    if (first === undefined) return []
    const units = [first]
    if (!first.batchable || !this.#batches) return units
    const mean = this.#mean.get(first.name)
    const bySpeed = mean === undefined ? 1 : Math.floor(BATCH_MILLISECONDS / Math.max(mean, 1e-4))
    const size = Math.min(bySpeed, LARGEST_BATCH, most, Math.ceil(this.length / this.#slots))
    while (units.length < size) {
      const next = this.#queue[this.#head]
      if (next === undefined || !next.batchable || next.over || next.name !== first.name) break
      units.push(next)
      this.#shift()
    }
    return units
  }

  #skipOver(): void {
    while (this.#queue[this.#head]?.over === true) this.#shift()
  }

  #shift(): Unit | undefined {
    const unit = this.#queue[this.#head]
    if (unit === undefined) return undefined
    this.#head++
    if (this.#head * 2 > this.#queue.length && this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    return unit
  }

  abandon(error: Error): void {
    const waiting = this.#queue.slice(this.#head)
    this.#queue = []
    this.#head = 0
    for (const unit of waiting) {
      if (unit.over) continue
      unit.over = true
      unit.fail(error)
    }
  }
}
