/** manycore selftest: every backend that runs here must give the same bits, and right ones. Exit code 1 when one doesn't. */
import {
  argMaxSync, argMinSync, dotSync, info, logSumExpSync, maxSync, meanSync, minSync, normSync, productSync, setBackend, sumOfSquares, sumOfSquaresSync, sumSync, varianceSync,
  type BackendName,
} from '../index.ts'
import { LogisticRegression } from '../models/index.ts'
import { formatCount, formatTiny } from '../report/index.ts'
import type { Terminal } from './terminal.ts'
import { loadExample } from './tour/examples.ts'

export interface Check {
  readonly name: string
  readonly passed: boolean
  readonly detail: string
}

const kernels = {
  sum: sumSync,
  sumOfSquares: sumOfSquaresSync,
  dot: (x: Float64Array | Float32Array, options?: { threads?: number }) => dotSync(x, x, options),
  mean: meanSync,
  min: minSync,
  max: maxSync,
  variance: varianceSync,
  argMin: argMinSync,
  argMax: argMaxSync,
  norm: normSync,
  product: productSync,
  logSumExp: logSumExpSync,
}

/** Around the lanes, the block and the chunk of the order of arithmetic, and one length with many chunks. */
const lengths = [1, 2, 31, 32, 33, 4095, 4096, 4097, 65_535, 65_536, 65_537, 1_000_003]

export async function selftestCommand(terminal: Terminal): Promise<number> {
  const native = info().tried.some(({ error }) => error === undefined)
  const backends: BackendName[] = native ? ['workers', 'native'] : ['workers']
  const checks: Check[] = []
  const steps: (() => Check | Promise<Check>)[] = [
    ...Object.entries(kernels).map(([name, kernel]) => () => sameBits(name, kernel, backends)),
    () => promiseForm(backends),
    () => exactSum(backends),
    () => sameModel(backends),
    () => workers(),
  ]
  for (const [k, step] of steps.entries()) {
    terminal.progress(`selftest: ${k + 1} of ${steps.length}`)
    checks.push(await step())
  }
  terminal.progressEnd()
  setBackend('auto')
  const passed = checks.every((check) => check.passed)
  terminal.data({ passed, backends, checks })
  for (const check of checks) terminal.print(`${check.passed ? '✓' : '✗'} ${check.name}: ${check.detail}`)
  if (!native) terminal.print('The native addon is not here, so nothing was compared with it; `manycore doctor` says why.')
  return passed ? 0 : 1
}

type Kernel = (x: Float64Array | Float32Array, options?: { threads?: number }) => number

/** Each backend on one thread and on all, double and single precision, aligned and not, against the workers backend on one. */
function sameBits(name: string, kernel: Kernel, backends: readonly BackendName[]): Check {
  let compared = 0
  for (const length of lengths) {
    for (const Type of [Float64Array, Float32Array]) {
      const x = samples(length + 1, Type).subarray(1)
      setBackend('workers')
      const expected = kernel(x, { threads: 1 })
      for (const backend of backends) {
        setBackend(backend)
        for (const options of [{ threads: 1 }, undefined]) {
          const got = kernel(x, options)
          if (!Object.is(got, expected)) {
            return { name, passed: false, detail: `${backend}, ${length} numbers of ${Type.name}: ${got} instead of ${expected}` }
          }
          compared += 1
        }
      }
    }
  }
  return { name, passed: true, detail: `${compared} results, the same bits` }
}

async function promiseForm(backends: readonly BackendName[]): Promise<Check> {
  const name = 'promise form'
  const x = samples(1_000_003, Float64Array)
  const expected = sumOfSquaresSync(x)
  for (const backend of backends) {
    setBackend(backend)
    const got = await sumOfSquares(x)
    if (!Object.is(got, expected)) return { name, passed: false, detail: `${backend}: ${got} instead of ${expected}` }
  }
  return { name, passed: true, detail: 'the same bits as the blocking form' }
}

/** Whole numbers whose sum stays below 2^53 are summed without any rounding, in every order. */
function exactSum(backends: readonly BackendName[]): Check {
  const name = 'exact sum'
  const n = 1_000_000
  const x = Float64Array.from({ length: n }, (_, i) => i)
  const expected = (n * (n - 1)) / 2
  for (const backend of backends) {
    setBackend(backend)
    const got = sumSync(x)
    if (got !== expected) return { name, passed: false, detail: `${backend}: ${got} instead of ${expected}` }
  }
  return { name, passed: true, detail: `0 + 1 + … + ${formatCount(n - 1)} = ${formatCount(expected)}` }
}

/** Models agree to 1e-10 between backends (their kernels add in another order). */
function sameModel(backends: readonly BackendName[]): Check {
  const name = 'logistic regression'
  const [rows, columns] = [200, 4]
  const data = samples(rows * columns, Float64Array)
  const y = Int32Array.from({ length: rows }, (_, i) => ((data[i * columns] ?? 0) + 0.5 * Math.sin(7 * i) > 0 ? 1 : 0))
  const fits = backends.map((backend) => {
    setBackend(backend)
    const model = new LogisticRegression().fitSync({ data, shape: [rows, columns] }, y)
    return { backend, converged: model.converged, coefficients: [...(model.coefficients?.data ?? [])] }
  })
  const stuck = fits.find(({ converged }) => !converged)
  if (stuck !== undefined) return { name, passed: false, detail: `${stuck.backend}: did not converge` }
  const first = fits[0]?.coefficients ?? []
  const largest = Math.max(...first.map(Math.abs))
  const difference = Math.max(0, ...fits.flatMap(({ coefficients }) => coefficients.map((value, k) => Math.abs(value - (first[k] ?? 0)) / largest)))
  return { name, passed: difference <= 1e-10, detail: `converged, largest relative difference ${formatTiny(difference)}` }
}

async function workers(): Promise<Check> {
  const name = 'pool of workers'
  const { startBatches } = await loadExample('sum-of-squares')
  const batches = await startBatches({ n: 100_000, batchSize: 5_000 })
  const got = await batches.run()
  await batches.close()
  const expected = 333328333350000n
  return { name, passed: got === expected, detail: `${batches.processes} workers, 20 batches, ${got}` }
}

/** Numbers of mixed sign and size whose sum depends on its order. */
function samples(length: number, Type: Float64ArrayConstructor | Float32ArrayConstructor): Float64Array | Float32Array {
  const x = new Type(length)
  for (let i = 0; i < length; i++) x[i] = Math.sin(1 + 0.7 * i) * 2 ** ((i * 7) % 21)
  return x
}
