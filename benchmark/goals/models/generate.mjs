// Synthetic sets: correlated Gaussian features with unequal scales and means that aren't 0, labels from a logistic model. Seeded: the same numbers every time.
import { random } from '../../../dist/index.js'

/** Common factors that correlate the features, and the share of a feature's variance that they explain. */
const FACTORS = 3
const SHARED = 0.4

/** Numbers in [low, high), one a column. */
const uniform = (n, seed, low, high) => random.uniformSync(n, { seed, low, high })

/**
 * A dense set. Column j has a standard deviation of 10^u, u from −2 to 2, and a mean of up to two of them.
 *
 * @returns X (rows × columns, row-major) and y (0 … classes − 1)
 */
export function dense({ rows, columns, classes = 2, seed = 1, shared = false }) {
  // In the memory that manycore gives its large results, which lies in large pages where there are such, as NumPy's arrays do.
  let x = random.normalSync(rows * columns, { seed })
  if (shared) {
    const numbers = x
    x = new Float64Array(new SharedArrayBuffer(numbers.byteLength))
    x.set(numbers)
  }
  const factors = random.normalSync(rows * FACTORS, { seed: seed + 1 })
  const loadings = random.normalSync(columns * FACTORS, { seed: seed + 2 })
  const spreads = uniform(columns, seed + 3, -2, 2).map((u) => 10 ** u)
  const means = uniform(columns, seed + 4, -2, 2)
  // Scores with a standard deviation of about 2: classes overlap, as they do.
  const weights = random.normalSync(columns * classes, { seed: seed + 5 }).map((w) => (2 * w) / Math.sqrt(columns))
  const chance = random.uniformSync(rows, { seed: seed + 6 })
  const y = new Int32Array(rows)
  const scores = new Float64Array(classes)
  const own = Math.sqrt(1 - SHARED)
  for (let j = 0; j < columns; j++) {
    let length = 0
    for (let k = 0; k < FACTORS; k++) length += loadings[j * FACTORS + k] ** 2
    for (let k = 0; k < FACTORS; k++) loadings[j * FACTORS + k] *= Math.sqrt(SHARED / length)
  }
  for (let i = 0; i < rows; i++) {
    scores.fill(0)
    for (let j = 0; j < columns; j++) {
      let z = own * x[i * columns + j]
      for (let k = 0; k < FACTORS; k++) z += loadings[j * FACTORS + k] * factors[i * FACTORS + k]
      x[i * columns + j] = spreads[j] * (z + means[j])
      for (let k = 0; k < classes; k++) scores[k] += weights[j * classes + k] * z
    }
    if (classes === 2) scores[0] = 0
    y[i] = draw(scores, chance[i])
  }
  return { x, y, rows, columns, classes }
}

/** A class with the probabilities that softmax gives scores. */
function draw(scores, chance) {
  const most = Math.max(...scores)
  let total = 0
  for (const score of scores) total += Math.exp(score - most)
  let left = chance * total
  for (let k = 0; k < scores.length - 1; k++) {
    left -= Math.exp(scores[k] - most)
    if (left < 0) return k
  }
  return scores.length - 1
}

/** A sparse set: `each` positive values a row, in columns of which some are far more frequent than others, as words are. */
export function sparse({ rows, columns, each, seed = 1 }) {
  const values = uniform(rows * each, seed, 0.1, 1)
  const places = random.uniformSync(rows * each, { seed: seed + 1 })
  const weights = random.normalSync(columns, { seed: seed + 2 })
  const chance = random.uniformSync(rows, { seed: seed + 3 })
  const columnIndices = new Int32Array(rows * each)
  const rowOffsets = Int32Array.from({ length: rows + 1 }, (_, i) => i * each)
  const y = new Int32Array(rows)
  const taken = new Int32Array(columns).fill(-1)
  for (let i = 0; i < rows; i++) {
    for (let k = i * each; k < (i + 1) * each; k++) {
      let column = Math.floor(columns * places[k] ** 3)
      while (taken[column] === i) column = (column + 1) % columns
      taken[column] = i
      columnIndices[k] = column
    }
    columnIndices.subarray(i * each, (i + 1) * each).sort()
    let score = 0
    for (let k = i * each; k < (i + 1) * each; k++) score += values[k] * weights[columnIndices[k]]
    y[i] = chance[i] < 1 / (1 + Math.exp(-score)) ? 1 : 0
  }
  return { csr: { values, columns: columnIndices, rowOffsets, shape: [rows, columns] }, y, rows, columns, classes: 2 }
}
