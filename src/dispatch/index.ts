/** What the layers above may ask of the planner and the backends. */
export { active as backend, choose, reason, setThreads, surroundings, type Backend, type BackendChoice, type BackendName } from '../backends/index.ts'
export type { ChainResult, LogisticProblem, ModelChain, LogisticRequest, SparseProblem, SparseRequest } from '../backends/backend.ts'
export { sparseDecision } from '../kernels/sparse-logistic.ts'
export { sparseMomentsInTurns } from '../kernels/sparse-moments.ts'
export { runPausing, runSliced, type SlicedWork } from './slices.ts'
export { chainsCost, decide, decisionCost, fitsWhole, logisticCost, sparseLogisticCost, threadsFor } from './logistic.ts'
export { linearAside, linearSync, operandMemory, type LinearCall } from './linear-work.ts'
export { definiteCost, gramCost, matvecCost, type Cost as LinearCost } from './linear-algebra-cost.ts'
