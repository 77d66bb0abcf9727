/**
 * What worker threads can be told to compute, by name: one piece of a call each time. A task writes to `result` and nowhere else, gives the
 * same bits whoever runs it, and may be run twice.
 */
import type { FloatArray, NumericArray } from '../common/arrays.ts'
import { axisPieces, type AxisCall } from './axis.ts'
import { exactPartial, type ExactName } from './exact/index.ts'
import { chunkPartials } from './families.ts'
import { mapTask, type MapMessage } from './map-task.ts'
import { twinOf, type LinearCall } from './linear-algebra/call.ts'
import { orderTask, type OrderMessage } from './ordering/worker-task.ts'
import { randomTask, type RandomMessage } from './random/worker-task.ts'
import type { Look } from './ordering/look.ts'
import type { ReductionName } from './table.ts'

/**
 * Computes piece `piece`. `args` are numbers, names and views of shared memory; `result` is as many doubles as the job says, of which a
 * last, shorter piece uses the front. For elements of another type, make a view over its buffer. A piece that takes long calls `look` every few
 * milliseconds at the latest, which throws where the job has been given up.
 */
export type Task = (args: readonly unknown[], piece: number, result: Float64Array, look: Look) => void

export const tasks = {
  /** args: a call of linear algebra; a piece of its twin. */
  linear([call], piece, result) {
    const twin = twinOf(call as LinearCall)
    // Sums grow step by step, and another thread may be at the same piece: they are shown when they are final.
    const own = new Float64Array(twin.width)
    for (let step = 0; step < twin.steps; step++) twin.run(piece, step, own)
    result.set(own)
  },
  /** args: kernel, x, y; the partial of a chunk. */
  reduce([kernel, x, y], piece, result) {
    chunkPartials(kernel as ReductionName, x as FloatArray, y as FloatArray | undefined, piece, piece + 1, result)
  },
  /** args: a reduction along an axis; a piece of it. */
  axis([call], piece, result) {
    axisPieces(call as AxisCall, piece, piece + 1, result)
  },
  /** args: a call of the family of order, as a whole. */
  order([message], _piece, result, look) {
    orderTask(message as OrderMessage, result, look)
  },
  /** args: kernel, x, y; the partial of a piece. */
  exact([kernel, x, y], piece, result) {
    exactPartial(kernel as ExactName, x as NumericArray, y as NumericArray | undefined, piece, piece + 1, result)
  },
  /** args: a call of an elementwise kernel; the results of a piece, in their own type, and where one doesn't fit. */
  map([message], piece, result) {
    mapTask(message as MapMessage, piece, result)
  },
  /** args: random numbers to draw; a piece of them, in their own type. */
  random([message], piece, result) {
    randomTask(message as RandomMessage, piece, result)
  },
} as const satisfies Record<string, Task>

export type TaskName = keyof typeof tasks
