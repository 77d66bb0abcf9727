/** Memory that the addon knows, for operands of short calls: what lies there is no argument, and fetching one takes longer than copying a few hundred bytes. */
import type { Addon } from '../../addon/index.ts'
import { elementTypes, type IntegerArray } from '../../common/arrays.ts'
import { exactKernels } from '../../kernels/exact/kernels.ts'
import { reductions, type ReductionName } from '../../kernels/table.ts'
import type { FewReductions, OperandPair } from '../backend.ts'

/** Elements of eight bytes that an operand has room for. */
const FEW = 512
const SCALARS = 8 * 2 * FEW
const ROOT = SCALARS + 8 * 2

const FLOATS = 256
const TYPE = 16
const LENGTH = 512

const integerClasses = { int8: Int8Array, uint8: Uint8Array, uint8clamped: Uint8ClampedArray, int16: Int16Array, uint16: Uint16Array, int32: Int32Array, uint32: Uint32Array }

/** The parts of that memory. */
export class SharedOperands {
  readonly capacity = FEW
  readonly float64: OperandPair<Float64Array>
  readonly float32: OperandPair<Float32Array>
  readonly integers: readonly (OperandPair<IntegerArray> | undefined)[]
  readonly scalars: Float64Array
  readonly root: Float64Array

  constructor(memory: ArrayBuffer) {
    this.float64 = { x: new Float64Array(memory, 0, FEW), y: new Float64Array(memory, 8 * FEW, FEW) }
    this.float32 = { x: new Float32Array(memory, 0, FEW), y: new Float32Array(memory, 8 * FEW, FEW) }
    this.integers = elementTypes.map((type) => {
      const Class = integerClasses[type as keyof typeof integerClasses] as typeof Int32Array | undefined
      if (Class === undefined) return undefined
      const length = (8 * FEW) / Class.BYTES_PER_ELEMENT
      return { x: new Class(memory, 0, length), y: new Class(memory, 8 * FEW, length) }
    })
    this.scalars = new Float64Array(memory, SCALARS, 2)
    this.root = new Float64Array(memory, ROOT, 8)
  }
}

/** Reductions of what has been put there. */
export class ShortReductions implements FewReductions {
  readonly capacity: number
  readonly float64: OperandPair<Float64Array>
  readonly float32: OperandPair<Float32Array>
  readonly integers: readonly (OperandPair<IntegerArray> | undefined)[]
  readonly root: Float64Array
  readonly #addon: Addon

  constructor(addon: Addon, { capacity, float64, float32, integers, root }: SharedOperands) {
    this.capacity = capacity
    this.float64 = float64
    this.float32 = float32
    this.integers = integers
    this.root = root
    this.#addon = addon
  }

  compute(kernel: ReductionName, type: 'float64' | 'float32', n: number): number {
    return this.#addon.reduceFew(reductions[kernel].id + (type === 'float32' ? FLOATS : 0) + LENGTH * n)
  }

  exact(kernel: 'sum' | 'sumOfSquares' | 'dot' | 'min' | 'max' | 'countNonzero', code: number, n: number): number | undefined {
    return this.#addon.exactFew(exactKernels[kernel] + TYPE * code + LENGTH * n)
  }
}
