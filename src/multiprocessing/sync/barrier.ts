/** A meeting point: nobody goes on before all have come. */
import { threadId } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import { checkNames } from '../../common/options.ts'
import { drive, driveSync, type Waiting } from '../../threads/park.ts'
import { hasEnded } from '../../threads/table.ts'
import { checkCount, checkFunction, checkTimeout } from '../options.ts'
import { lock, tryLock, unlock } from './mutex.ts'
import { deadlineOf, type WaitOptions } from './options.ts'
import { registerShared } from './travel.ts'

export interface BarrierOptions {
  /** Called once each time all have come, before anybody goes on: on the thread that made the barrier. If it throws, the barrier breaks. */
  action?: (() => void) | undefined
  /** Milliseconds that each `wait` has unless it says otherwise. */
  timeout?: number | undefined
}

/** Words of the shared block; the threads that have come follow. */
const LOCK = 0
/** Counts the meetings, those that were broken with them. */
const ROUND = 1
const COUNT = 2
const BROKEN = 3
/** The round whose action is due on the maker's thread, + 1. */
const ACTION = 4
const HEAD = 5

/** How the latest rounds ended: a waiter may wake up only after others have met again. */
const OUTCOMES = 64
const MET = 1
const BROKE = 2

/**
 * `wait` of `parties` callers resolves when all have come, to each caller's arrival index (0 … parties − 1). When one of them gives up (its
 * time limit runs out, its signal is aborted, its thread ends) or calls `abort`, or the action throws, the barrier is broken: all who wait, and who come later, get
 * BROKEN_BARRIER until `reset`.
 */
export class Barrier {
  readonly parties: number
  readonly #timeout: number | undefined
  #words: Int32Array
  #action: (() => void) | undefined
  /** Whether an action exists, on whichever thread. */
  #maker: number | undefined
  #listens = false

  /** OPTION error unless `parties` is an integer, 1 or more. */
  constructor(parties: number, options: BarrierOptions = {}) {
    checkCount(parties, 'parties', 1, 1 << 20)
    checkNames(options, ['action', 'timeout'])
    checkFunction(options.action, 'action')
    checkTimeout(options.timeout)
    this.parties = parties
    this.#timeout = options.timeout
    this.#action = options.action
    this.#maker = options.action === undefined ? undefined : threadId
    this.#words = new Int32Array(new SharedArrayBuffer((HEAD + OUTCOMES + parties) * Int32Array.BYTES_PER_ELEMENT))
  }

  /** Resolves to the arrival index when all have come. Rejects with BROKEN_BARRIER; with `signal.reason` on an abort, which breaks the barrier for the others. */
  async wait(options: WaitOptions = {}): Promise<number> {
    return drive(this.#wait(this.#deadline(options)), options)
  }

  /** As `wait`, blocking this thread. */
  waitSync(options: WaitOptions = {}): number {
    return driveSync(this.#wait(this.#deadline(options)))
  }

  /** Breaks the barrier for good, until `reset`. */
  abort(): void {
    this.#locked(() => this.#break())
  }

  /** As new. Those who wait get BROKEN_BARRIER. */
  reset(): void {
    this.#locked(() => {
      if (Atomics.load(this.#words, COUNT) > 0) this.#end(BROKE)
      Atomics.store(this.#words, BROKEN, 0)
    })
  }

  get broken(): boolean {
    return Atomics.load(this.#words, BROKEN) !== 0
  }

  /** How many have come and wait. */
  get waiting(): number {
    return Atomics.load(this.#words, COUNT)
  }

  #deadline(options: WaitOptions): number {
    return deadlineOf(options.timeout === undefined && this.#timeout !== undefined ? { ...options, timeout: this.#timeout } : options)
  }

  /** The lock is held for a few instructions only. */
  #locked(what: () => void): void {
    if (!tryLock(this.#words, LOCK)) driveSync(lock(this.#words, LOCK, Infinity, 'take'))
    try {
      what()
    } finally {
      unlock(this.#words, LOCK)
    }
  }

  *#wait(deadline: number): Waiting<number> {
    const words = this.#words
    yield* lock(words, LOCK, Infinity, 'take')
    let round = 0
    let index = 0
    let complete = false
    try {
      if (this.broken) throw brokenBarrier('the barrier is broken')
      // One who died while nobody else waited is met by nobody.
      if (this.#someoneDied()) {
        this.#break()
        throw brokenBarrier('the barrier is broken: a thread that had come has ended')
      }
      round = Atomics.load(words, ROUND)
      index = Atomics.load(words, COUNT)
      Atomics.store(words, HEAD + OUTCOMES + index, threadId)
      Atomics.store(words, COUNT, index + 1)
      complete = index + 1 === this.parties
      if (complete && this.#maker === undefined) this.#end(MET)
      else if (complete && this.#maker === threadId) this.#act()
      else if (complete) {
        Atomics.store(words, ACTION, round + 1)
        Atomics.notify(words, ACTION)
      }
    } finally {
      unlock(words, LOCK)
    }
    while (Atomics.load(words, ROUND) === round) {
      if (this.#maker === threadId && this.#action !== undefined && Atomics.load(words, ACTION) === round + 1) this.#locked(() => this.#actIfDue())
      else if (this.#someoneDied()) this.#leave(round)
      else {
        const milliseconds = deadline - performance.now()
        if (milliseconds <= 0) this.#leave(round)
        else {
          try {
            yield { words, index: ROUND, value: round, milliseconds }
          } catch (reason) {
            if (this.#leave(round)) throw reason
          }
        }
      }
    }
    if (Atomics.load(words, HEAD + (round & (OUTCOMES - 1))) === BROKE) throw brokenBarrier('the barrier was broken while waiting: by a time limit, an abort, a thread that ended, or reset')
    return index
  }

  /** Breaks the round, unless it has ended. */
  #leave(round: number): boolean {
    let left = false
    this.#locked(() => {
      left = Atomics.load(this.#words, ROUND) === round
      if (left) this.#break()
    })
    return left
  }

  #someoneDied(): boolean {
    const count = Math.min(Atomics.load(this.#words, COUNT), this.parties)
    for (let i = 0; i < count; i++) if (hasEnded(Atomics.load(this.#words, HEAD + OUTCOMES + i))) return true
    return this.#maker !== undefined && count === this.parties && hasEnded(this.#maker)
  }

  /** Under the lock: ends the round. */
  #end(outcome: number): void {
    const words = this.#words
    const round = Atomics.load(words, ROUND)
    Atomics.store(words, HEAD + (round & (OUTCOMES - 1)), outcome)
    Atomics.store(words, COUNT, 0)
    Atomics.store(words, ROUND, (round + 1) | 0)
    Atomics.notify(words, ROUND)
  }

  #break(): void {
    Atomics.store(this.#words, BROKEN, 1)
    this.#end(BROKE)
  }

  /** Under the lock, on the maker's thread: what the action throws goes on to whoever made it run. */
  #act(): void {
    try {
      this.#action?.()
    } catch (error) {
      this.#break()
      throw error
    }
    this.#end(MET)
  }

  #actIfDue(): void {
    const words = this.#words
    const due = Atomics.exchange(words, ACTION, 0)
    if (due === 0 || due - 1 !== Atomics.load(words, ROUND)) return
    this.#act()
  }

  /** From now on others may complete a round; this thread is woken for the action, but not kept alive for it. */
  #listen(): void {
    if (this.#listens || this.#action === undefined) return
    this.#listens = true
    const words = this.#words
    const next = (): void => {
      while (Atomics.load(words, ACTION) !== 0) {
        try {
          this.#locked(() => this.#actIfDue())
        } catch {
          // The barrier is broken, which is what the waiters are told.
        }
      }
      const wait = Atomics.waitAsync(words, ACTION, 0)
      if (wait.async) void wait.value.then(next)
      else queueMicrotask(next)
    }
    next()
  }

  static {
    registerShared(
      Barrier, 'Barrier',
      (from) => {
        from.#listen()
        return { parties: from.parties, timeout: from.#timeout, words: from.#words, maker: from.#maker }
      },
      ({ parties, timeout, words, maker }) => {
        const to = new Barrier(parties, { timeout })
        to.#words = words
        to.#maker = maker
        return to
      },
    )
  }
}

function brokenBarrier(message: string): Error {
  return makeError('BROKEN_BARRIER', message)
}
