// The objective that all solvers minimise, in plain JavaScript, apart from every solver: Σ log-loss + ½ ‖coefficients‖² for C = 1.

/** @param model - coefficients (vectors × columns) and intercepts (vectors; 1 vector for two classes) */
export function objective({ x, csr, y, rows, columns }, { coefficients, intercepts }) {
  const vectors = intercepts.length
  const scores = new Float64Array(vectors)
  let penalty = 0
  for (const w of coefficients) penalty += w * w
  // In blocks, so that rounding stays far below the gaps in question.
  let total = 0
  for (let first = 0; first < rows; first += 1024) {
    let block = 0
    for (let i = first; i < Math.min(rows, first + 1024); i++) {
      for (let k = 0; k < vectors; k++) {
        let score = intercepts[k]
        const w = k * columns
        if (csr === undefined) {
          for (let j = 0, at = i * columns; j < columns; j++, at++) score += coefficients[w + j] * x[at]
        } else {
          for (let at = csr.rowOffsets[i]; at < csr.rowOffsets[i + 1]; at++) score += coefficients[w + csr.columns[at]] * csr.values[at]
        }
        scores[k] = score
      }
      block += vectors === 1 ? softplus(y[i] === 1 ? -scores[0] : scores[0]) : logSumExp(scores) - scores[y[i]]
    }
    total += block
  }
  return total + penalty / 2
}

const softplus = (t) => (t > 0 ? t + Math.log1p(Math.exp(-t)) : Math.log1p(Math.exp(t)))

function logSumExp(scores) {
  let most = -Infinity
  for (const score of scores) if (score > most) most = score
  let total = 0
  for (const score of scores) total += Math.exp(score - most)
  return most + Math.log(total)
}
