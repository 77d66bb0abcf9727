/** One function of one module, run in a thread or process of its own. */
import { argumentError, makeError } from '../../errors.ts'
import { checkNames } from '../../common/options.ts'
import { startChild, type Child, type Exit } from '../../threads/child.ts'
import { cloneError, isCloneFailure } from '../../threads/clone-error.ts'
import { encode, refuseToSend, takeBack, type WorkerKind } from '../../threads/encode.ts'
import { Line } from '../../threads/line.ts'
import { ENDED, threadExitCode, threadState, waitForEnd } from '../../threads/table.ts'
import { startWatching } from '../../threads/watch.ts'
import { Ending } from '../ending.ts'
import { checkArguments, checkKind, checkName, checkNotImporting, checkUrl } from '../options.ts'
import { deadlineOf, type WaitOptions } from '../sync/options.ts'
import { checkTransfer } from '../../threads/transfer-list.ts'
import type { AnyModule, Arguments, FunctionName } from '../types.ts'
import { exitCodeOf, waitForProcess } from './process-state.ts'
import { addChild, removeChild } from './registry.ts'

export interface ProcessOptions {
  /** A thread of this process (default), or a process of its own. */
  kind?: WorkerKind
  /** Shown in errors, by `currentProcess` and as the thread's name. Default: `Process-1`, `Process-2`, … */
  name?: string
  /** A daemon doesn't keep this program alive; it is ended with it. Default false. */
  daemon?: boolean
  /** Objects among the arguments that are moved instead of copied: ports, ArrayBuffers. Threads only. */
  transfer?: readonly unknown[]
}

/** The constructor's parameters, so that name and arguments are checked against each other. */
export type ProcessParameters<M> = {
  [K in FunctionName<M>]: [] extends Arguments<M, K>
    ? [url: URL | string, name: K, args?: Readonly<Arguments<M, K>>, options?: ProcessOptions]
    : [url: URL | string, name: K, args: Readonly<Arguments<M, K>>, options?: ProcessOptions]
}[FunctionName<M>]

/** First message to the worker. */
export interface ProcessSetup {
  readonly url: string
  readonly name: string
  readonly args: unknown
  /** Whether `args` must be revived. */
  readonly coded: boolean
}

const entry = new URL('./worker.js', import.meta.url)
const optionNames = ['kind', 'name', 'daemon', 'transfer']

let count = 0

/**
 * Runs one exported function of a module in a worker of its own.
 *
 * ```ts
 * const process = new Process<typeof import('./tasks.ts')>(new URL('./tasks.ts', import.meta.url), 'train', ['A', shared])
 * process.start()
 * await process.join()
 * ```
 *
 * The worker ends when the function has settled and nothing else keeps it alive, as a program does. Its result is dropped:
 * report through shared memory, a queue or a port. An error is printed to stderr with its stack and gives exit code 1; it never
 * becomes an error of this thread.
 */
export class Process<M = AnyModule> {
  readonly name: string
  readonly kind: WorkerKind
  readonly daemon: boolean
  readonly #setup: { url: string; name: string; args: readonly unknown[]; transfer: readonly unknown[] }
  #child: Child | undefined
  #exit: Exit | undefined
  #ended: (exitCode: number) => void = () => undefined
  readonly #sentinel: Promise<number>
  readonly #ending = new Ending()
  #closed = false

  /**
   * Checks the arguments; nothing starts before `start()`.
   *
   * @throws TYPE for a bad url, name or args, OPTION for a bad option.
   */
  constructor(...[url, name, args = [] as never, options = {}]: ProcessParameters<M>) {
    checkNames(options, optionNames)
    const { kind = 'thread', daemon = false, transfer = [] } = options
    const href = checkUrl(url)
    checkName(name)
    checkArguments(args)
    checkKind(kind)
    checkTransfer(transfer)
    if (typeof daemon !== 'boolean') throw argumentError('OPTION', 'daemon', 'a boolean', daemon)
    if (options.name !== undefined && typeof options.name !== 'string') throw argumentError('OPTION', 'name', 'a string', options.name)
    if (kind === 'process' && transfer.length > 0) {
      throw makeError('NOT_TRANSFERABLE', 'transfer: objects can be moved to a thread only, not to a process', { argument: 'transfer' })
    }
    this.name = options.name ?? `Process-${++count}`
    this.kind = kind
    this.daemon = daemon
    this.#setup = { url: href, name, args, transfer }
    this.#sentinel = new Promise((resolve) => {
      this.#ended = resolve
    })
  }

  /**
   * Starts the worker and returns at once. Arguments are copied (or moved, if in `transfer`) before it returns.
   *
   * @throws CLOSED when it was started before, CLONE naming the argument that can't be sent, TYPE while a worker imports its
   * task module.
   */
  start(): void {
    if (this.#closed || this.#child !== undefined) throw makeError('CLOSED', `${this.name} has been started before: make a new Process`)
    checkNotImporting('Process')
    const { url, name, args } = this.#setup
    const transfer = [...this.#setup.transfer]
    const line = this.kind === 'process' ? new Line() : undefined
    try {
      const encoded = encode(args, { kind: this.kind, transfer, line })
      const setup: ProcessSetup = { url, name, args: encoded.value, coded: encoded.coded }
      this.#child = startChild({
        kind: this.kind, entry, setup, transfer, line,
        identity: { name: this.name, kind: this.kind, daemon: this.daemon },
        onMessage: () => undefined,
        onExit: (exit) => this.#finish(exit),
      })
    } catch (error) {
      takeBack(transfer)
      throw isCloneFailure(error) ? cloneError(args, 'args', error, transfer) : error
    }
    // The arguments are the worker's now.
    this.#setup.args = []
    this.#setup.transfer = []
    this.#child.setRef(!this.daemon)
    addChild(this)
  }

  /**
   * Resolves when the worker has ended, or `timeout` milliseconds have passed: look at `exitCode`. Rejects with CLOSED before `start`, with `signal.reason` on an abort; the worker
   * goes on then.
   */
  async join(options: WaitOptions = {}): Promise<void> {
    const child = this.#checkJoin(options)
    if (this.#exit !== undefined) return
    child.setRef(true)
    try {
      await this.#ending.wait(options)
    } finally {
      if (this.#ending.waiting === 0 && this.daemon && this.#exit === undefined) child.setRef(false)
    }
  }

  /** As `join`, blocking this thread: whatever the worker needs from it (printing, for one) waits meanwhile. */
  joinSync(options: WaitOptions = {}): void {
    const child = this.#checkJoin(options)
    const { timeout = Infinity } = options
    if (this.#exit !== undefined) return
    if (this.kind === 'process') {
      waitForProcess(child.id, timeout)
      return
    }
    startWatching()
    waitForEnd(child.id, timeout)
  }

  #checkJoin(options: WaitOptions): Child {
    deadlineOf(options)
    return this.#started('join')
  }

  #started(what: string): Child {
    if (this.#child === undefined) throw makeError('CLOSED', `${what}: ${this.name} has not been started`)
    return this.#child
  }

  /** Ends the worker: a thread at once, a process by SIGTERM. Nothing happens when it has ended already. */
  terminate(): void {
    const child = this.#started('terminate')
    if (this.#exit === undefined) child.terminate()
  }

  /** Ends the worker: a thread at once, a process by SIGKILL. */
  kill(): void {
    const child = this.#started('kill')
    if (this.#exit === undefined) child.kill()
  }

  /** Says that this object won't be used again. CLOSED error while the worker runs. */
  close(): void {
    if (this.isAlive()) throw makeError('CLOSED', `${this.name} can't be closed while it runs: terminate and join it first`)
    this.#closed = true
  }

  /** `terminate`, `join` and `close`: the worker doesn't outlive the block. One that was never started can't be, any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child !== undefined) {
      this.terminate()
      await this.join()
    }
    this.close()
  }

  /** Null before the start and while it runs, then 0, 1 after an error, the code given to process.exit, or as `terminate` and `kill` say. */
  get exitCode(): number | null {
    if (this.#exit !== undefined) return this.#exit.exitCode
    const child = this.#child
    if (child === undefined) return null
    // While this thread is blocked or busy no event tells of the end.
    if (this.kind === 'process') return child.ended() ?? exitCodeOf(child.id) ?? null
    return threadState(child.id) === ENDED ? threadExitCode(child.id) : null
  }

  /** Whether it has been started and has not ended. */
  isAlive(): boolean {
    return this.#child !== undefined && this.exitCode === null
  }

  /** Resolves to the exit code when the worker has ended; never before `start`. Doesn't keep the program alive by itself. */
  get sentinel(): Promise<number> {
    return this.#sentinel
  }

  /** Process id of a process, thread id of a thread, null before the start. */
  get id(): number | null {
    return this.#child?.id ?? null
  }

  #finish(exit: Exit): void {
    this.#exit = exit
    removeChild(this)
    if (exit.error !== undefined) process.stderr.write(`${this.name} failed: ${exit.error.stack ?? String(exit.error)}\n`)
    this.#ending.come()
    this.#ended(exit.exitCode)
  }

  static {
    refuseToSend(Process, 'Process', 'only the thread that made it can start and join it')
  }
}
