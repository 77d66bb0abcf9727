/** Linear algebra on memory that nobody else can reach: a model's own, so that nothing has to be checked or copied. */
import { isShared } from '../common/allocate.ts'
import type { Backend } from '../backends/backend.ts'
import type { LinearCall } from '../kernels/linear-algebra/call.ts'
import { timeoutError, type CallOptions } from '../common/options.ts'
import { linearInTurns } from './linear-turns.ts'

export type { LinearCall }

/** Memory for the operands of such calls: where the backend's threads can see it. */
export function operandMemory(backend: Backend, length: number): Float64Array {
  return backend.name === 'native' ? new Float64Array(length) : new Float64Array(new SharedArrayBuffer(8 * length))
}

/** The call's value, blocking. Throws a TIMEOUT error where its time (ms) runs out. */
export function linearSync(backend: Backend, call: LinearCall, out: Float64Array, threads: number, timeout: number | undefined): number {
  const value = backend.linearSync(call, out, threads, limitOf(timeout))
  if (value === undefined) throw timeoutError(timeout ?? 0)
  return value
}

/** The same off this thread; where none can be had, in slices on this one. `check` throws when the work may not go on. Rejects when the signal fires or the time runs out. */
export async function linearAside(backend: Backend, call: LinearCall, out: Float64Array, threads: number, { signal, timeout }: CallOptions, check: () => void): Promise<number> {
  const visible = backend.name === 'native' || call.inputs.every((view) => isShared(view.buffer))
  const value = visible ? await backend.linear(call, out, threads, limitOf(timeout), signal) : undefined
  return value ?? linearInTurns(call, out, check)
}

/** A backend's time limit, of which 0 is none. */
function limitOf(timeout: number | undefined): number {
  return timeout === undefined || timeout === Infinity ? 0 : Math.max(timeout, 0.001)
}
