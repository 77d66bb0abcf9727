/** Short calls (src/dispatch/random-short.ts) draw from a seed what the long way draws, which an option leads to; without a seed they take words that are used once. */
import test from 'ava'
import { random } from 'manycore'
import { backends, on } from '../support/backends.ts'

type Loose = Record<string, (...parameters: unknown[]) => ArrayLike<number | bigint>>
const loose = random as unknown as Loose
const lengths = [1, 2, 3, 6, 7, 8, 10, 11, 12, 13, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 100, 257, 600, 4096, 4097]
const types = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'float64', 'bigint64', 'biguint64'] as const

/** What is drawn or refused. */
function outcome(name: string, ...parameters: unknown[]): unknown {
  try {
    return loose[`${name}Sync`]!(...parameters)
  } catch (error) {
    const { name: kind, code, argument, message } = error as Error & { code?: string; argument?: string }
    return { kind, code, argument, message }
  }
}

test('with a seed, bit for bit what the long way gives', (t) => {
  const same = (name: string, before: unknown[], options: object): void => {
    for (const backend of backends) {
      const short = on(backend, () => outcome(name, ...before, options))
      const long = on(backend, () => outcome(name, ...before, { ...options, threads: 1 }))
      t.deepEqual(short, long, `${name} ${before.map(String).join()} ${JSON.stringify(options, (_, value: unknown) => String(value))} ${backend}`)
    }
  }
  for (const n of lengths) {
    const seed = n * 7919 - 5
    for (const type of ['float64', 'float32', undefined, 'int8']) {
      for (const options of [{}, { low: -3 }, { low: 2, high: 5.5 }, { high: 0 }, { low: 0.1, high: 0.10000000001 }, { low: null }, { high: '1' }]) same('uniform', [n], { seed, type, ...options })
      for (const options of [{}, { mean: 5 }, { mean: -1, standardDeviation: 0 }, { standardDeviation: -1 }, { mean: null }, { standardDeviation: Infinity }]) same('normal', [n], { seed, type, ...options })
    }
    for (const [low, high] of [[0, 100], [-5, 6], [-128, 128], [0, 256], [0, 1], [-(2 ** 31), 2 ** 31], [0, 3 * 2 ** 30], [0, 2 ** 32], [-1, 2 ** 40], [5, 5], [0.5, 3], [0n, 9n], [NaN, 3]] as const) {
      for (const type of [...types, undefined, 'float32', 'uint8clamped', 'float16']) same('integers', [low, high, n], { seed, type })
    }
    for (const more of [{}, { type: 'uint32' }, { low: 1 }]) same('permutation', [n], { seed, ...more })
  }
  for (const seed of [5n, -1, 2n ** 127n, null, 0.5, '5']) for (const name of ['uniform', 'normal', 'permutation']) same(name, [9], { seed })
})

test('without a seed: numbers of their kind, each drawn once', (t) => {
  for (const backend of backends) {
    on(backend, () => {
      const seen = new Set<number>()
      let count = 0
      for (let turn = 0; turn < 400; turn++) {
        for (const value of [...random.uniformSync(1 + (turn % 50)), ...random.normalSync(1 + (turn % 13))]) {
          seen.add(value)
          count++
        }
      }
      t.is(seen.size, count)
      for (let n = 1; n <= 300; n++) t.deepEqual(random.permutationSync(n).slice().sort(), Uint32Array.from({ length: n }, (_, i) => i))
      for (const type of types) {
        const counts = new Map<number | bigint, number>()
        for (let turn = 0; turn < 400; turn++) for (const value of random.integersSync(2, 9, 40, { type })) counts.set(value, (counts.get(value) ?? 0) + 1)
        t.deepEqual([...counts.keys()].map(Number).sort(), [2, 3, 4, 5, 6, 7, 8])
        // 16 000 draws of seven: six standard deviations.
        for (const found of counts.values()) t.true(Math.abs(found - 16_000 / 7) < 6 * Math.sqrt(16_000 / 7), `${type}: ${found}`)
      }
      const uniform = Array.from({ length: 2000 }, () => [...random.uniformSync(8, { low: 10, high: 20, type: 'float32' })]).flat()
      t.true(uniform.every((value) => value >= 10 && value < 20))
      t.true(Math.abs(uniform.reduce((sum, value) => sum + value, 0) / uniform.length - 15) < (6 * 10) / Math.sqrt(12 * uniform.length))
      const normal = Array.from({ length: 2000 }, () => [...random.normalSync(8, { mean: 3, standardDeviation: 2 })]).flat()
      const mean = normal.reduce((sum, value) => sum + value, 0) / normal.length
      t.true(Math.abs(mean - 3) < (6 * 2) / Math.sqrt(normal.length))
      t.true(Math.abs(normal.reduce((sum, value) => sum + (value - 3) ** 2, 0) / normal.length - 4) < 6 * 4 * Math.sqrt(2 / normal.length))
      // Which of three comes first.
      const first = [0, 0, 0]
      for (let turn = 0; turn < 6000; turn++) first[random.permutationSync(3)[0]!]!++
      for (const found of first) t.true(Math.abs(found - 2000) < 6 * Math.sqrt(2000))
    })
  }
})

test('options that are no ordinary object are refused as ever', (t) => {
  for (const options of [null, 5, [], new Float64Array(3), 'x', { nonsense: 1 }]) {
    for (const [name, parameters] of [['uniform', [3]], ['normal', [3]], ['integers', [0, 9, 3]], ['permutation', [3]]] as const) {
      t.is((outcome(name, ...parameters, options) as { code: string }).code, 'ERR_MANYCORE_OPTION', `${name} ${String(options)}`)
    }
  }
})
