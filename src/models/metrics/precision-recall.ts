/** Precision, recall and F1, of one class or averaged, and the report that holds them all. */
import { atOnce } from '../../common/pausing.ts'
import { argumentError } from '../../errors.ts'
import type { Label, Labels } from '../labels.ts'
import { marginsOfLabels, sum, type Margins } from './confusion.ts'
import { checkMetricOptions, positiveIndex, type Pairs, type WeightOption } from './pairs.ts'

/**
 * How the classes' values become one: `'binary'` takes that of the positive class; `'macro'` the mean; `'weighted'` the mean weighted by
 * the rows of each class; `'micro'` pools all rows; `null` gives a value a class, in the order of the sorted labels.
 */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted' | null

export interface PrecisionRecallOptions extends WeightOption {
  /** Default `'binary'`. */
  average?: Average | undefined
  /** The positive class of `'binary'`. Default: the label 1 (or true) as in scikit-learn, where there is none the second of two labels. */
  positiveLabel?: Label | undefined
  /** What a share of nothing is, such as the precision of a class that was never predicted. Default 0. */
  zeroDivision?: number | undefined
}

type Options<A extends Average> = PrecisionRecallOptions & { average: A }

/** Three values a class. */
interface Scores {
  readonly precision: Float64Array
  readonly recall: Float64Array
  readonly f1: Float64Array
  /** Total weight of the class's rows. */
  readonly support: Float64Array
}

const averages: readonly unknown[] = ['binary', 'macro', 'micro', 'weighted', null]

/** Of the rows that were predicted to be of a class, the share that are. */
export function precision(yTrue: Labels, yPredicted: Labels, options: Options<null>): Float64Array
export function precision(yTrue: Labels, yPredicted: Labels, options?: PrecisionRecallOptions): number
export function precision(yTrue: Labels, yPredicted: Labels, options: PrecisionRecallOptions = {}): number | Float64Array {
  return averaged('precision', yTrue, yPredicted, options)
}

/** Of the rows of a class, the share that were predicted to be. */
export function recall(yTrue: Labels, yPredicted: Labels, options: Options<null>): Float64Array
export function recall(yTrue: Labels, yPredicted: Labels, options?: PrecisionRecallOptions): number
export function recall(yTrue: Labels, yPredicted: Labels, options: PrecisionRecallOptions = {}): number | Float64Array {
  return averaged('recall', yTrue, yPredicted, options)
}

/** The harmonic mean of precision and recall. */
export function f1(yTrue: Labels, yPredicted: Labels, options: Options<null>): Float64Array
export function f1(yTrue: Labels, yPredicted: Labels, options?: PrecisionRecallOptions): number
export function f1(yTrue: Labels, yPredicted: Labels, options: PrecisionRecallOptions = {}): number | Float64Array {
  return averaged('f1', yTrue, yPredicted, options)
}

/** A line of the report. */
export interface ReportLine {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** Total weight of the rows. */
  readonly support: number
}

export interface ClassificationReport {
  readonly classes: readonly (ReportLine & { readonly label: Label })[]
  readonly accuracy: number
  readonly macro: ReportLine
  readonly weighted: ReportLine
  /** The report as a table of text. */
  toString(): string
}

/** Precision, recall, F1 and support of each class with their averages; `String(report)` is a table. */
export function classificationReport(yTrue: Labels, yPredicted: Labels, options: Omit<PrecisionRecallOptions, 'average' | 'positiveLabel'> = {}): ClassificationReport {
  checkMetricOptions(options, ['zeroDivision'])
  const { pairs, margins: counts } = atOnce(marginsOfLabels(yTrue, yPredicted, options.sampleWeight))
  const scores = scoresOf(counts, options.zeroDivision ?? 0)
  const line = (average: 'macro' | 'weighted'): ReportLine => ({
    precision: mean(scores.precision, scores.support, average),
    recall: mean(scores.recall, scores.support, average),
    f1: mean(scores.f1, scores.support, average),
    support: counts.total,
  })
  const report = {
    classes: pairs.classes.map((label, k) => ({ label, precision: scores.precision[k]!, recall: scores.recall[k]!, f1: scores.f1[k]!, support: scores.support[k]! })),
    accuracy: sum(counts.hits) / counts.total,
    macro: line('macro'),
    weighted: line('weighted'),
  }
  return { ...report, toString: () => table(report) }
}

function averaged(which: 'precision' | 'recall' | 'f1', yTrue: Labels, yPredicted: Labels, options: PrecisionRecallOptions): number | Float64Array {
  checkMetricOptions(options, ['average', 'positiveLabel', 'zeroDivision'])
  const { average = 'binary', zeroDivision = 0 } = options
  if (!averages.includes(average)) throw argumentError('OPTION', 'average', "'binary', 'macro', 'micro', 'weighted' or null", average, RangeError)
  if (typeof zeroDivision !== 'number') throw argumentError('OPTION', 'zeroDivision', 'a number', zeroDivision)
  const { pairs, margins } = atOnce(marginsOfLabels(yTrue, yPredicted, options.sampleWeight))
  return averagedOf(which, pairs, margins, options)
}

/** The same of pairs and their margins. */
export function averagedOf(
  which: 'precision' | 'recall' | 'f1', { classes }: Pairs, counts: Margins, { average = 'binary', positiveLabel, zeroDivision = 0 }: Omit<PrecisionRecallOptions, 'sampleWeight'>,
): number | Float64Array {
  // Each row that is missed is missed once by its class and once by another, so all three shares are the accuracy.
  if (average === 'micro') return sum(counts.hits) / counts.total
  const scores = scoresOf(counts, zeroDivision)
  if (average === null) return scores[which]
  if (average === 'binary') return scores[which][positiveIndex(classes, positiveLabel, true)] ?? zeroDivision
  return mean(scores[which], scores.support, average)
}

function scoresOf({ actual, predicted, hits }: Margins, zeroDivision: number): Scores {
  const share = (part: number, whole: number): number => (whole === 0 ? zeroDivision : part / whole)
  return {
    precision: hits.map((hit, k) => share(hit, predicted[k]!)),
    recall: hits.map((hit, k) => share(hit, actual[k]!)),
    f1: hits.map((hit, k) => share(2 * hit, actual[k]! + predicted[k]!)),
    support: actual,
  }
}

function mean(values: Float64Array, support: Float64Array, average: 'macro' | 'weighted'): number {
  // Shares of nothing that are NaN (option zeroDivision) are left out, as scikit-learn does.
  const counted = Array.from(values.keys()).filter((k) => !Number.isNaN(values[k]!))
  const rows = sum(counted.map((k) => support[k]!))
  // Nor are they weighted where only classes without rows are left.
  if (average === 'macro' || rows === 0) return sum(counted.map((k) => values[k]!)) / counted.length
  return sum(counted.map((k) => values[k]! * support[k]!)) / rows
}

function table({ classes, accuracy, macro, weighted }: Omit<ClassificationReport, 'toString'>): string {
  const cells = (title: string, { precision, recall, f1, support }: ReportLine): string[] => [title, precision.toFixed(3), recall.toFixed(3), f1.toFixed(3), String(support)]
  const rows = [
    ['', 'precision', 'recall', 'f1', 'support'],
    ...classes.map((line) => cells(String(line.label), line)),
    ['accuracy', '', '', accuracy.toFixed(3), String(macro.support)],
    cells('macro average', macro),
    cells('weighted average', weighted),
  ]
  const widths = rows[0]!.map((_, column) => rows.reduce((width, row) => Math.max(width, row[column]!.length), 0))
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')).join('\n')
}
