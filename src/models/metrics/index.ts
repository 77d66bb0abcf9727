/** `metrics`: how good predictions are. All take what was true, then what was predicted, then options. */
export { accuracy, balancedAccuracy, cohenKappa, confusionMatrix, matthewsCorrelation, type KappaOptions } from './confusion.ts'
export {
  classificationReport, f1, precision, recall, type Average, type ClassificationReport, type PrecisionRecallOptions, type ReportLine,
} from './precision-recall.ts'
export { brierScore, logLoss, type BrierScoreOptions, type ProbabilityOptions } from './probabilistic.ts'
export { averagePrecision, rocAuc, type AveragePrecisionOptions, type RocAucOptions } from './ranking.ts'
export type { WeightOption } from './pairs.ts'
export type { ScoreInput } from './scores.ts'
