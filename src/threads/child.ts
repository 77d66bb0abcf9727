/** The parent's end of a worker: one face for threads and processes. */
import type { ChildProcess } from 'node:child_process'
import { MessageChannel, receiveMessageOnPort, type ResourceLimits, type TransferListItem, type Worker } from 'node:worker_threads'
import { fileURLToPath } from 'node:url'
import { argumentError } from '../errors.ts'
import { builtin } from '../common/builtin.ts'
import type { BootData } from './boot.ts'
import type { WorkerKind } from './encode.ts'
import { processFlags } from './flags.ts'
import { Line } from './line.ts'
import { afterOutput } from './output.ts'
import { watchEnd } from './process-end.ts'
import { spawnWorker } from './spawn.ts'
import { endedByItself, makeTable, markEnded, markStarting, markTerminated, threadExitCode } from './table.ts'
import { unwatch, watch } from './watch.ts'

/** How a worker ended. */
export interface Exit {
  /** Of a thread that was terminated: 1. Of a process ended by a signal: minus its number. */
  readonly exitCode: number
  /** The uncaught error or exceeded limit that ended it. */
  readonly error: Error | undefined
  /** Ended from outside: by a signal, or terminated. */
  readonly killed: boolean
}

export interface ChildOptions extends Omit<BootData, 'line'> {
  /** JavaScript file of this package that calls `boot`. */
  readonly entry: URL
  readonly kind: WorkerKind
  readonly env?: NodeJS.ProcessEnv | undefined
  readonly resourceLimits?: ResourceLimits | undefined
  /** The user's own way to start a thread, for bundlers; its module calls `serve`. */
  readonly factory?: (() => Worker) | undefined
  /** First message; sent before anything starts, so what can't be cloned throws here and starts nothing. */
  readonly setup: unknown
  /** To a process: the line on which `setup` has opened links. */
  readonly line?: Line | undefined
  readonly transfer: readonly unknown[]
  onMessage(message: unknown): void
  /** Called once, after the last message. */
  onExit(exit: Exit): void
}

export interface Child {
  readonly kind: WorkerKind
  /** Thread id or process id. */
  readonly id: number
  /** Of a process: where links can be opened. */
  readonly line: Line | undefined
  post(message: unknown, transfer?: readonly unknown[]): void
  /** Exit code of a process that has ended, which is known before its last messages have come and `onExit` is called; else undefined. */
  ended(): number | undefined
  /** Whether the worker keeps this process alive. It doesn't at first. */
  setRef(alive: boolean): void
  terminate(): void
  kill(): void
}

/** Starts a worker. Throws what structured clone throws when `setup` can't be sent. */
export function startChild(options: ChildOptions): Child {
  return starters[options.kind](options)
}

/** How each kind is started; a test puts workers of its own in here. */
export const starters: Record<WorkerKind, (options: ChildOptions) => Child> = { thread: startThread, process: startProcess }

function startThread({ entry, identity, env, resourceLimits, factory, setup, transfer, onMessage, onExit }: ChildOptions): Child {
  const { port1: port, port2: remote } = new MessageChannel()
  try {
    port.postMessage(setup, transfer as TransferListItem[])
  } catch (error) {
    port.close()
    throw error
  }
  makeTable()
  const { port1: watched, port2: watching } = new MessageChannel()
  const manycore = { identity, port: remote, watch: watching }
  let worker: Worker
  if (factory === undefined) {
    worker = spawnWorker(entry, {
      workerData: { manycore },
      transferList: [remote, watching],
      name: identity.name,
      ...(env === undefined ? {} : { env }),
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    })
  } else {
    worker = factory()
    if (typeof (worker as Partial<Worker> | undefined)?.unref !== 'function') throw argumentError('TYPE', 'worker', 'a function that gives a Worker of node:worker_threads', worker)
    worker.unref()
    worker.postMessage({ manycore }, [remote, watching])
  }
  const id = worker.threadId
  markStarting(id)
  watch(id, watched)
  let failure: Error | undefined
  let terminated = false
  port.on('message', onMessage)
  // Of a message that can't be read nobody knows whom it would have answered.
  port.on('messageerror', (error) => {
    failure ??= error
    terminate()
  })
  port.unref()
  worker.on('error', (error) => {
    failure = error instanceof Error ? error : new Error(String(error))
  })
  worker.on('exit', (code) => {
    // Terminated before its first line it may say 0; what it said itself at its end counts.
    const byItself = endedByItself(id)
    const exitCode = !terminated ? code : byItself ? threadExitCode(id) : 1
    for (let left = receiveMessageOnPort(port); left !== undefined; left = receiveMessageOnPort(port)) onMessage(left.message)
    port.close()
    unwatch(id)
    markEnded(id, exitCode)
    const told = (): void => onExit({ exitCode, error: failure, killed: !byItself && failure === undefined })
    // The user's own worker may have streams that nobody reads.
    if (factory === undefined) afterOutput(worker, told)
    else told()
  })
  const terminate = (): void => {
    terminated = true
    markTerminated(id)
    void worker.terminate()
  }
  return {
    kind: 'thread',
    id,
    line: undefined,
    post: (message, list) => port.postMessage(message, list as TransferListItem[] | undefined),
    ended: () => undefined,
    setRef: (alive) => (alive ? worker.ref() : worker.unref()),
    terminate,
    kill: terminate,
  }
}

/** Child processes of this thread that run. */
const running = new Set<ChildProcess>()

/** A child that computes doesn't see that its parent has gone, and one that never ends would stay forever. */
function endWithParent(): void {
  for (const child of running) child.kill('SIGTERM')
}

function startProcess({ entry, identity, env, resourceLimits, setup, line = new Line(), onMessage, onExit }: ChildOptions): Child {
  const data: { readonly manycore: BootData } = { manycore: { identity, line: line.id } }
  const heap = resourceLimits?.maxOldGenerationSizeMb
  const child = builtin('node:child_process').fork(fileURLToPath(entry), [JSON.stringify(data)], {
    serialization: 'advanced',
    execArgv: [...processFlags(), ...(heap === undefined ? [] : [`--max-old-space-size=${heap}`])],
    ...(env === undefined ? {} : { env: env as NodeJS.ProcessEnv }),
  })
  const id = child.pid ?? -1
  if (running.size === 0) process.on('exit', endWithParent)
  running.add(child)
  let failure: Error | undefined
  const forget = (): void => {
    if (running.delete(child) && running.size === 0) process.off('exit', endWithParent)
  }
  const post = (message: unknown): void => {
    // Throws for a value that can't be serialised; a line that is closed is reported by `exit`.
    if (child.connected) child.send(message as never, () => undefined)
  }
  const setRef = (alive: boolean): void => {
    const method = alive ? 'ref' : 'unref'
    child[method]()
    // Bun's channel has no such methods once its process has ended.
    child.channel?.[method]?.()
  }
  try {
    post(setup)
  } catch (error) {
    child.kill('SIGKILL')
    child.on('error', () => undefined)
    child.on('exit', forget)
    line.end()
    throw error
  }
  line.bind(post)
  const life = watchEnd(child, forget, ({ exitCode, killed }) => {
    forget()
    line.end()
    onExit({ exitCode, error: failure, killed })
  })
  child.on('message', (message) => {
    if (life.heard() && !line.route(message)) onMessage(message)
  })
  child.on('error', (error) => {
    failure = error
    // It never ran.
    if (child.pid === undefined) life.end({ exitCode: 1, killed: false })
  })
  setRef(false)
  return {
    kind: 'process', id, line, post, setRef, ended: () => life.exited?.exitCode,
    terminate: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
  }
}
