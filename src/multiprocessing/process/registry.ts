/** The workers that this thread has started and that haven't ended, and who this thread is itself. */
import { threadId } from 'node:worker_threads'
import { getIdentity } from '../../threads/current.ts'
import type { WorkerKind } from '../../threads/encode.ts'
import type { WaitOptions } from '../sync/options.ts'

/** What can be said of and done to a running Process without knowing its module. */
export interface ActiveChild {
  readonly name: string
  readonly kind: WorkerKind
  readonly daemon: boolean
  readonly id: number | null
  readonly exitCode: number | null
  isAlive(): boolean
  join(options?: WaitOptions): Promise<void>
  terminate(): void
  kill(): void
}

const active = new Set<ActiveChild>()

export function addChild(child: ActiveChild): void {
  active.add(child)
}

export function removeChild(child: ActiveChild): void {
  active.delete(child)
}

/** The processes that this thread has started and that haven't ended. Workers of a Pool belong to their pool and aren't listed. */
export function activeChildren(): ActiveChild[] {
  return [...active].filter((child) => child.isAlive())
}

/** Who runs this code. */
export interface CurrentProcess {
  /** `MainProcess` in the program itself. */
  readonly name: string
  readonly kind: 'main' | 'thread' | 'process'
  readonly daemon: boolean
  /** Process id; threads share that of their process. */
  readonly pid: number
  /** Thread id within the process: 0 for its main thread. */
  readonly threadId: number
}

/** Name and ids of the worker that this is called in, or of the program itself. */
export function currentProcess(): CurrentProcess {
  return { ...getIdentity(), pid: process.pid, threadId }
}
