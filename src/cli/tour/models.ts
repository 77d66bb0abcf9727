/** Part 1: two logistic regressions, by two workers at once and by one fitAll. */
import { formatDuration, formatPercentage, formatTiny, renderTable, type Column } from '../../report/index.ts'
import type { Terminal } from '../terminal.ts'
import { loadExample, type TrainedModel, type TwoModels } from './examples.ts'

export type ModelsResult = TwoModels

const columns: Column[] = [
  { title: 'model' },
  { title: 'trained by' },
  { title: 'C', align: 'right' },
  { title: 'iterations', align: 'right' },
  { title: 'converged' },
  { title: 'accuracy', align: 'right' },
  { title: 'objective', align: 'right' },
  { title: 'above the optimum', align: 'right' },
  { title: 'time', align: 'right' },
]

export async function modelsPart(terminal: Terminal): Promise<ModelsResult> {
  terminal.print(`\n${terminal.style.bold('1. Two logistic regressions on the breast-cancer data')}`)
  terminal.progress('1/5: training two models')
  const { twoModels } = await loadExample('two-models')
  terminal.progressEnd()
  const result = await twoModels({ print: !terminal.json })
  const { processes, together } = result
  const rows = [...processes.models.map((model) => row(model, 'its own worker')), ...together.models.map((model) => row(model, 'fitAll'))]
  terminal.print()
  terminal.print(renderTable(columns, rows, terminal.style.bold))
  terminal.print(`\nTwo workers, from start to end: ${formatDuration(processes.seconds)}. One fitAll for both: ${formatDuration(together.seconds)}.`)
  return result
}

function row(model: TrainedModel, by: string): string[] {
  return [
    model.name,
    by,
    String(model.C),
    String(model.iterations),
    model.converged ? 'yes' : 'no',
    formatPercentage(model.accuracy),
    model.objective.toFixed(9),
    formatTiny(model.gap),
    model.seconds === undefined ? '' : formatDuration(model.seconds),
  ]
}
