/**
 * What L-BFGS remembers, and the inverse Hessian that it makes of it around a multiple of P, in compact form (Byrd, Nocedal and Schnabel, Math. Programming 63, 1994; Nocedal and Wright,
 * Numerical Optimization, 2nd ed., theorem 7.4): each remembered vector is read twice a step, where the recursion of two loops reads each four times and changes the step as often.
 */
import { addAll, dot, dotAll, scale, subtract } from './vectors.ts'

/** Pairs that are remembered. */
const HISTORY = 12

/** A step, and the change of the gradient along it. */
interface Pair {
  readonly s: Float64Array
  readonly y: Float64Array
}

/** What is kept from run to run on the same function. */
export type LbfgsMemory = Pair[]

/** The inverse Hessian of one run. A step multiplies by P once: what P makes of a change of the gradient is the change of what it makes of the gradient. */
export class InverseHessian {
  readonly #pairs: LbfgsMemory
  readonly #precondition: (x: Float64Array) => void
  /** P·y of each pair. */
  readonly #changes: Float64Array[]
  /** sᵢ·yⱼ and yᵢ·P·yⱼ for each j and i ≤ j. */
  readonly #steep: number[][]
  readonly #even: number[][]
  /** What P is multiplied by, so that it fits the last change of the gradient. */
  #factor = 1
  /** P times the gradient of the last direction. */
  #preconditioned: Float64Array | undefined
  /** Products of steps, then of P·y, with that gradient. */
  #products: number[] = []
  /** s·y of a pair that came after it, whose P·y is not there yet. */
  #taken: number | undefined
  /** Vectors of the oldest pair, which the newest gets. */
  #spare: readonly Float64Array[] = []

  /**
   * @param pairs of earlier runs, whose P may have been another; added to
   * @param precondition x ← P·x
   */
  constructor(pairs: LbfgsMemory, precondition: (x: Float64Array) => void) {
    this.#pairs = pairs
    this.#precondition = precondition
    this.#changes = pairs.map(({ y }) => {
      const change = y.slice()
      precondition(change)
      return change
    })
    this.#steep = pairs.map(({ y }, j) => pairs.slice(0, j + 1).map(({ s }) => dot(s, y)))
    this.#even = pairs.map(({ y }, j) => this.#changes.slice(0, j + 1).map((change) => dot(change, y)))
  }

  /** step ← −(inverse Hessian)·gradient. */
  direction(gradient: Float64Array, step: Float64Array): void {
    const pairs = this.#pairs
    const count = pairs.length
    step.set(gradient)
    this.#precondition(step)
    const before = this.#preconditioned
    if (this.#taken !== undefined) subtract(step, before!, this.#changes[count - 1]!)
    if (before === undefined) this.#preconditioned = step.slice()
    else before.set(step)
    const vectors = [...pairs.map(({ s }) => s), ...this.#changes]
    const products = dotAll(vectors, gradient)
    if (this.#taken !== undefined) this.#complete(this.#taken, products)
    this.#products = products
    const factor = this.#factor
    const steep = this.#steep
    const even = this.#even
    // For the steps, then for P·y.
    const factors = new Array<number>(2 * count).fill(0)
    for (let j = count - 1; j >= 0; j--) {
      let left = products[j]!
      for (let k = j + 1; k < count; k++) left -= steep[k]![j]! * factors[count + k]!
      factors[count + j] = left / steep[j]![j]!
    }
    for (let j = 0; j < count; j++) {
      let left = products[count + j]!
      for (let k = 0; k < count; k++) left -= (k < j ? even[j]![k]! : even[k]![j]!) * factors[count + k]!
      left = factor * left - steep[j]![j]! * factors[count + j]!
      for (let k = 0; k < j; k++) left -= steep[j]![k]! * factors[k]!
      factors[j] = left / steep[j]![j]!
    }
    for (let j = count; j < 2 * count; j++) factors[j] = factor * factors[j]!
    scale(step, -factor)
    addAll(step, factors, vectors)
  }

  /** Takes in a step from `point` to `next`, where the last direction and the next one are asked for, unless the gradient's change along it is none. */
  take(point: Float64Array, next: Float64Array, gradient: Float64Array, nextGradient: Float64Array): void {
    const n = point.length
    const [s, y, change] = this.#spare.length === 3 ? (this.#spare as [Float64Array, Float64Array, Float64Array]) : [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
    this.#spare = [s, y, change]
    subtract(next, point, s)
    subtract(nextGradient, gradient, y)
    const curvature = dot(s, y)
    if (!(curvature > Number.EPSILON * dot(y, y) * 1e-6 && curvature > 0)) return
    this.#pairs.push({ s, y })
    this.#changes.push(change)
    this.#taken = curvature
    this.#spare = this.#pairs.length > HISTORY ? this.#forget() : []
  }

  /** Products of the newest pair with all, now that its P·y is there: products with a change of the gradient are changes of products with the gradient. */
  #complete(curvature: number, products: readonly number[]): void {
    const count = this.#pairs.length
    const change = (place: number, before: number): number => products[place]! - this.#products[before]!
    const older = Array.from({ length: count - 1 }, (_, i) => i)
    const length = dot(this.#pairs[count - 1]!.y, this.#changes[count - 1]!)
    if (length > 0) this.#factor = curvature / length
    this.#steep.push([...older.map((i) => change(i, i)), curvature])
    this.#even.push([...older.map((i) => change(count + i, count - 1 + i)), length])
    this.#taken = undefined
  }

  /** Lets go of the oldest pair. */
  #forget(): readonly Float64Array[] {
    const { s, y } = this.#pairs.shift()!
    this.#products.splice(this.#steep.length, 1)
    this.#products.shift()
    for (const columns of [this.#steep, this.#even]) {
      columns.shift()
      for (const column of columns) column.shift()
    }
    return [s, y, this.#changes.shift()!]
  }
}
