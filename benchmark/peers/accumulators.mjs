// The loop of somebody who knows: eight running sums, so that additions don't wait for each other.
export const name = '8 accumulators'

const sum = ({ x }) => () => {
  let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0
  let i = 0
  for (const end = x.length & -8; i < end; i += 8) {
    a += x[i]; b += x[i + 1]; c += x[i + 2]; d += x[i + 3]
    e += x[i + 4]; f += x[i + 5]; g += x[i + 6]; h += x[i + 7]
  }
  for (; i < x.length; i++) a += x[i]
  return a + b + (c + d) + (e + f + (g + h))
}

const sumOfSquares = ({ x }) => () => {
  let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0
  let i = 0
  for (const end = x.length & -8; i < end; i += 8) {
    a += x[i] * x[i]; b += x[i + 1] * x[i + 1]; c += x[i + 2] * x[i + 2]; d += x[i + 3] * x[i + 3]
    e += x[i + 4] * x[i + 4]; f += x[i + 5] * x[i + 5]; g += x[i + 6] * x[i + 6]; h += x[i + 7] * x[i + 7]
  }
  for (; i < x.length; i++) a += x[i] * x[i]
  return a + b + (c + d) + (e + f + (g + h))
}

const dot = ({ x, y }) => () => {
  let a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0
  let i = 0
  for (const end = x.length & -8; i < end; i += 8) {
    a += x[i] * y[i]; b += x[i + 1] * y[i + 1]; c += x[i + 2] * y[i + 2]; d += x[i + 3] * y[i + 3]
    e += x[i + 4] * y[i + 4]; f += x[i + 5] * y[i + 5]; g += x[i + 6] * y[i + 6]; h += x[i + 7] * y[i + 7]
  }
  for (; i < x.length; i++) a += x[i] * y[i]
  return a + b + (c + d) + (e + f + (g + h))
}

export const calls = { 'sum f64': sum, 'sum f32': sum, 'mean f64': (data) => { const total = sum(data); return () => total() / data.x.length }, 'sumOfSquares f64': sumOfSquares, 'sumOfSquares f32': sumOfSquares, 'dot f64': dot }
