/**
 * The exact reductions: integers, and sums of doubles that are rounded once. Their partials are limbs that add up over any partition of
 * the input, so no order of arithmetic has to be kept. The Rust twin is crates/kernels/src/families/exact.
 */
import type { ElementTypeName } from '../../common/arrays.ts'
import { CHUNK } from '../order.ts'

/** Numbers that stand for the kernels where names can't travel; the same as in Rust. */
export const exactKernels = { sum: 0, sumOfSquares: 1, dot: 2, min: 3, max: 4, moments: 5, minMax: 6, countNonzero: 7 } as const

export type ExactName = keyof typeof exactKernels

/** Limbs of 32 bits of an integer total; the last one has the sign. */
export const TOTAL_LIMBS = 6

/** Limbs of 32 bits of a sum of doubles or of their products: limb k counts 2^(32·k − LOWEST). */
export const REAL_LIMBS = 138
export const LOWEST = 2240

/** Doubles of a partial. */
export function exactWidth(kernel: ExactName, type: ElementTypeName): number {
  if (isFloat(type)) return 1 + REAL_LIMBS
  if (kernel === 'min' || kernel === 'max') return 2
  if (kernel === 'minMax') return 4
  return kernel === 'moments' ? 2 * TOTAL_LIMBS : TOTAL_LIMBS
}

/** Elements of a piece: what threads draw and slices consist of. */
export function exactPiece(bytesPerElement: number): number {
  return CHUNK * (bytesPerElement === 1 ? 4 : bytesPerElement === 2 ? 2 : 1)
}

/** Pieces of an array. */
export function exactPieces(x: { readonly length: number; readonly BYTES_PER_ELEMENT: number }): number {
  return Math.ceil(x.length / exactPiece(x.BYTES_PER_ELEMENT))
}

export function isFloat(type: ElementTypeName): boolean {
  return type === 'float64' || type === 'float32' || type === 'float16'
}

export function isBigInt(type: ElementTypeName): boolean {
  return type === 'bigint64' || type === 'biguint64'
}
