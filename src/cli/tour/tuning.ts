/** Part 4: a search for the best logistic regression by cross-validation. */
import { formatDuration, formatPercentage, renderTable, type Column } from '../../report/index.ts'
import type { Terminal } from '../terminal.ts'
import { loadExample, type TunedModels } from './examples.ts'

export type TuningResult = TunedModels

const columns: Column[] = [
  { title: 'model' },
  { title: 'accuracy', align: 'right' },
  { title: 'F1', align: 'right' },
  { title: 'ROC AUC', align: 'right' },
  { title: 'log loss', align: 'right' },
  { title: 'columns used', align: 'right' },
]

export async function tuningPart(terminal: Terminal): Promise<TuningResult> {
  terminal.print(`\n${terminal.style.bold('4. Tuning a logistic regression by stratified cross-validation')}`)
  terminal.progress('4/5: searching')
  const { tuneLogistic } = await loadExample('tune-logistic')
  const result = await tuneLogistic({ print: false })
  terminal.progressEnd()
  const { combinations, fits, seconds, C, l1Ratio, testRows, compared } = result
  terminal.print(`${combinations} combinations of C and l1Ratio on 5 folds, scaled within each: ${fits} fits in ${formatDuration(seconds)}.`)
  terminal.print(`Best: C = ${C}, l1Ratio = ${l1Ratio}. On ${testRows} rows that were set aside:\n`)
  const rows = compared.map(({ name, accuracy, f1, rocAuc, logLoss, columns }) => [
    name, formatPercentage(accuracy), formatPercentage(f1), rocAuc.toFixed(4), logLoss.toFixed(4), String(columns),
  ])
  terminal.print(renderTable(columns, rows, terminal.style.bold))
  return result
}
