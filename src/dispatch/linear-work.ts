/** Linear algebra on memory that nobody else can reach: a model's own, so that nothing has to be checked or copied. */
import { isShared } from '../common/allocate.ts'
import type { Backend } from '../backends/backend.ts'
import { twinOf, type LinearCall } from '../kernels/linear-algebra/call.ts'
import { runSliced } from './slices.ts'

export type { LinearCall }

/** Memory for the operands of such calls: where the backend's threads can see it. */
export function operandMemory(backend: Backend, length: number): Float64Array {
  return backend.name === 'native' ? new Float64Array(length) : new Float64Array(new SharedArrayBuffer(8 * length))
}

/** The call's value, blocking. */
export function linearSync(backend: Backend, call: LinearCall, out: Float64Array, threads: number): number {
  return backend.linearSync(call, out, threads, 0)!
}

/** The same off this thread; where none can be had, in slices on this one. `check` throws when the work may not go on. */
export async function linearAside(backend: Backend, call: LinearCall, out: Float64Array, threads: number, signal: AbortSignal | undefined, check: () => void): Promise<number> {
  const visible = backend.name === 'native' || call.inputs.every((view) => isShared(view.buffer))
  const value = visible ? await backend.linear(call, out, threads, 0, signal) : undefined
  if (value !== undefined) return value
  const twin = twinOf(call)
  const result = new Float64Array(twin.width)
  await runSliced({
    pieces: twin.pieces * twin.steps,
    pieceMilliseconds: 1,
    check,
    run(first, last) {
      for (let at = first; at < last; at++) {
        const piece = Math.floor(at / twin.steps)
        const step = at % twin.steps
        twin.run(piece, step, result)
        if (step === twin.steps - 1) twin.place(piece, result, out)
      }
    },
  })
  return twin.value?.(result) ?? 0
}
