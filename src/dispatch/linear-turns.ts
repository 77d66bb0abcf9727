/** Linear algebra where no other thread can be had: steps on this one, between turns of the event loop. */
import type { FloatArray } from '../common/arrays.ts'
import { twinOf, type LinearCall } from '../kernels/linear-algebra/call.ts'
import { runSliced } from './slices.ts'

/** The call's value. `check` throws when the work may not go on. */
export async function linearInTurns(call: LinearCall, out: FloatArray, check: () => void): Promise<number> {
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
