// Solving with a factor that is there already: the documented order of subtractions, whatever the blocking.
import test from 'ava'
import { solveFactored } from '../../src/models/solver/triangular.ts'
import { random } from '../../src/index.ts'

/** Order as docs/order-of-arithmetic-models.md has it, entry by entry. */
function plainly(u: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice()
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = x[i]! - u[k * n + i]! * x[k]!
    x[i] = x[i]! / u[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = n - 1; j > i; j--) x[i] = x[i]! - u[i * n + j]! * x[j]!
    x[i] = x[i]! / u[i * n + i]!
  }
  return x
}

for (const n of [1, 2, 3, 4, 5, 7, 8, 11, 65]) {
  test(`a factor of ${n} rows is solved with, in the documented order`, (t) => {
    const u = random.uniformSync(n * n, { seed: n })
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) u[i * n + j] = NaN
      u[i * n + i] = u[i * n + i]! + 1
    }
    const b = random.uniformSync(n, { seed: 100 + n })
    const x = b.slice()
    solveFactored(u, n, x)
    t.deepEqual(x, plainly(u, n, b))
  })
}
