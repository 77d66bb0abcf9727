/**
 * The data term of logistic regression: Σ weight × log-loss over the rows, its gradient and its Hessian, for several
 * points in one read of X. Columns are centred and scaled on the fly while a block of 64 rows is packed; no standardised
 * copy of X ever exists. Same bits as crates/kernels/src/families/logistic.rs, whatever the number of threads:
 * docs/order-of-arithmetic-models.md is the specification.
 */
import { padCoefficients } from './decision.ts'
import { binaryLink, softmaxLink, type LinkBlock } from './logistic-link.ts'
import type { LogisticProblem, LogisticRequest } from './logistic-problem.ts'
import { mergeTree, paddedTo8, partitionRows, ROW_BLOCK } from './rows.ts'
import { addWeightedColumnSums, addWeightedGram } from './weighted-gram.ts'

/** Coefficient vectors of a problem: one for two classes, else one a class. */
export function vectorsOf(classes: number): number {
  return classes === 2 ? 1 : classes
}

/** Weighted Grams that make up the Hessian: one for two classes, else one for each pair of different classes. */
function pairsOf(classes: number): number {
  return classes === 2 ? 1 : (classes * (classes - 1)) / 2
}

/**
 * Doubles of a request's partial: loss, then gradient (vectors × stride), then Grams (pairs × stride × stride), as far as
 * the order asks, where the stride is columns + 1 rounded up to a multiple of 8.
 */
export function logisticPartialLength(columns: number, classes: number, order: number): number {
  const stride = paddedTo8(columns + 1)
  return 1 + (order >= 1 ? vectorsOf(classes) * stride : 0) + (order === 2 ? pairsOf(classes) * stride * stride : 0)
}

/** All requests in one read of X, on this thread. */
export function logistic(problem: LogisticProblem, requests: readonly LogisticRequest[]): void {
  const { rows, columns } = problem
  const { rowsPerChunk, chunks } = partitionRows(rows, columns)
  const evaluation = new LogisticEvaluation(problem, requests)
  const totals = mergeTree(
    0,
    chunks,
    (chunk) => evaluation.chunk(chunk * rowsPerChunk, Math.min(rows, (chunk + 1) * rowsPerChunk)),
    (a, b) => {
      mergeLogisticPartials(a, b)
      evaluation.recycle(b)
      return a
    },
  )
  requests.forEach((request, i) => finishLogistic(problem, request, totals[i]!))
}

/** The same with a pause after each chunk, wherever the caller wants one. The merge tree is that of `logistic`, by a stack (docs/order-of-arithmetic.md). */
export function* logisticInTurns(problem: LogisticProblem, requests: readonly LogisticRequest[]): Generator<undefined, void, void> {
  const { rows, columns } = problem
  const { rowsPerChunk, chunks } = partitionRows(rows, columns)
  const evaluation = new LogisticEvaluation(problem, requests)
  const stack: Float64Array[][] = []
  const merge = (): void => {
    const right = stack.pop()!
    mergeLogisticPartials(stack.at(-1)!, right)
    evaluation.recycle(right)
  }
  for (let chunk = 0; chunk < chunks; chunk++) {
    stack.push(evaluation.chunk(chunk * rowsPerChunk, Math.min(rows, (chunk + 1) * rowsPerChunk)))
    for (let bits = chunk; (bits & 1) === 1; bits >>= 1) merge()
    yield
  }
  while (stack.length > 1) merge()
  requests.forEach((request, i) => finishLogistic(problem, request, stack[0]![i]!))
}

/** Adds the partials b to a, request by request. */
export function mergeLogisticPartials(a: readonly Float64Array[], b: readonly Float64Array[]): void {
  a.forEach((into, i) => {
    const from = b[i]!
    for (let k = 0; k < into.length; k++) into[k] = into[k]! + from[k]!
  })
}

/** Turns the total of all chunks into `request.out`. */
export function finishLogistic(problem: LogisticProblem, request: LogisticRequest, total: Float64Array): void {
  const { columns, classes } = problem
  const { order, out } = request
  const length = columns + 1
  const stride = paddedTo8(length)
  const vectors = vectorsOf(classes)
  const size = vectors * length
  out[0] = total[0]!
  if (order === 0) return
  for (let k = 0; k < vectors; k++) {
    for (let j = 0; j < length; j++) out[1 + k * length + j] = total[1 + k * stride + j]!
  }
  if (order === 1) return
  const grams = 1 + vectors * stride
  const hessian = 1 + size
  if (vectors === 1) {
    for (let i = 0; i < length; i++) {
      for (let j = 0; j <= i; j++) {
        const value = total[grams + i * stride + j]!
        out[hessian + i * size + j] = value
        out[hessian + j * size + i] = value
      }
    }
    return
  }
  // Off the diagonal the block of classes k, l is minus their Gram; the rows of p_k([k = l] − p_l) sum to 0 over l, so
  // the block of k itself is the sum of its Grams with the others, in rising order of l.
  for (let k = 0; k < vectors; k++) {
    const own = hessian + k * length * size + k * length
    for (let i = 0; i < length; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0
        for (let l = 0; l < vectors; l++) {
          if (l === k) continue
          const pair = l < k ? (k * (k - 1)) / 2 + l : (l * (l - 1)) / 2 + k
          const value = total[grams + pair * stride * stride + i * stride + j]!
          sum += value
          const block = hessian + k * length * size + l * length
          out[block + i * size + j] = -value
          out[block + j * size + i] = -value
        }
        out[own + i * size + j] = sum
        out[own + j * size + i] = sum
      }
    }
  }
}

/** One evaluation of several requests: packed coefficients and the scratch of a block. */
export class LogisticEvaluation {
  readonly #problem: LogisticProblem
  readonly #requests: readonly LogisticRequest[]
  readonly #coefficients: readonly Float64Array[]
  readonly #stride: number
  readonly #tile: Float64Array
  readonly #weighted: Float64Array
  readonly #block: LinkBlock
  readonly #spares: Float64Array[][] = []

  constructor(problem: LogisticProblem, requests: readonly LogisticRequest[]) {
    const { columns, classes } = problem
    const vectors = vectorsOf(classes)
    const highest = requests.reduce((order, request) => Math.max(order, request.order), 0)
    this.#problem = problem
    this.#requests = requests
    this.#stride = paddedTo8(columns + 1)
    this.#coefficients = requests.map((request) => padCoefficients(request.coefficients, vectors, columns + 1))
    this.#tile = new Float64Array(ROW_BLOCK * this.#stride)
    this.#weighted = new Float64Array(highest === 2 ? this.#tile.length : 0)
    for (let r = 0; r < ROW_BLOCK; r++) this.#tile[r * this.#stride + columns] = 1
    this.#block = {
      rows: 0,
      weights: new Float64Array(ROW_BLOCK),
      labels: new Int32Array(ROW_BLOCK),
      scores: new Float64Array(vectors * ROW_BLOCK),
      residuals: new Float64Array(highest >= 1 ? vectors * ROW_BLOCK : 0),
      pairs: new Float64Array(highest === 2 ? pairsOf(classes) * ROW_BLOCK : 0),
      losses: new Float64Array(ROW_BLOCK),
    }
  }

  /** Partials of rows `first … last − 1`, one array a request; `first` must be a multiple of ROW_BLOCK. */
  chunk(first: number, last: number): Float64Array[] {
    const { columns, classes } = this.#problem
    const partials = this.#spares.pop() ?? this.#requests.map((request) => new Float64Array(logisticPartialLength(columns, classes, request.order)))
    for (const partial of partials) partial.fill(0)
    for (let row = first; row < last; row += ROW_BLOCK) {
      this.#pack(row, Math.min(ROW_BLOCK, last - row))
      for (let i = 0; i < partials.length; i++) this.#addBlock(row, i, partials[i]!)
    }
    return partials
  }

  /** Takes partials back for the next chunk. */
  recycle(partials: Float64Array[]): void {
    this.#spares.push(partials)
  }

  /** Centres and scales `rows` rows from `first` on into the tile. */
  #pack(first: number, rows: number): void {
    const { x, y, columns, center, inverseScale } = this.#problem
    const tile = this.#tile
    const stride = this.#stride
    for (let r = 0; r < rows; r++) {
      const source = (first + r) * columns
      const target = r * stride
      for (let j = 0; j < columns; j++) tile[target + j] = (x[source + j]! - center[j]!) * inverseScale[j]!
    }
    const block = this.#block
    block.rows = rows
    for (let r = 0; r < rows; r++) block.labels[r] = y[first + r]!
  }

  #addBlock(first: number, index: number, partial: Float64Array): void {
    const { classes } = this.#problem
    const { order, weights } = this.#requests[index]!
    const block = this.#block
    const { rows } = block
    const tile = this.#tile
    const stride = this.#stride
    const vectors = vectorsOf(classes)
    if (weights === null) block.weights.fill(1)
    else for (let r = 0; r < rows; r++) block.weights[r] = weights[first + r]!
    scoresOfTile(tile, stride, rows, this.#coefficients[index]!, vectors, block.scores)
    if (vectors === 1) binaryLink(block, order)
    else softmaxLink(block, classes, order)
    if (rows < ROW_BLOCK) block.losses.fill(0, rows)
    partial[0] = partial[0]! + sumInLanes(block.losses)
    if (order === 0) return
    for (let k = 0; k < vectors; k++) {
      addWeightedColumnSums(tile, stride, rows, block.residuals, k * ROW_BLOCK, partial, 1 + k * stride)
    }
    if (order === 1) return
    const grams = 1 + vectors * stride
    for (let pair = 0; pair < pairsOf(classes); pair++) {
      addWeightedGram(tile, this.#weighted, stride, rows, block.pairs, pair * ROW_BLOCK, partial, grams + pair * stride * stride)
    }
  }
}

/** scores[k × ROW_BLOCK + r] = row r of the tile · vector k, in eight lanes as in decision.ts. */
function scoresOfTile(tile: Float64Array, stride: number, rows: number, coefficients: Float64Array, vectors: number, scores: Float64Array): void {
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < vectors; k++) {
      let a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0
      const end = (r + 1) * stride
      for (let p = r * stride, q = k * stride; p < end; p += 8, q += 8) {
        a0 += tile[p]! * coefficients[q]!
        a1 += tile[p + 1]! * coefficients[q + 1]!
        a2 += tile[p + 2]! * coefficients[q + 2]!
        a3 += tile[p + 3]! * coefficients[q + 3]!
        a4 += tile[p + 4]! * coefficients[q + 4]!
        a5 += tile[p + 5]! * coefficients[q + 5]!
        a6 += tile[p + 6]! * coefficients[q + 6]!
        a7 += tile[p + 7]! * coefficients[q + 7]!
      }
      scores[k * ROW_BLOCK + r] = a0 + a4 + (a2 + a6) + (a1 + a5 + (a3 + a7))
    }
  }
}

/** Sum of ROW_BLOCK numbers: lane r mod 8 takes element r, the lanes are folded in halves. */
export function sumInLanes(values: Float64Array): number {
  let a0 = 0, a1 = 0, a2 = 0, a3 = 0, a4 = 0, a5 = 0, a6 = 0, a7 = 0
  for (let r = 0; r < ROW_BLOCK; r += 8) {
    a0 += values[r]!
    a1 += values[r + 1]!
    a2 += values[r + 2]!
    a3 += values[r + 3]!
    a4 += values[r + 4]!
    a5 += values[r + 5]!
    a6 += values[r + 6]!
    a7 += values[r + 7]!
  }
  return a0 + a4 + (a2 + a6) + (a1 + a5 + (a3 + a7))
}
