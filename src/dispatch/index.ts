/** What the layers above may ask of the planner and the backends. */
export { active as backend, choose, reason, surroundings, type Backend, type BackendChoice, type BackendName } from '../backends/index.ts'
export type { LogisticProblem, LogisticRequest } from '../backends/backend.ts'
export { runSliced, type SlicedWork } from './slices.ts'
export { decide, decisionCost, logisticCost, threadsFor } from './logistic.ts'
