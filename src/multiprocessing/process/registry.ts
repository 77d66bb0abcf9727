/** The workers that this thread has started and that haven't ended, and who this thread is itself. */
import { threadId } from 'node:worker_threads'
import { getIdentity } from '../../threads/current.ts'
import type { Process } from './process.ts'

const active = new Set<Process>()

export function addChild(child: Process): void {
  active.add(child)
}

export function removeChild(child: Process): void {
  active.delete(child)
}

/** The processes that this thread has started and that haven't ended. Workers of a Pool belong to their pool and aren't listed. */
export function activeChildren(): Process[] {
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
