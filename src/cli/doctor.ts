/** manycore doctor: what was loaded, what was tried, and what to do about it. Exit code 1 when a binary is there but broken. */
import { info, type Info } from '../index.ts'
import { describeMachine, infoPairs } from './info.ts'
import { renderPairs } from '../report/index.ts'
import type { Terminal } from './terminal.ts'

export interface Diagnosis {
  /** Whether anything needs mending. */
  readonly healthy: boolean
  /** Sentences for the user. */
  readonly findings: readonly string[]
}

/** What the state of the library means for its user. A pure function, so that every case can be tested. */
export function diagnose(state: Pick<Info, 'backend' | 'reason' | 'cpuLevel' | 'threads' | 'tried' | 'warnings'>, environment: Record<string, string | undefined>): Diagnosis {
  const findings: string[] = []
  const broken = state.tried.filter(({ error }) => error !== undefined && error !== 'no such file')
  const loaded = state.tried.find(({ error }) => error === undefined)
  if (loaded !== undefined) findings.push(`The native addon works (${state.cpuLevel}, ${state.threads} threads).`)
  for (const { path, error } of broken) findings.push(`${path} is there but can't be used: ${error}`)
  if (loaded === undefined && broken.length === 0) {
    findings.push(
      'No addon for this platform came with the package, nor was one built here. The workers backend gives the same results, only slower.',
      'In a clone of the repository, `npm run build` with a Rust toolchain makes the addon.',
    )
  }
  if (state.backend === 'workers' && loaded !== undefined) findings.push(`Yet the workers backend is in use: ${state.reason}.`)
  for (const name of ['MANYCORE_BACKEND', 'MANYCORE_NUM_THREADS', 'MANYCORE_CPU_LEVEL', 'MANYCORE_NATIVE_PATH']) {
    if (environment[name]) findings.push(`${name} is set to ${JSON.stringify(environment[name])}.`)
  }
  findings.push(...state.warnings)
  return { healthy: broken.length === 0 && state.warnings.length === 0, findings }
}

export function doctorCommand(terminal: Terminal): number {
  const [state, machine] = [info(), describeMachine()]
  const { healthy, findings } = diagnose(state, process.env)
  terminal.data({ healthy, findings, ...state, machine })
  terminal.print(renderPairs(infoPairs(state, machine)))
  terminal.print()
  terminal.print('Tried, in this order:')
  for (const { path, error } of state.tried) terminal.print(`  ${error === undefined ? '✓' : '✗'} ${path}${error === undefined ? '' : `: ${error}`}`)
  terminal.print()
  for (const finding of findings) terminal.print(finding)
  return healthy ? 0 : 1
}
