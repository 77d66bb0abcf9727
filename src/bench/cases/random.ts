/** Random numbers into a new array. */
import { random } from '../../index.ts'
import { near, type Case } from '../case.ts'

const common = { group: 'random', sizes: [10, 1e3, 1e5, 1e6, 5e6], quickSizes: [1e3, 1e6] } as const

interface Count {
  readonly n: number
}

/** Mean and variance within six standard errors: everybody has other numbers. */
function checkMoments(value: unknown, n: number, mean: number, variance: number, what: string): void {
  const x = value as Float64Array
  if (x.length !== n) throw new Error(`${what}: got ${x.length} numbers, wanted ${n}`)
  const found = x.reduce((a, b) => a + b, 0) / n
  if (Math.abs(found - mean) > 6 * Math.sqrt(variance / n)) throw new Error(`${what}: the mean of ${n} is ${found}`)
  if (n < 100) return
  const spread = x.reduce((a, b) => a + (b - mean) ** 2, 0) / n
  near(spread, variance, 12 / Math.sqrt(n), `${what}, variance`)
}

const uniform64: Case<Count> = {
  ...common,
  name: 'random.uniform f64',
  make: (n) => ({ n }),
  ours: ({ n }) => random.uniformSync(n, { seed: 1 }),
  loop: ({ n }) => {
    const out = new Float64Array(n)
    for (let i = 0; i < n; i++) out[i] = Math.random()
    return out
  },
  check: (value, { n }) => checkMoments(value, n, 0.5, 1 / 12, 'uniform'),
  share: () => ({}),
}

const normal64: Case<Count> = {
  ...common,
  name: 'random.normal f64',
  make: (n) => ({ n }),
  ours: ({ n }) => random.normalSync(n, { seed: 1 }),
  loop: ({ n }) => {
    const out = new Float64Array(n)
    // Box and Muller 1958, both numbers of a pair used.
    for (let i = 0; i < n; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - Math.random()))
      const angle = 2 * Math.PI * Math.random()
      out[i] = radius * Math.cos(angle)
      if (i + 1 < n) out[i + 1] = radius * Math.sin(angle)
    }
    return out
  },
  check: (value, { n }) => checkMoments(value, n, 0, 1, 'normal'),
  share: () => ({}),
}

export const randomCases = [uniform64, normal64] as unknown as readonly Case[]
