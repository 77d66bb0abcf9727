/** manycore doctor: what was loaded, what was tried, and what to do about it. Exit code 1 when something is there but broken. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dotSync, info, setBackend, sumOfSquaresSync, sumSync, varianceSync, type Info } from '../index.ts'
import { describeMachine, infoPairs } from './info.ts'
import { renderPairs } from '../report/index.ts'
import type { Terminal } from './terminal.ts'

export interface Diagnosis {
  /** Whether anything needs mending. */
  readonly healthy: boolean
  /** Sentences for the user. */
  readonly findings: readonly string[]
}

/** What to do about the error of a binary, in one sentence. */
function remedyFor(error: string): string {
  if (/GLIBC_[\d.]+' not found/.test(error)) return 'This system\'s C library is older than the binary asks for (2.17); until it is updated the workers backend gives the same results.'
  if (/invalid ELF header|not a mach-o|not a valid Win32|wrong architecture|Exec format/i.test(error)) return 'The file is for another platform or cut short: install the package again.'
  if (/damaged or swapped|manifest/.test(error)) return 'The file is not the one that was packed: install the package again.'
  if (/built for version/.test(error)) return 'Two versions of the package are mixed: remove node_modules/manycore and install again (in a clone: npm run build).'
  if (/cannot open shared object file|libc\.musl|symbol not found|Error loading shared library/.test(error)) return 'The file is for another C library than this process runs on.'
  if (/not an absolute path/.test(error)) return 'Set MANYCORE_NATIVE_PATH to an absolute path, or unset it.'
  return 'Install the package again; if that does not help, please report this output.'
}

/** What the state of the library means for its user. A pure function, so that every case can be tested. */
export function diagnose(state: Pick<Info, 'backend' | 'reason' | 'cpuLevel' | 'threads' | 'tried' | 'warnings'>, environment: Record<string, string | undefined>): Diagnosis {
  const findings: string[] = []
  const broken = state.tried.filter(({ error }) => error !== undefined && error !== 'no such file')
  const loaded = state.tried.find(({ error }) => error === undefined)
  if (loaded !== undefined) findings.push(`The native addon works (${state.cpuLevel}, ${state.threads} threads).`)
  for (const { path, error } of broken) findings.push(`${path} is there but can't be used: ${error}. ${remedyFor(error ?? '')}`)
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

/** Whether the native core and the TypeScript kernels give the same bits on this machine; undefined where there is no native core. */
export function sameBits(state: Pick<Info, 'tried'>): boolean | undefined {
  if (state.tried.every(({ error }) => error !== undefined)) return undefined
  const x = Float64Array.from({ length: 10_007 }, (_, i) => Math.sin(i) * 2 ** (i % 40))
  const answers = (['native', 'workers'] as const).map((backend) => {
    setBackend(backend)
    return [sumSync(x), sumOfSquaresSync(x), dotSync(x, x), varianceSync(x)]
  })
  setBackend('auto')
  return answers[0]!.every((answer, k) => Object.is(answer, answers[1]![k]))
}

export function doctorCommand(terminal: Terminal): number {
  const [state, machine] = [info(), describeMachine()]
  const diagnosis = diagnose(state, process.env)
  const loaded = state.tried.find(({ error }) => error === undefined)?.path
  const sha256 = loaded === undefined ? undefined : createHash('sha256').update(readFileSync(loaded)).digest('hex')
  const bits = sameBits(state)
  const healthy = diagnosis.healthy && bits !== false
  const findings = [
    ...diagnosis.findings,
    ...(bits === undefined ? [] : [bits ? 'The native core and the TypeScript kernels give the same bits here.' : 'The native core and the TypeScript kernels give DIFFERENT bits: please report this; MANYCORE_BACKEND=workers avoids it.']),
  ]
  const nodeApi = process.versions['napi'] ?? 'unknown'
  terminal.data({ healthy, findings, ...state, machine, nodeApi, sha256: sha256 ?? null, sameBits: bits ?? null })
  terminal.print(renderPairs([...infoPairs(state, machine), ['fits here', state.target], ['Node-API', nodeApi], ...(sha256 === undefined ? [] : [['SHA-256', sha256] as [string, string]])]))
  terminal.print()
  terminal.print('Tried, in this order:')
  for (const { path, error } of state.tried) terminal.print(`  ${error === undefined ? '✓' : '✗'} ${path}${error === undefined ? '' : `: ${error}`}`)
  terminal.print()
  for (const finding of findings) terminal.print(finding)
  return healthy ? 0 : 1
}
