/**
 * Linear algebra in TypeScript: one shape of call for all kernels, and their twins by name. The native kernels fuse multiply and add where
 * the CPU can, so both agree to a bound and not in every bit (docs/order-of-arithmetic.md).
 */
import type { FloatArray } from '../../common/arrays.ts'
import { definiteTwin } from './definite.ts'
import { covarianceTwin, gramTwin } from './gram.ts'
import { matmulTwin } from './multiply.ts'
import { matvecTwin } from './matvec.ts'
import type { Operands, Twin } from './twin.ts'

/** A call of one of the kernels. */
export interface LinearCall extends Operands {
  readonly kernel: LinearKernel
}

const twins = {
  matmul: matmulTwin,
  matvec: matvecTwin,
  gram: gramTwin,
  covariance: covarianceTwin,
  definite: definiteTwin,
} as const satisfies Record<string, (operands: Operands) => Twin>

export type LinearKernel = keyof typeof twins

export function twinOf(call: LinearCall): Twin {
  return twins[call.kernel](call)
}

/** Computes a call on this thread and gives its value. `look` is called after every step, and may throw. */
export function computeLinear(call: LinearCall, out: FloatArray, look?: () => void): number {
  const twin = twinOf(call)
  const result = new Float64Array(twin.width)
  for (let piece = 0; piece < twin.pieces; piece++) {
    for (let step = 0; step < twin.steps; step++) {
      twin.run(piece, step, result)
      look?.()
    }
    twin.place(piece, result, out)
  }
  return twin.value?.(result) ?? 0
}
