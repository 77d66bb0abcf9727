/**
 * Brings units to workers: starts workers when there is work for them, sends batches to free slots, replaces workers that
 * die, are stopped, or have done their share, and keeps the program alive exactly while something is owed.
 */
import { availableProcessors } from '../../common/parallelism.ts'
import { makeError } from '../../errors.ts'
import { cloneError, isCloneFailure } from '../../threads/clone-error.ts'
import type { Exit } from '../../threads/child.ts'
import { encode, revive, takeBack } from '../../threads/encode.ts'
import { decodeError } from '../../threads/error-transport.ts'
import { LINGER_MILLISECONDS, Lingering } from '../../threads/linger.ts'
import { freshShared, sawShared } from '../../threads/pressure.ts'
import { Ending } from '../ending.ts'
import { LONGEST_TIMER } from '../options.ts'
import type { WaitOptions } from '../sync/options.ts'
import { PoolWorker, type Batch, type PoolWorkerOptions, type WorkerFigures } from './pool-worker.ts'
import { fromShortDone, type DoneMessage, type Failure, type FromWorker, type LaneResult } from './protocol.ts'
import type { Job, Unit } from './unit.ts'
import { Vigil } from './vigil.ts'

export interface SchedulerOptions {
  readonly name: string
  readonly processes: number
  readonly concurrency: number
  readonly lifetime: number
  readonly retries: number
  readonly kind: 'thread' | 'process'
  /** A worker has answered a message that was sent to it at `sent`. */
  answered(figures: WorkerFigures, name: string, tasks: number, milliseconds: number, sent: number): void
  /** What an error names when the first message to a worker can't be sent. */
  readonly initializerArgs: readonly unknown[]
  /** What each worker is started with; throws when that can't be cloned. */
  workerOptions(index: number): Omit<PoolWorkerOptions, 'onMessage' | 'onExit' | 'slots' | 'lifetime'>
}

/** A message that takes so long to send has woken its worker onto this thread's processor, in its place. */
const STALL_MILLISECONDS = 0.2

const none = {}
const lingers = { linger: true } as const

/** A retiring worker whose other tasks haven't ended after this long is ended all the same. */
const GRACE_MILLISECONDS = 1000
/**
 * Workers that may die before they are ready, one after another. In a pool that has never worked, those alone that were killed: one that ends by itself as it
 * starts will do so again.
 */
const MOST_FAILED_STARTS = 3

/** Workers keep the program alive for so long after the last answer. */
const REFS_MILLISECONDS = 1

/** Workers that a report tells of, the latest ones. */
const MOST_FIGURES = 1000

export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #workers = new Set<PoolWorker>()
  readonly #jobs: Job[] = []
  readonly #again: Unit[] = []
  readonly #figures: WorkerFigures[] = []
  #nextJob = 0
  #failedStarts = 0
  #started = 0
  #deaths = 0
  #recycled = 0
  #firstReady: number | undefined
  #failure: Error | undefined
  #draining = false
  /** Calls that wait for an answer; the program stays alive for them. */
  #owed = 0
  /** The workers keep the program alive for a moment more, whatever is owed. */
  #lettingGo = false
  readonly #lingering = new Lingering()
  readonly #vigil = new Vigil()
  /** A short call that follows another one is under way, and nothing else. */
  #inTurn = false
  /** When a call last left nothing owed, by performance.now(). */
  #settled = -Infinity
  #pumping = false
  #pumpAgain = false
  readonly #ending = new Ending()

  constructor(options: SchedulerOptions) {
    this.#options = options
  }

  /** Why nothing can be run any more. */
  get failure(): Error | undefined {
    return this.#failure
  }

  get slots(): number {
    return this.#options.processes * this.#options.concurrency
  }

  /** Slots that run nothing, those of workers that start or haven't been started among them. */
  places(): number {
    let busy = 0
    for (const worker of this.#workers) for (const batch of worker.batches) if (batch !== undefined) busy++
    return Math.max(0, this.slots - busy)
  }

  get figures(): readonly WorkerFigures[] {
    return this.#figures
  }

  get deaths(): number {
    return this.#deaths
  }

  get recycled(): number {
    return this.#recycled
  }

  /** When the first worker could take work, by performance.now(); undefined before. */
  get firstReady(): number | undefined {
    return this.#firstReady
  }

  add(job: Job): void {
    this.#jobs.push(job)
    this.pump()
  }

  /** A call begins to wait. */
  owe(): void {
    if (this.#owed++ === 0 && !this.#lettingGo) this.#setRefs()
  }

  /** A call has its answer. */
  settle(): void {
    if (--this.#owed > 0) return
    const now = performance.now()
    if (this.#inTurn) {
      this.#inTurn = false
      this.#lingering.end()
      this.#vigil.took(now - this.#settled)
    }
    this.#settled = now
    if (this.#draining) this.#stopIdle()
    // Who awaits one call after another asks again at once: then the workers' refs stay as they are. An immediate for each call costs a tenth of the call.
    if (this.#lettingGo) return
    this.#lettingGo = true
    setTimeout(() => {
      this.#lettingGo = false
      this.#setRefs()
    }, REFS_MILLISECONDS)
  }

  #setRefs(): void {
    for (const worker of this.#workers) worker.setRef(this.#owed > 0 || this.#ending.waiting > 0)
  }

  /** Gives what there is to do to whoever is free. */
  pump(): void {
    if (this.#pumping) {
      // Jobs call back while they are asked (a source that fails); go round once more instead of nesting.
      this.#pumpAgain = true
      return
    }
    this.#pumping = true
    do {
      this.#pumpAgain = false
      this.#forgetFinished()
      for (const worker of this.#workers) while (worker.hasRoom() && this.#feed(worker)) { /* until full */ }
      this.#grow()
    } while (this.#pumpAgain)
    this.#pumping = false
    if (this.#draining) this.#stopIdle()
  }

  #forgetFinished(): void {
    for (let i = this.#jobs.length - 1; i >= 0; i--) if (this.#jobs[i]?.finished() === true) this.#jobs.splice(i, 1)
  }

  #hasWork(): boolean {
    return this.#again.length > 0 || this.#jobs.some((job) => job.demand() > 0)
  }

  /** Sends one batch to the worker; false if there is none. */
  #feed(worker: PoolWorker): boolean {
    const units = this.#nextUnits(worker.remaining)
    if (units.length === 0) return false
    this.#send(worker, units)
    return true
  }

  #nextUnits(most: number): readonly Unit[] {
    for (let unit = this.#again.shift(); unit !== undefined; unit = this.#again.shift()) if (!unit.over) return [unit]
    const { length } = this.#jobs
    for (let i = 0; i < length; i++) {
      const at = (this.#nextJob + i) % length
      const units = this.#jobs[at]?.take(most) ?? []
      if (units.length > 0) {
        // One batch a job in turn, so that a long map doesn't shut out a short call.
        this.#nextJob = (at + 1) % length
        return units
      }
    }
    return []
  }

  #send(worker: PoolWorker, units: readonly Unit[]): void {
    const [unit] = units
    if (unit === undefined) return
    const transfer: unknown[] = unit.transfer === undefined ? [] : [...unit.transfer]
    const slot = worker.freeSlot()
    try {
      const payloads = units.map((each) => each.payload)
      // A lane's task is the pool's own and holds nothing that needs it.
      const { value, coded } = unit.operation === 'lane' ? { value: payloads, coded: false } : encode(payloads, { kind: this.#options.kind, transfer, line: worker.line })
      const { timeout } = unit
      const timer = timeout === undefined || timeout > LONGEST_TIMER ? undefined : setTimeout(() => this.#runOut(unit, timeout), timeout)
      try {
        // A lane counts its own.
        const shared = this.#options.kind === 'thread' && unit.operation !== 'lane' ? freshShared(value) : 0
        this.#inTurn = unit.short === true && this.#asksInTurn()
        const linger = this.#inTurn && this.#vigil.awake
        const sent = performance.now()
        worker.send(
          { slot, operation: unit.operation, name: unit.name, payloads: value as readonly unknown[], coded, ...(shared > 0 ? { shared } : none), ...(linger ? lingers : none) },
          { slot, units, timer, sent, offset: 0 }, transfer,
        )
        if (performance.now() - sent > STALL_MILLISECONDS) this.#putLast(worker)
        if (linger) this.#lingering.begin()
        if (shared > 0) sawShared(shared)
      } catch (error) {
        clearTimeout(timer)
        throw error
      }
    } catch (error) {
      takeBack(transfer)
      if (units.length > 1) {
        // One of them can't be sent: find out which.
        this.#again.unshift(...units)
        return
      }
      const { value, root } = unit.blame()
      unit.fail(isCloneFailure(error) ? cloneError(value, root, error, transfer) : error)
    }
  }

  /** Systems wake a worker where it ran before, in place of this thread if need be: whoever had its message by then works, the others would wait for theirs until it ends. */
  #putLast(worker: PoolWorker): void {
    this.#workers.delete(worker)
    this.#workers.add(worker)
  }

  /** Whether the caller waits for one call after the other. Only then is waiting awake worth its while; and on a single core it would keep the worker from its work. */
  #asksInTurn(): boolean {
    return this.#owed === 1 && performance.now() - this.#settled < LINGER_MILLISECONDS && availableProcessors() > 1
  }

  #runOut(unit: Unit, timeout: number): void {
    if (!unit.over) unit.fail(makeError('TIMEOUT', `${unit.name}: the time limit of ${timeout} ms ran out`, { argument: 'timeout' }))
    this.stopUnit(unit)
  }

  /** The result of a unit that may be running is wanted no more: the worker that runs it is replaced, if it hasn't ended after `grace` milliseconds. */
  stopUnit(unit: Unit, grace = 0): void {
    unit.over = true
    if (grace > 0) {
      setTimeout(() => this.stopUnit(unit), grace).unref()
      return
    }
    for (const worker of this.#workers) {
      if (!worker.batches.some((batch) => batch?.units.includes(unit) === true)) continue
      worker.retire()
      this.#endIfFree(worker)
      if (worker.state !== 'ended') setTimeout(() => worker.terminate(), GRACE_MILLISECONDS).unref()
    }
    this.pump()
  }

  /** Ends a retiring worker that runs nothing whose result is wanted. */
  #endIfFree(worker: PoolWorker): void {
    if (worker.batches.every((batch) => batch === undefined || batch.units.every((unit) => unit.over))) worker.terminate()
  }

  /** Starts workers as far as there is work that no worker is free for. */
  #grow(): void {
    if (this.#failure !== undefined) return
    const { processes, concurrency } = this.#options
    let live = 0
    let wanted = 0
    for (const worker of this.#workers) {
      const { state } = worker
      if (state === 'starting' || state === 'ready') live++
      if (state === 'starting' || worker.hasRoom()) wanted -= concurrency
    }
    // Each call of a long queue comes by here: with all workers there, at no more cost than this.
    if (live >= processes || !this.#hasWork()) return
    wanted += this.#again.length
    for (const job of this.#jobs) wanted += job.demand()
    for (; live < processes && wanted > 0; live++) {
      if (!this.#start()) return
      wanted -= concurrency
    }
  }

  #start(): boolean {
    try {
      const worker = new PoolWorker({
        ...this.#options.workerOptions(this.#started++),
        slots: this.#options.concurrency,
        lifetime: this.#options.lifetime,
        onMessage: (from, message) => this.#receive(from, message),
        onExit: (from, exit) => this.#bury(from, exit),
      })
      this.#workers.add(worker)
      this.#figures.push(worker.figures)
      if (this.#figures.length > MOST_FIGURES) this.#figures.shift()
      if (this.#owed > 0 || this.#ending.waiting > 0) worker.setRef(true)
      return true
    } catch (error) {
      if (isCloneFailure(error)) this.break(cloneError(this.#options.initializerArgs, 'initializerArgs', error))
      else this.break(error instanceof Error ? error : new Error(String(error)))
      return false
    }
  }

  #receive(worker: PoolWorker, received: FromWorker): void {
    const message = fromShortDone(received)
    if ('began' in message) {
      worker.began(message.began)
      return
    }
    if ('ready' in message) {
      worker.ready(message.milliseconds)
      this.#firstReady ??= performance.now()
      this.#failedStarts = 0
    } else if ('broken' in message) {
      this.break(decodeError(message.broken, this.#options.name) as Error)
    } else {
      this.#finish(worker, message)
    }
    this.pump()
  }

  #finish(worker: PoolWorker, message: DoneMessage): void {
    const batch = worker.batches[message.slot]
    if (batch === undefined) return
    const { units } = batch
    const { values, coded, failures, milliseconds, usage } = message
    if (usage !== undefined) Object.assign(worker.figures, usage)
    worker.figures.busyMilliseconds += milliseconds
    worker.figures.tasks += values.length
    this.#options.answered(worker.figures, units[0]?.name ?? '', values.length, milliseconds, batch.sent)
    if (values.length < units.length) {
      // The worker ends in the middle of the batch; what is left of it stays in the slot until its exit is seen.
      clearTimeout(batch.timer)
      worker.batches[message.slot] = { slot: batch.slot, units: units.slice(values.length), timer: undefined, sent: batch.sent, offset: values.length }
    } else {
      worker.release(message.slot)
      // A lane counts by its claims, one of which was counted when it was sent.
      if (units[0]?.operation === 'lane' && failures === undefined) {
        const more = Math.max(0, (values[0] as LaneResult).claims - 1)
        worker.remaining -= more
        worker.figures.tasks += more
      }
      if (worker.remaining <= 0) {
        if (worker.state === 'ready') this.#recycled++
        worker.retire()
      }
    }
    const each = milliseconds / Math.max(1, values.length)
    for (let i = 0; i < values.length; i++) this.#answer(units[i], values[i], coded, failures?.find(({ task }) => task === i), each)
    if (worker.state === 'retiring' && worker.isIdle()) this.#stop(worker)
  }

  #answer(unit: Unit | undefined, value: unknown, coded: boolean, failure: Failure | undefined, milliseconds: number): void {
    if (unit === undefined || unit.over) return
    unit.over = true
    let result: unknown
    let failed = failure
    try {
      if (coded) {
        if (failure === undefined) result = revive(value)
        else failed = { ...failure, before: revive(failure.before) as readonly unknown[] }
      } else result = value
    } catch (error) {
      unit.fail(error)
      return
    }
    if (failed === undefined) unit.succeed(result, milliseconds)
    else unit.fail(undefined, failed)
  }

  #stop(worker: PoolWorker): void {
    worker.stop()
    // What a task left behind (a timer, a server) must not keep it. On a busy machine its end may take longer without that.
    setTimeout(() => worker.terminate(), GRACE_MILLISECONDS).unref()
  }

  /** A worker has ended: by itself, by us, or by accident. */
  #bury(worker: PoolWorker, exit: Exit): void {
    this.#workers.delete(worker)
    const wasReady = worker.figures.startMilliseconds > 0
    let lost = 0
    for (let slot = 0; slot < worker.batches.length; slot++) {
      const batch = worker.release(slot)
      if (batch !== undefined) lost += this.#salvage(worker, batch, exit)
    }
    if (lost > 0) this.#deaths++
    if (!wasReady && this.#failure === undefined && !this.#draining) {
      this.#failedStarts++
      if ((this.#firstReady === undefined && !exit.killed) || this.#failedStarts > MOST_FAILED_STARTS) this.break(diedError('before it could work', exit))
    }
    this.pump()
    if (this.#workers.size === 0) this.#ending.come()
  }

  /** Rejects what ran on a dead worker (or runs it again), puts back what hadn't begun. Gives the number of units lost. */
  #salvage(worker: PoolWorker, batch: Batch, exit: Exit): number {
    const begun = worker.startedUnits(batch.slot) - batch.offset
    let lost = 0
    batch.units.forEach((unit, i) => {
      if (unit.over) return
      // Once: a process that is killed as it begins may not have got to say so.
      if (i >= begun && (this.#options.kind === 'thread' || unit.givenBack !== true)) {
        unit.givenBack = true
        this.#again.push(unit)
        return
      }
      lost++
      const next = unit.deaths < this.#options.retries ? unit.rerun() : undefined
      if (next === undefined) {
        unit.over = true
        unit.fail(diedError(`while it ran ${unit.name}`, exit))
      } else if (next !== null) {
        next.deaths = unit.deaths + 1
        this.#again.push(next)
      }
    })
    return lost
  }

  /** Nothing can be run any more: all that waits is rejected with `error`, and so is what comes. */
  break(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    const running = [...this.#workers].flatMap((worker) => worker.batches.flatMap((batch) => batch?.units ?? []))
    const waiting = this.#again.splice(0)
    for (const job of this.#jobs.splice(0)) job.abandon(error)
    for (const unit of [...waiting, ...running]) {
      if (unit.over) continue
      unit.over = true
      unit.fail(error)
    }
    for (const worker of this.#workers) worker.terminate()
  }

  /** Workers end as soon as nothing is left to do. */
  drain(): void {
    this.#draining = true
    this.#stopIdle()
  }

  #stopIdle(): void {
    if (this.#owed > 0 || this.#hasWork()) return
    for (const worker of this.#workers) {
      if (worker.state !== 'ready' && worker.state !== 'starting') continue
      if (worker.isIdle()) {
        worker.retire()
        this.#stop(worker)
      }
    }
  }

  /** Resolves to true when all workers have ended, to false when the time limit has run out; keeps the program alive until then. */
  async ended(options: WaitOptions = {}): Promise<boolean> {
    if (this.#workers.size === 0) return true
    const ended = this.#ending.wait(options)
    this.#setRefs()
    try {
      return await ended
    } finally {
      this.#setRefs()
    }
  }
}

function diedError(when: string, { exitCode, error }: Exit): Error {
  const reason = error === undefined ? '' : `: ${error.message}`
  const died = makeError('WORKER_DIED', `a worker of the pool ended (exit code ${exitCode}) ${when}${reason}`, error === undefined ? {} : { cause: error })
  return Object.assign(died, { exitCode })
}
