/**
 * The numbers look like what they are called. Seeds are fixed, so nothing here is flaky: a test that passes passes for ever. Scores are
 * standard normal numbers where the generator is good; of some hundreds, none should be beyond 4.5.
 */
import test from 'ava'
import { random } from 'manycore'
import { chiSquareScore, correlationScore, kolmogorov, mean, moment, normalDistribution } from './support.ts'

const LIMIT = 4.5
/** Kolmogorov's √n·D is above this once in 100 000 times. */
const KOLMOGOROV_LIMIT = 2.47
const seeds = [0, 1, 2, 3, 20261126, -1, 2n ** 64n, 2n ** 100n + 1n]
const N = 200_000

for (const type of ['float64', 'float32'] as const) {
  const sample = (seed: number | bigint, n = N): Float64Array => Float64Array.from(random.uniformSync(n, { seed, type }))

  test(`uniform, ${type}: moments`, (t) => {
    for (const seed of seeds) {
      const x = sample(seed)
      for (const power of [1, 2, 3, 4]) {
        const [expected, variance] = [1 / (power + 1), 1 / (2 * power + 1) - 1 / (power + 1) ** 2]
        const score = (moment(x, 0, power) - expected) / Math.sqrt(variance / x.length)
        t.true(Math.abs(score) < LIMIT, `${seed} ${power} ${score}`)
      }
    }
  })

  test(`uniform, ${type}: chi-square and Kolmogorov-Smirnov`, (t) => {
    for (const seed of seeds) {
      const x = sample(seed)
      for (const cells of [16, 1000, 4096]) {
        const counts = new Float64Array(cells)
        for (const value of x) counts[Math.floor(value * cells)]!++
        const score = chiSquareScore(counts, () => x.length / cells)
        t.true(Math.abs(score) < LIMIT, `${seed} ${cells} ${score}`)
      }
      const distance = kolmogorov(x.subarray(0, 100_000), (value) => value)
      t.true(distance < KOLMOGOROV_LIMIT && distance > 0.3, `${seed} ${distance}`)
    }
  })

  test(`uniform, ${type}: neighbours, near and far, don't know one another`, (t) => {
    const x = sample(12)
    // 16, 32, 64: what lies side by side in a row of blocks, or in one block.
    for (const lag of [1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 128, 16_384]) {
      const score = correlationScore(x, x.subarray(lag), 0.5, 1 / 12)
      t.true(Math.abs(score) < LIMIT, `lag ${lag}: ${score}`)
      const counts = new Float64Array(1024)
      for (let i = 0; i + lag < N; i++) counts[32 * Math.floor(32 * x[i]!) + Math.floor(32 * x[i + lag]!)]!++
      const pairs = chiSquareScore(counts, () => (N - lag) / 1024)
      t.true(Math.abs(pairs) < LIMIT, `pairs at lag ${lag}: ${pairs}`)
    }
  })

  test(`uniform, ${type}: runs`, (t) => {
    for (const seed of seeds) {
      const x = sample(seed)
      let runs = 1
      for (let i = 2; i < N; i++) if (x[i]! > x[i - 1]! !== x[i - 1]! > x[i - 2]!) runs++
      const score = (runs - (2 * N - 1) / 3) / Math.sqrt((16 * N - 29) / 90)
      t.true(Math.abs(score) < LIMIT, `up and down: ${score}`)
      let [above, crossings] = [0, 1]
      for (let i = 0; i < N; i++) {
        if (x[i]! >= 0.5) above++
        if (i > 0 && x[i]! >= 0.5 !== x[i - 1]! >= 0.5) crossings++
      }
      const expected = 1 + (2 * above * (N - above)) / N
      const crossing = (crossings - expected) / Math.sqrt(((expected - 1) * (expected - 2)) / (N - 1))
      t.true(Math.abs(crossing) < LIMIT, `about the median: ${crossing}`)
    }
  })
}

test('every bit is set half of the time', (t) => {
  const x = random.uniformSync(N, { seed: 77 })
  const y = random.integersSync(0, 2 ** 32, N, { seed: 77, type: 'uint32' })
  const wide = random.integersSync(0n, 2n ** 64n, 100_000, { seed: 77, type: 'biguint64' })
  const check = (name: string, bit: number, ones: number, n: number): void => {
    const score = (2 * ones - n) / Math.sqrt(n)
    t.true(Math.abs(score) < LIMIT, `${name}, bit ${bit}: ${score}`)
  }
  for (let bit = 1; bit <= 53; bit++) {
    let ones = 0
    for (const value of x) ones += Math.floor(value * 2 ** bit) % 2
    check('uniform', bit, ones, N)
  }
  for (let bit = 0; bit < 32; bit++) {
    let ones = 0
    for (const value of y) ones += (value >>> bit) & 1
    check('integers', bit, ones, N)
  }
  const halves = new Uint32Array(wide.buffer)
  for (let bit = 0; bit < 64; bit++) {
    let ones = 0
    for (let i = bit >> 5; i < halves.length; i += 2) ones += (halves[i]! >>> (bit & 31)) & 1
    check('64 bits', bit, ones, 100_000)
  }
})

test('birthday spacings', (t) => {
  // 4096 birthdays in a year of 2^32 days (Marsaglia 1985): equal spacings are Poisson with mean 4096³ / 2^34 = 4.
  const [birthdays, rounds] = [4096, 400]
  const days = random.integersSync(0, 2 ** 32, birthdays * rounds, { seed: 5, type: 'uint32' })
  const high = random.uniformSync(birthdays * rounds, { seed: 6 })
  for (const [name, day] of [['words', (i: number) => days[i]!], ['high bits of doubles', (i: number) => Math.floor(high[i]! * 2 ** 32)], ['low bits', (i: number) => (high[i]! * 2 ** 53) % 2 ** 32]] as const) {
    let equal = 0
    for (let round = 0; round < rounds; round++) {
      const year = Float64Array.from({ length: birthdays }, (_, i) => day(round * birthdays + i)).sort()
      const spacings = year.map((value, i) => value - (i === 0 ? 0 : year[i - 1]!)).sort()
      for (let i = 1; i < birthdays; i++) if (spacings[i] === spacings[i - 1]) equal++
    }
    const score = (equal - 4 * rounds) / Math.sqrt(4 * rounds)
    t.true(Math.abs(score) < LIMIT, `${name}: ${equal} ${score}`)
  }
})

test('seeds that differ by a bit, and kinds of one seed, have nothing in common', (t) => {
  const n = 100_000
  const x = random.uniformSync(n, { seed: 1000 })
  for (let bit = 0n; bit < 128n; bit++) {
    const y = random.uniformSync(n, { seed: BigInt.asUintN(128, 1000n ^ (1n << bit)) })
    const score = correlationScore(x, y, 0.5, 1 / 12)
    t.true(Math.abs(score) < LIMIT, `bit ${bit}: ${score}`)
  }
  const normal = random.normalSync(n, { seed: 1000 })
  const same = x.map((value, i) => (value - 0.5) * Math.sqrt(12) * normal[i]!)
  t.true(Math.abs(mean(same) * Math.sqrt(n)) < LIMIT)
})

test('first numbers of consecutive seeds are uniform', (t) => {
  const x = Float64Array.from({ length: 20_000 }, (_, seed) => random.uniformSync(1, { seed })[0]!)
  t.true(kolmogorov(x, (value) => value) < KOLMOGOROV_LIMIT)
  t.true(Math.abs(correlationScore(x, x.subarray(1), 0.5, 1 / 12)) < LIMIT)
})

test('normal: moments, distribution, tails, neighbours', (t) => {
  for (const seed of seeds) {
    const x = random.normalSync(N, { seed })
    // Moments of the standard normal, and the variances of its powers.
    for (const [power, expected, variance] of [[1, 0, 1], [2, 1, 2], [3, 0, 15], [4, 3, 96], [6, 15, 10_395 - 225]] as const) {
      const score = (moment(x, 0, power) - expected) / Math.sqrt(variance / N)
      t.true(Math.abs(score) < LIMIT, `${seed} ${power} ${score}`)
    }
    const distance = kolmogorov(x.subarray(0, 100_000), normalDistribution)
    t.true(distance < KOLMOGOROV_LIMIT && distance > 0.3, `${seed} ${distance}`)
    const cells = 1000
    const counts = new Float64Array(cells)
    for (const value of x) counts[Math.min(cells - 1, Math.floor(normalDistribution(value) * cells))]!++
    t.true(Math.abs(chiSquareScore(counts, () => N / cells)) < LIMIT)
    for (const lag of [1, 16, 32, 33]) t.true(Math.abs(correlationScore(x, x.subarray(lag), 0, 1)) < LIMIT)
  }
  const many = random.normalSync(5_000_000, { seed: 3 })
  for (const limit of [2, 3, 4, 4.5, 5]) {
    for (const sign of [-1, 1]) {
      let beyond = 0
      for (const value of many) if (sign * value > limit) beyond++
      const expected = normalDistribution(-limit) * many.length
      t.true(Math.abs(beyond - expected) < LIMIT * Math.sqrt(expected) + 1, `beyond ${sign * limit}: ${beyond}, ${expected} expected`)
    }
  }
})

test('integers: every one equally often', (t) => {
  for (const count of [2, 3, 7, 10, 100, 1000, 4096]) {
    for (const seed of [1, 2, 3]) {
      const counts = new Float64Array(count)
      for (const value of random.integersSync(0, count, N, { seed })) counts[value]!++
      const score = chiSquareScore(counts, () => N / count)
      t.true(Math.abs(score) < LIMIT, `${count} ${seed} ${score}`)
    }
  }
  // Where a multiplication alone, or a remainder, would favour a third of them two to one.
  const count = 3 * 2 ** 30
  const counts = new Float64Array(96)
  for (const value of random.integersSync(0, count, N, { seed: 4, type: 'uint32' })) counts[(value % 3) * 32 + Math.floor(value / 2 ** 27) % 32]!++
  const fold = new Float64Array(3)
  for (let cell = 0; cell < 96; cell++) fold[Math.floor(cell / 32)]! += counts[cell]!
  t.true(Math.abs(chiSquareScore(fold, () => N / 3)) < LIMIT)
  const wide = random.integersSync(-(2 ** 51), 2 ** 51 + 2 ** 50, N, { seed: 4, type: 'float64' })
  const parts = new Float64Array(100)
  for (const value of wide) parts[Math.floor(((value + 2 ** 51) / (2 ** 52 + 2 ** 50)) * 100)]!++
  t.true(Math.abs(chiSquareScore(parts, () => N / 100)) < LIMIT)
})

test('permutation: every order equally often, and every place', (t) => {
  const orders = new Map<string, number>()
  const rounds = 24_000
  for (let seed = 0; seed < rounds; seed++) {
    const order = random.permutationSync(5, { seed }).join()
    orders.set(order, (orders.get(order) ?? 0) + 1)
  }
  t.is(orders.size, 120)
  t.true(Math.abs(chiSquareScore([...orders.values()], () => rounds / 120)) < LIMIT)

  // Several buckets: where an element lands has nothing to do with where it was.
  const n = 200_000
  const cells = new Float64Array(40 * 40)
  let fixed = 0
  let descents = 0
  for (const seed of [1, 2, 3, 4, 5]) {
    const order = random.permutationSync(n, { seed })
    for (let i = 0; i < n; i++) {
      cells[40 * Math.floor((i * 40) / n) + Math.floor((order[i]! * 40) / n)]!++
      if (order[i] === i) fixed++
      if (i > 0 && order[i]! < order[i - 1]!) descents++
    }
  }
  // Cells of a row sum to what they must, so there are 39 · 39 degrees of freedom.
  let statistic = 0
  const expected = (5 * n) / 1600
  for (const count of cells) statistic += (count - expected) ** 2 / expected
  t.true(Math.abs(statistic - 39 * 39) < LIMIT * Math.sqrt(2 * 39 * 39), `${statistic}`)
  t.true(fixed <= 5 + LIMIT * Math.sqrt(5), `${fixed} elements stayed`)
  t.true(Math.abs(descents - (5 * (n - 1)) / 2) < LIMIT * Math.sqrt((5 * (n + 1)) / 12), `${descents} descents`)
})
