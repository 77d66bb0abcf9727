/**
 * Two logistic regressions on the breast-cancer data, at the same time: each in a worker of its own, then both in one call
 * that reads the data once.
 *
 *     node dist/examples/two-models.js
 */
import { fitAll, LogisticRegression } from 'manycore/models'
import { Process } from 'manycore/multiprocessing'
import { knownOptimum, loadBreastCancer, objective } from './breast-cancer.ts'
import { isProgram } from './entry.ts'
import { slots } from './two-models-worker.ts'

const plans = [
  { name: 'Model A', C: 1 },
  { name: 'Model B', C: 0.1 },
]

export async function twoModels({ print = true } = {}) {
  const data = loadBreastCancer()
  const { rows, columns, x, y } = data
  if (print) console.log(`${rows} rows × ${columns} columns, not scaled`)

  const start = performance.now()
  const worker = new URL('./two-models-worker.ts', import.meta.url)
  const processes = plans.map(({ name, C }) => {
    const out = new Float64Array(new SharedArrayBuffer(8 * Object.keys(slots).length))
    const process = new Process<typeof import('./two-models-worker.ts')>(worker, 'trainModel', [name, C, data, out, print], { name })
    process.start()
    return { name, C, out, process }
  })
  for (const { process } of processes) {
    await process.join()
    if (process.exitCode !== 0) throw new Error(`${process.name} ended with exit code ${process.exitCode}`)
  }
  const processSeconds = (performance.now() - start) / 1000
  const trained = processes.map(({ name, C, out }) => {
    const read = (slot: keyof typeof slots) => out[slots[slot]] ?? Number.NaN
    const [value, optimum] = [read('objective'), knownOptimum(C)]
    return {
      name, C, seconds: read('seconds'), iterations: read('iterations'), converged: read('converged') === 1, accuracy: read('accuracy'),
      objective: value, gap: (value - optimum) / optimum,
    }
  })

  const X = { data: x, shape: [rows, columns] as [number, number] }
  const models = plans.map(({ C }) => new LogisticRegression({ C }))
  const again = performance.now()
  await fitAll(models, X, y)
  const togetherSeconds = (performance.now() - again) / 1000
  if (print) console.log(`both in one fitAll in ${(togetherSeconds * 1000).toFixed(2)} ms`)
  const together = plans.map(({ name, C }, k) => {
    const model = models[k] as LogisticRegression
    const [value, optimum] = [objective(data, C, model.coefficients.data, model.intercepts[0] ?? 0), knownOptimum(C)]
    return {
      name, C, seconds: undefined, iterations: model.iterations, converged: model.converged, accuracy: model.scoreSync(X, y),
      objective: value, gap: (value - optimum) / optimum,
    }
  })
  return { rows, columns, processes: { seconds: processSeconds, models: trained }, together: { seconds: togetherSeconds, models: together } }
}

async function main() {
  const { processes, together } = await twoModels()
  for (const { name, iterations, converged, accuracy, gap } of [...processes.models, ...together.models]) {
    console.log(`${name}: ${iterations} iterations, ${converged ? 'converged' : 'NOT converged'}, accuracy ${(accuracy * 100).toFixed(1)} %, ${gap.toExponential(1)} above the optimum`)
  }
}

if (isProgram(import.meta.url)) void main()
