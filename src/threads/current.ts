/** Who this thread or process is, as told by whoever started it. */
import { isMainThread, threadId } from 'node:worker_threads'
import type { WorkerKind } from './encode.ts'

export interface Identity {
  readonly name: string
  /** `main` for the program itself and for workers that manycore didn't start. */
  readonly kind: WorkerKind | 'main'
  readonly daemon: boolean
}

let identity: Identity | undefined

export function setIdentity(of: Identity): void {
  identity = of
}

export function getIdentity(): Identity {
  return identity ?? { name: isMainThread ? 'MainProcess' : `Thread-${threadId}`, kind: 'main', daemon: false }
}
