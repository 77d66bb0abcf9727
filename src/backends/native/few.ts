/** Memory that the addon knows, for operands of short calls: what lies there is no argument, and fetching one takes longer than copying a few hundred bytes. */
import type { Addon } from '../../addon/index.ts'
import { elementTypes } from '../../common/arrays.ts'
import { exactKernels } from '../../kernels/exact/kernels.ts'
import { reductions, type ReductionName } from '../../kernels/table.ts'
import type { FewReductions, OperandPair } from '../backend.ts'

/** Elements that an operand has room for. */
const FEW = 512
const SCALARS = 8 * 2 * FEW
const ROOT = SCALARS + 8 * 2

const FLOATS = 256
const TYPE = 16
const LENGTH = 512

/** The parts of that memory. */
export class SharedOperands {
  readonly capacity = FEW
  readonly float64: OperandPair<Float64Array>
  readonly float32: OperandPair<Float32Array>
  readonly int32: OperandPair<Int32Array>
  readonly uint32: OperandPair<Uint32Array>
  readonly scalars: Float64Array
  readonly root: Float64Array

  constructor(memory: ArrayBuffer) {
    this.float64 = { x: new Float64Array(memory, 0, FEW), y: new Float64Array(memory, 8 * FEW, FEW) }
    this.float32 = { x: new Float32Array(memory, 0, FEW), y: new Float32Array(memory, 8 * FEW, FEW) }
    this.int32 = { x: new Int32Array(memory, 0, FEW), y: new Int32Array(memory, 8 * FEW, FEW) }
    this.uint32 = { x: new Uint32Array(memory, 0, FEW), y: new Uint32Array(memory, 8 * FEW, FEW) }
    this.scalars = new Float64Array(memory, SCALARS, 2)
    this.root = new Float64Array(memory, ROOT, 8)
  }
}

/** Reductions of what has been put there. */
export class ShortReductions implements FewReductions {
  readonly capacity: number
  readonly float64: OperandPair<Float64Array>
  readonly float32: OperandPair<Float32Array>
  readonly int32: OperandPair<Int32Array>
  readonly uint32: OperandPair<Uint32Array>
  readonly root: Float64Array
  readonly #addon: Addon

  constructor(addon: Addon, { capacity, float64, float32, int32, uint32, root }: SharedOperands) {
    this.capacity = capacity
    this.float64 = float64
    this.float32 = float32
    this.int32 = int32
    this.uint32 = uint32
    this.root = root
    this.#addon = addon
  }

  compute(kernel: ReductionName, type: 'float64' | 'float32', n: number): number {
    return this.#addon.reduceFew(reductions[kernel].id + (type === 'float32' ? FLOATS : 0) + LENGTH * n)
  }

  exactDot(type: 'int32' | 'uint32', n: number): number | undefined {
    return this.#addon.exactFew(exactKernels.dot + TYPE * elementTypes.indexOf(type) + LENGTH * n)
  }
}
