/** What each worker of two-models.ts does. */
import { LogisticRegression } from 'manycore/models'
import { objective, type BreastCancer } from './breast-cancer.ts'

/** Where trainModel writes what: numbers in shared memory cost no message. */
export const slots = { seconds: 0, iterations: 1, converged: 2, accuracy: 3, objective: 4 } as const

/** Trains one model, says how long it took, and leaves the numbers in `out` (shared memory). */
export function trainModel(name: string, C: number, data: BreastCancer, out: Float64Array, print: boolean): void {
  const { rows, columns, x, y } = data
  const X = { data: x, shape: [rows, columns] as [number, number] }
  const start = performance.now()
  const model = new LogisticRegression({ C }).fitSync(X, y)
  const seconds = (performance.now() - start) / 1000
  if (print) console.log(`${name} (C = ${C}) trained in ${(seconds * 1000).toFixed(2)} ms`)
  out[slots.seconds] = seconds
  out[slots.iterations] = model.iterations
  out[slots.converged] = Number(model.converged)
  out[slots.accuracy] = model.scoreSync(X, y)
  out[slots.objective] = objective(data, C, model.coefficients.data, model.intercepts[0] ?? 0)
}
