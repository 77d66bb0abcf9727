/** manycore tour: models, a large sum, a table of timings, a search and the toolkit's patterns, on this machine, with real data. */
import { info, type Info } from '../../index.ts'
import { describeMachine, infoPairs, type Machine } from '../info.ts'
import { renderPairs } from '../../report/index.ts'
import type { Terminal } from '../terminal.ts'
import { modelsPart, type ModelsResult } from './models.ts'
import { patternsPart, type PatternsResult } from './patterns.ts'
import { sizesPart, type SizesResult } from './sizes.ts'
import { squaresPart, type SquaresResult } from './squares.ts'
import { tuningPart, type TuningResult } from './tuning.ts'

/** What `manycore tour --json` prints. Times are in seconds. */
export interface TourResult {
  readonly info: Info
  readonly machine: Machine
  readonly models: ModelsResult
  readonly squares: SquaresResult
  readonly sizes: SizesResult
  readonly tuning: TuningResult
  readonly patterns: PatternsResult
  readonly seconds: number
}

export async function tourCommand(terminal: Terminal): Promise<number> {
  const start = performance.now()
  const [state, machine] = [info(), describeMachine()]
  terminal.print(renderPairs(infoPairs(state, machine)))
  const native = state.tried.some(({ error }) => error === undefined)
  if (!native) terminal.print('\nThe native addon is not here, so its columns stay empty; `manycore doctor` says why.')
  const models = await modelsPart(terminal)
  const squares = await squaresPart(terminal, native)
  const sizes = await sizesPart(terminal, native)
  const tuning = await tuningPart(terminal)
  const patterns = await patternsPart(terminal)
  const seconds = (performance.now() - start) / 1000
  terminal.data({ info: state, machine, models, squares, sizes, tuning, patterns, seconds } satisfies TourResult)
  terminal.print(`\nThe tour took ${seconds.toFixed(1)} s.`)
  const trained = [...models.processes.models, ...tuning.compared]
  return sizes.rows.every(({ sameBits }) => sameBits) && trained.every(({ converged }) => converged) && patterns.outcomes.every(({ right }) => right) ? 0 : 1
}
