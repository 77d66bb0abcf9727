/** One worker of a pool, as the scheduler sees it. */
import { startChild, type Child, type ChildOptions, type Exit } from '../../threads/child.ts'
import type { Line } from '../../threads/line.ts'
import { shortRun, type FromWorker, type RunMessage } from './protocol.ts'
import type { Unit } from './unit.ts'

/** Units that were sent together to one slot. */
export interface Batch {
  readonly slot: number
  readonly units: readonly Unit[]
  readonly timer: NodeJS.Timeout | undefined
  /** When they were sent, by performance.now(). */
  readonly sent: number
  /** Units of the same message that have been answered before these. */
  readonly offset: number
}

export type WorkerState = 'starting' | 'ready' | 'retiring' | 'ended'

export interface WorkerFigures {
  readonly id: number
  readonly kind: string
  state: WorkerState
  /** From the call that started it until it could work. */
  startMilliseconds: number
  /** Of those: import of the module and initializer. */
  importMilliseconds: number
  tasks: number
  busyMilliseconds: number
  /** Processor time and JavaScript heap by an answer of late, at most 50 ms older than the latest one; null before the first, and where the runtime doesn't tell. */
  cpuMilliseconds: number | null
  heapBytes: number | null
  exitCode: number | null
}

export type PoolWorkerOptions = Omit<ChildOptions, 'onMessage' | 'onExit'> & {
  readonly slots: number
  /** Tasks before it is replaced; Infinity: never. */
  readonly lifetime: number
  readonly started: Int32Array | undefined
  onMessage(worker: PoolWorker, message: FromWorker): void
  onExit(worker: PoolWorker, exit: Exit): void
}

export class PoolWorker {
  readonly figures: WorkerFigures
  readonly batches: (Batch | undefined)[]
  /** Tasks that it may still take. */
  remaining: number
  readonly #child: Child
  readonly #started: Int32Array | undefined
  /** Slots whose batch has begun, of a process. */
  readonly #begunSlots = new Set<number>()
  readonly #begun = performance.now()
  #idle: number
  #stopped = false

  constructor(options: PoolWorkerOptions) {
    this.batches = Array.from({ length: options.slots }, () => undefined)
    this.remaining = options.lifetime
    this.#idle = options.slots
    this.#started = options.started
    this.#child = startChild({
      ...options,
      onMessage: (message) => options.onMessage(this, message as FromWorker),
      onExit: (exit) => {
        this.figures.state = 'ended'
        // Told to stop when it had nothing to do, it has ended well, however long it took and whoever had to help.
        this.figures.exitCode = this.#stopped && exit.killed ? 0 : exit.exitCode
        options.onExit(this, exit)
      },
    })
    this.figures = {
      id: this.#child.id, kind: options.kind, state: 'starting', startMilliseconds: 0, importMilliseconds: 0, tasks: 0, busyMilliseconds: 0, cpuMilliseconds: null,
      heapBytes: null, exitCode: null,
    }
  }

  /** It can take tasks. */
  ready(importMilliseconds: number): void {
    if (this.figures.state === 'starting') this.figures.state = 'ready'
    this.figures.startMilliseconds = performance.now() - this.#begun
    this.figures.importMilliseconds = importMilliseconds
  }

  get line(): Line | undefined {
    return this.#child.line
  }

  get state(): WorkerState {
    return this.figures.state
  }

  hasRoom(): boolean {
    return this.figures.state === 'ready' && this.#idle > 0 && this.remaining > 0 && this.#child.ended() === undefined
  }

  isIdle(): boolean {
    return this.#idle === this.batches.length
  }

  freeSlot(): number {
    return this.batches.indexOf(undefined)
  }

  /** Throws what structured clone throws; then nothing has been sent. */
  send(message: RunMessage, batch: Batch, transfer: readonly unknown[]): void {
    if (this.#started !== undefined) Atomics.store(this.#started, batch.slot, 0)
    this.#begunSlots.delete(batch.slot)
    this.#child.post(shortRun(message) ?? message, transfer)
    this.batches[batch.slot] = batch
    this.#idle--
    this.remaining -= batch.units.length
  }

  /** The batch in a slot is answered. */
  release(slot: number): Batch | undefined {
    const batch = this.batches[slot]
    if (batch === undefined) return undefined
    clearTimeout(batch.timer)
    this.batches[slot] = undefined
    this.#idle++
    return batch
  }

  /** The batch in a slot has begun. */
  began(slot: number): void {
    this.#begunSlots.add(slot)
  }

  /** How many units of the batch in a slot have been started, as far as can be known. */
  startedUnits(slot: number): number {
    if (this.#started === undefined) return this.#begunSlots.has(slot) ? Infinity : 0
    return Atomics.load(this.#started, slot)
  }

  /** No more tasks; it ends once it has nothing to do. */
  retire(): void {
    if (this.figures.state === 'starting' || this.figures.state === 'ready') this.figures.state = 'retiring'
  }

  stop(): void {
    this.#stopped = true
    this.#child.post({ stop: true })
  }

  terminate(): void {
    this.#child.kill()
  }

  setRef(alive: boolean): void {
    this.#child.setRef(alive)
  }
}
