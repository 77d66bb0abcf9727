/**
 * Steps of the proximal Newton method (Lee, Sun and Saunders, SIAM J. Optim. 24, 2014) for a smooth function plus Σ weight_i·|x_i|: each minimises the quadratic model
 * plus that sum, so coefficients become exactly zero.
 *
 * The model is minimised by sweeps of coordinate descent, which find out which coordinates are zero, and exact solutions over those that are not, searched
 * along up to the best point (Lee, Battle, Raina and Ng's feature-sign search, NIPS 2006), which finish what sweeps alone would take thousands for where columns are
 * correlated. Both only ever lower the model, and there are finitely many patterns of signs, so it ends.
 */
import { ScaledCholesky, type CholeskySolve } from './linear.ts'
import type { Outlook, StepSolver } from './newton.ts'
import { maxAbs } from './vectors.ts'

/** Sweeps of coordinate descent in each round, before exact solutions. */
const SWEEPS = 2

/**
 * Rounds with one exact solution each, which mostly do. In those after them what a sign has stopped at 0 stays there until no sign stops a solution: where columns depend on each other the next
 * sweep would bring it back, again and again.
 */
const QUICK_ROUNDS = 10

/** Exact solutions at most; a handful is usual, and a step that stops early still lowers the model. */
const MAX_SOLUTIONS = 1000

/** A coordinate leaves zero only for a slope beyond its weight by more than rounding. */
const SLACK = 1 + 1e-11

/**
 * Curvature that the model has beyond the Hessian's, relative to the diagonal. Where columns depend on each other, and in the direction that all classes' coefficients of a column share, the
 * Hessian has rounding errors in place of curvature, of either sign, while the penalty, however small, still has a slope: the model would lead anywhere. Steps in such directions are a little
 * shorter for it; where they end is as it was.
 */
const FIRMNESS = 1e-12

/**
 * The same grows by a factor after a step of which at most a share was taken, and soon shrinks after others (Levenberg and Marquardt's rule): where rows are certain and wrong the Hessian has no
 * curvature for them, and the model would lead a million times too far.
 */
const SHORTENED = 0.1
const FIRMNESS_GROWTH = 1000
const FIRMNESS_DECAY = 1e5
const MOST_FIRMNESS = 0.1

/** Rounding of the model's gradient, relative to the largest products in it. */
const ROUNDING = 8 * Number.EPSILON

export class ProximalSolver implements StepSolver {
  ridge = 0
  readonly smooth = false
  readonly #n: number
  readonly #weights: Float64Array
  readonly #choleskySolve: CholeskySolve
  readonly #hessian: Float64Array
  /** The minimum of the model so far, and the gradient of its quadratic part there. */
  readonly #x: Float64Array
  readonly #slopes: Float64Array
  /** Coordinates that aren't 0 or have no weight. */
  #free: readonly number[] = []
  #system: ScaledCholesky | undefined
  #outlook: Outlook = { slope: 0, decrease: 0, gradientNorm: 0 }
  #firmness = FIRMNESS
  /** Where the last step began, and what it was. */
  readonly #from: Float64Array
  readonly #step: Float64Array

  /** @param weights of the absolute values; 0 for coordinates without a penalty */
  constructor(weights: Float64Array, choleskySolve: CholeskySolve) {
    const n = weights.length
    this.#n = n
    this.#weights = weights
    this.#choleskySolve = choleskySolve
    this.#hessian = new Float64Array(n * n)
    this.#x = new Float64Array(n)
    this.#slopes = new Float64Array(n)
    this.#from = new Float64Array(n)
    this.#step = new Float64Array(n)
  }

  factorAndSolve(hessian: Float64Array, gradient: Float64Array, step: Float64Array, point: Float64Array): void {
    this.#hessian.set(hessian)
    this.#learn(point)
    for (let i = 0; i < this.#n; i++) this.#hessian[i * (this.#n + 1)] = this.#hessian[i * (this.#n + 1)]! * (1 + this.#firmness)
    this.solveAgain(gradient, step, point)
  }

  solveAgain(gradient: Float64Array, step: Float64Array, point: Float64Array): void {
    this.#x.set(point)
    this.#slopes.set(gradient)
    for (let round = 0, solutions = 0; solutions < MAX_SOLUTIONS; round++) {
      if (round > 0) this.#refresh(gradient, point)
      for (let sweep = 0; sweep < SWEEPS; sweep++) this.#sweep()
      solutions += 1
      let settled = this.#solveFree()
      while (!settled && round >= QUICK_ROUNDS && solutions++ < MAX_SOLUTIONS) settled = this.#solveFree()
      if (settled && !this.#someMayLeaveZero()) break
    }
    // Patterns on the way may well be singular (all classes' coefficients of a column); the one that was settled on counts.
    this.ridge = Math.max(this.ridge, this.#system?.ridge ?? 0)
    for (let i = 0; i < this.#n; i++) step[i] = this.#x[i]! - point[i]!
    this.#outlook = this.#look(gradient, step, point)
    this.#from.set(point)
    this.#step.set(step)
  }

  /** Looks how much of the last step was taken. */
  #learn(point: Float64Array): void {
    let taken = 0
    for (let i = 0; i < this.#n; i++) taken = Math.max(taken, Math.abs(point[i]! - this.#from[i]!))
    // At the same point again, or at the first one.
    if (taken === 0) return
    const shortened = taken <= SHORTENED * maxAbs(this.#step)
    this.#firmness = shortened ? Math.min(this.#firmness * FIRMNESS_GROWTH, MOST_FIRMNESS) : Math.max(this.#firmness / FIRMNESS_DECAY, FIRMNESS)
  }

  outlook(): Outlook {
    return this.#outlook
  }

  /** Of the Hessian's part over the coordinates that aren't zero. */
  conditionEstimate(): number {
    return this.#system?.conditionEstimate() ?? 1
  }

  /** Moves each coordinate in turn to where the model is lowest. */
  #sweep(): void {
    const n = this.#n
    const x = this.#x
    const slopes = this.#slopes
    const weights = this.#weights
    const hessian = this.#hessian
    for (let i = 0; i < n; i++) {
      const curvature = hessian[i * n + i]!
      const weight = weights[i]!
      const old = x[i]!
      // A column that is singular together with others may have no curvature left but rounding: solveFree moves it.
      if (!(curvature > 0)) continue
      if (old === 0 && Math.abs(slopes[i]!) <= weight * SLACK) continue
      const aim = curvature * old - slopes[i]!
      const fresh = aim > weight ? (aim - weight) / curvature : aim < -weight ? (aim + weight) / curvature : 0
      const change = fresh - old
      if (change === 0) continue
      x[i] = fresh
      const row = i * n
      for (let j = 0; j < n; j++) slopes[j] = slopes[j]! + hessian[row + j]! * change
    }
  }

  /**
   * Goes from here towards the minimum over the coordinates that aren't zero, their signs kept, as far as the model falls. Gives whether no sign stood in the way, so
   * that those coordinates are right.
   */
  #solveFree(): boolean {
    const n = this.#n
    const x = this.#x
    const weights = this.#weights
    const free: number[] = []
    for (let i = 0; i < n; i++) if ((x[i] !== 0 || weights[i] === 0) && this.#hessian[i * (n + 1)]! > 0) free.push(i)
    const count = free.length
    if (count === 0) return true
    const system = this.#systemFor(free)
    const matrix = new Float64Array(count * count)
    const slopes = new Float64Array(count)
    for (let a = 0; a < count; a++) {
      const i = free[a]!
      const row = i * n
      for (let b = 0; b < count; b++) matrix[a * count + b] = this.#hessian[row + free[b]!]!
      slopes[a] = this.#slopes[i]! + weights[i]! * Math.sign(x[i]!)
    }
    const direction = new Float64Array(count)
    system.factorAndSolve(matrix, slopes, direction)
    return this.#walk(free, matrix, slopes, direction)
  }

  /** The lowest point of the model along a direction, crossing zeros where that pays. Gives whether none was in the way. */
  #walk(free: readonly number[], matrix: Float64Array, slopes: Float64Array, direction: Float64Array): boolean {
    const count = free.length
    const x = this.#x
    const weights = this.#weights
    let slope = 0
    let curvature = 0
    const zeros: { readonly at: number; readonly index: number }[] = []
    for (let a = 0; a < count; a++) {
      const d = direction[a]!
      slope += slopes[a]! * d
      let product = 0
      for (let b = 0; b < count; b++) product += matrix[a * count + b]! * direction[b]!
      curvature += d * product
      const value = x[free[a]!]!
      if (weights[free[a]!]! > 0 && value * d < 0) zeros.push({ at: -value / d, index: a })
    }
    if (!(slope < 0)) return true
    zeros.sort((p, q) => p.at - q.at)
    let length = -1
    let blocked: number | undefined
    let crossed = 0
    for (const { at, index } of zeros) {
      if (slope + at * curvature >= 0) break
      slope += 2 * weights[free[index]!]! * Math.abs(direction[index]!)
      crossed += 1
      if (slope + at * curvature < 0) continue
      length = at
      blocked = index
      break
    }
    if (length < 0) length = crossed === 0 ? 1 : -slope / curvature
    // Without curvature a direction falls until a zero stops it; where none does, the step of the solved system is as good as any.
    if (!(length >= 0 && length < Infinity)) length = 1
    for (let a = 0; a < count; a++) {
      const i = free[a]!
      const old = x[i]!
      const fresh = a === blocked ? 0 : old + length * direction[a]!
      this.#move(i, fresh - old)
      x[i] = fresh
    }
    return crossed === 0
  }

  /** The slopes afresh: rounds that go far and come back leave rounding errors that a small penalty doesn't stand out from. */
  #refresh(gradient: Float64Array, point: Float64Array): void {
    this.#slopes.set(gradient)
    for (let i = 0; i < this.#n; i++) this.#move(i, this.#x[i]! - point[i]!)
  }

  #move(i: number, change: number): void {
    if (change === 0) return
    const n = this.#n
    const slopes = this.#slopes
    const row = i * n
    for (let j = 0; j < n; j++) slopes[j] = slopes[j]! + this.#hessian[row + j]! * change
  }

  #someMayLeaveZero(): boolean {
    for (let i = 0; i < this.#n; i++) {
      const weight = this.#weights[i]!
      if (this.#x[i] !== 0 || weight === 0 || !(this.#hessian[i * (this.#n + 1)]! > 0)) continue
      if (Math.abs(this.#slopes[i]!) > weight * SLACK + ROUNDING * weight) return true
    }
    return false
  }

  /** A solver for the free coordinates: the one of the last round where they are the same. */
  #systemFor(free: readonly number[]): ScaledCholesky {
    const same = this.#free.length === free.length && free.every((index, a) => index === this.#free[a])
    if (this.#system !== undefined && same) return this.#system
    this.#free = free
    return (this.#system = new ScaledCholesky(free.length, this.#choleskySolve))
  }

  #look(gradient: Float64Array, step: Float64Array, point: Float64Array): Outlook {
    const n = this.#n
    const weights = this.#weights
    let slope = 0
    let quadratic = 0
    let gradientNorm = 0
    for (let i = 0; i < n; i++) {
      const g = gradient[i]!
      const d = step[i]!
      const weight = weights[i]!
      const old = point[i]!
      slope += g * d + weight * (Math.abs(old + d) - Math.abs(old))
      // The Hessian times the step is what the slopes have changed by.
      quadratic += d * (this.#slopes[i]! - g)
      const subgradient = old === 0 ? Math.max(0, Math.abs(g) - weight) : Math.abs(g + weight * Math.sign(old))
      gradientNorm = Math.max(gradientNorm, subgradient)
    }
    return { slope, decrease: -(slope + quadratic / 2), gradientNorm }
  }
}
