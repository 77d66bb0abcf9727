/** Part 5: the patterns of Python's multiprocessing, each an example of its own, run and checked. */
import { formatDuration, renderTable, type Column } from '../../report/index.ts'
import type { Terminal } from '../terminal.ts'
import { loadPattern, patterns, type PatternOutcome } from './examples.ts'

export interface PatternsResult {
  readonly outcomes: readonly (PatternOutcome & { readonly example: string })[]
}

const columns: Column[] = [{ title: 'pattern' }, { title: 'example' }, { title: 'right' }, { title: 'time', align: 'right' }, { title: 'result' }]

/** Longer results are for those who run the example itself. */
const WIDEST = 64

export async function patternsPart(terminal: Terminal): Promise<PatternsResult> {
  terminal.print(`\n${terminal.style.bold("5. Python's multiprocessing: queues, pipes, managers, shared memory")}`)
  const outcomes: (PatternOutcome & { example: string })[] = []
  for (const [i, example] of patterns.entries()) {
    terminal.progress(`5/5: ${example} (${i + 1} of ${patterns.length})`)
    const { run } = await loadPattern(example)
    outcomes.push({ example, ...(await run()) })
  }
  terminal.progressEnd()
  const cells = outcomes.map(({ pattern, example, right, seconds, result }) => [pattern, `${example}.ts`, right ? 'yes' : 'NO', formatDuration(seconds), shorten(result)])
  terminal.print(renderTable(columns, cells, terminal.style.bold))
  terminal.print('\nTimes are from the first worker\'s start to the last one\'s end. The sources are in the folder examples of the repository.')
  return { outcomes }
}

function shorten(text: string): string {
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text
}
