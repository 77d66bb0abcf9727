/** Plans for the kernels of models: what an evaluation will cost, on how many threads it is worth running, and where. */
import { decision } from '../kernels/decision.ts'
import { partitionRows } from '../kernels/rows.ts'
import type { Backend, LogisticProblem, ModelChain } from '../backends/backend.ts'
import type { FloatArray } from '../common/arrays.ts'

/** Nanoseconds for an element of X and coefficient vector, for a row and coefficient vector, and for a product of the Hessian. */
interface LogisticCost {
  readonly element: number
  readonly link: number
  readonly product: number
}

const costs: Readonly<Record<Backend['name'], LogisticCost>> = {
  native: { element: 0.5, link: 3, product: 0.1 },
  workers: { element: 2, link: 40, product: 0.8 },
}

/** Work that is shared out takes at least this long on one thread, in nanoseconds: below, waking the others costs more. */
const worthThreads = 100_000

/** Multiply-adds up to which the TypeScript loop beats a native call. */
const inlineDecision = 512

/** Predicted nanoseconds of one evaluation on one thread: the scores and their loss, gradient from order 1, Hessian from order 2. */
export function logisticCost(backend: Backend, rows: number, columns: number, vectors: number, order: 0 | 1 | 2): number {
  const cost = costs[backend.name]
  const width = columns + 1
  const pass = rows * vectors * (width * cost.element * (order === 0 ? 1 : 2) + cost.link)
  return order === 2 ? pass + rows * cost.product * vectors * (vectors + 1) * width * width / 4 : pass
}

/** Coefficients up to which models are fitted whole: the steps of larger ones take so long that what is around them doesn't matter. */
const WHOLE_SIZE = 64

/** Hessians and gradients, each as long as by itself, that a model takes which starts from afar, and one that starts near its optimum: there are half as many more, but rows are packed once. */
const AFAR = [5, 1] as const
const NEAR = [1, 1] as const

/** Whether a backend may be asked to fit models on these data whole. Its answer may still be that it doesn't. */
export function fitsWhole({ rows, columns, classes }: Pick<LogisticProblem, 'rows' | 'columns' | 'classes'>): boolean {
  return classes === 2 && columns < WHOLE_SIZE && partitionRows(rows, columns).chunks === 1
}

/** Predicted nanoseconds of chains of models on one thread. */
export function chainsCost(backend: Backend, { rows, columns }: LogisticProblem, chains: readonly ModelChain[]): number {
  const [hessian, gradient] = [logisticCost(backend, rows, columns, 1, 2), logisticCost(backend, rows, columns, 1, 1)]
  let cost = 0
  for (const { near, models } of chains) {
    for (let k = 0; k < models.length; k++) {
      const [hessians, gradients] = near || k > 0 ? NEAR : AFAR
      cost += hessians * hessian + gradients * gradient
    }
  }
  return cost
}

/** Predicted nanoseconds of loss and gradient over a sparse matrix on one thread. */
export function sparseLogisticCost(backend: Backend, rows: number, values: number, vectors: number): number {
  const cost = costs[backend.name]
  return vectors * (values * 4 * cost.element + rows * cost.link)
}

/** Predicted nanoseconds of scores on one thread. */
export function decisionCost(backend: Backend, rows: number, columns: number, vectors: number): number {
  return rows * (columns + 1) * vectors * costs[backend.name].element
}

/** Threads for work of a predicted length: all that may be used, or one. The result doesn't depend on it. */
export function threadsFor(backend: Backend, nanoseconds: number, threads: number | undefined): number {
  return nanoseconds < worthThreads ? 1 : Math.min(threads ?? backend.defaultThreads, backend.maxThreads)
}

/** `Backend.decision`, in TypeScript where that is faster: the same bits, since both have the same order of arithmetic. */
export function decide(
  backend: Backend, x: FloatArray, rows: number, columns: number, coefficients: Float64Array, vectors: number, threads: number | undefined, out: Float64Array,
): void {
  if (rows * (columns + 1) * vectors <= inlineDecision) decision(x, rows, columns, coefficients, vectors, out)
  else backend.decision(x, rows, columns, coefficients, vectors, threadsFor(backend, decisionCost(backend, rows, columns, vectors), threads), out)
}
