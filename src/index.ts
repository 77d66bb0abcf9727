export { getThreads, info, setBackend, setThreads, type Info } from './api/about.ts'
export { explain, type Explanation } from './api/explain.ts'
export {
  dot, dotSync, max, maxSync, mean, meanSync, min, minSync, sum, sumOfSquares, sumOfSquaresSync, sumSync, variance, varianceSync,
  type AxisMatrix, type AxisOption, type ReductionInput, type ReductionOptions, type Transferred, type TransferredPair, type TransferOption, type VarianceOptions,
} from './api/reductions.ts'
export {
  argSort, argSortSync, cumulativeSum, cumulativeSumSync, sort, sortSync, topK, topKSync, type CumulativeSumOptions, type SameType, type SortOptions, type TopK,
} from './api/order.ts'
export {
  abs, absSync, add, addSync, astype, astypeSync, axpy, axpySync, clip, clipSync, divide, divideSync, exp, expSync, expm1, expm1Sync, log, logSync,
  log1p, log1pSync, multiply, multiplySync, power, powerSync, scale, scaleSync, sigmoid, sigmoidSync, sqrt, sqrtSync, subtract, subtractSync, tanh,
  tanhSync,
  type ArrayOf, type Converted, type Elementwise, type ElementwiseFloat, type ElementwiseOptions, type ScalarOf, type SecondOperand, type SecondOperandFloat, type TransferredElements,
} from './api/elementwise.ts'
export {
  argMax, argMaxSync, argMin, argMinSync, countNonzero, countNonzeroSync, hasNaN, hasNaNSync, minMax, minMaxSync, type MinMax, type MinMaxArrays,
} from './api/extremes.ts'
export { describe, describeSync, standardDeviation, standardDeviationSync, type Description, type DescriptionArrays } from './api/moments.ts'
export { logSumExp, logSumExpSync, norm, normSync, product, productSync, type NormOptions } from './api/norms.ts'
export * as random from './api/random.ts'
export { allocate, type AllocateOptions, type ElementType } from './common/allocate.ts'
export {
  histogram, histogramSync, median, medianSync, quantile, quantileSync, type Histogram, type HistogramOptions, type Probabilities,
} from './api/quantiles.ts'
export type { Copied, Copies, CopyReason } from './common/copies.ts'
export type { NumbersInput } from './common/inputs.ts'
export { Matrix, type MatrixData, type MatrixLike, type RowsMatrix, type StridedArray } from './common/matrix.ts'
export {
  choleskySolve, choleskySolveSync, covariance, covarianceSync, gram, gramSync, matmul, matmulSync, matvec, matvecSync, type CovarianceOptions, type FloatMatrix, type GramOptions, type MatrixOptions,
  type VectorOptions,
} from './api/linear-algebra.ts'
export { range, Range } from './common/range.ts'
export type { CallOptions } from './common/options.ts'
export type { BackendChoice, BackendName } from './dispatch/index.ts'
export type { ErrorCode, ManycoreError } from './errors.ts'
