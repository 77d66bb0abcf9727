/** Requests of logistic regression as the addon takes them: up to four a call, flat arrays, one packed number. */
import type { LogisticProblem, LogisticRequest } from '../../kernels/logistic-problem.ts'

/** Requests that a native call answers at most. */
const MOST = 4

/** Where a request's order would stand: no such request. */
const NO_REQUEST = 3

export interface Batch {
  readonly packed: number
  readonly coefficients: Float64Array
  readonly out: Float64Array
  readonly weights: readonly (Float64Array | null)[]
  /** Copies the results to where the requests want them, if they are not there already. */
  spread(): void
}

/** The requests in batches of what one call answers. */
export function* batches({ classes, columns }: LogisticProblem, requests: readonly LogisticRequest[], threads: number): Generator<Batch> {
  const size = (classes === 2 ? 1 : classes) * (columns + 1)
  const results = (order: number): number => 1 + (order >= 1 ? size : 0) + (order === 2 ? size * size : 0)
  for (let first = 0; first < requests.length; first += MOST) {
    const some = requests.slice(first, first + MOST)
    let packed = threads * 2 ** 12 + classes * 2 ** 28
    for (let k = 0; k < MOST; k++) packed += (some[k] === undefined ? NO_REQUEST : some[k]!.order + (some[k]!.weights === null ? 0 : 4)) * 8 ** k
    const weights = some.map((request) => request.weights)
    const single = some[0]!
    if (some.length === 1) {
      yield { packed, coefficients: single.coefficients, out: single.out, weights, spread() {} }
      continue
    }
    const coefficients = new Float64Array(size * some.length)
    some.forEach((request, k) => coefficients.set(request.coefficients.subarray(0, size), k * size))
    const total = some.reduce((sum, { order }) => sum + results(order), 0)
    const out = new Float64Array(total)
    yield {
      packed,
      coefficients,
      out,
      weights,
      spread() {
        let at = 0
        for (const { order, out: wanted } of some) {
          wanted.set(out.subarray(at, at + results(order)))
          at += results(order)
        }
      },
    }
  }
}
