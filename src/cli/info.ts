/** manycore info: what runs here. */
import { availableParallelism, cpus } from 'node:os'
import { info, type Info } from '../index.ts'
import { renderPairs } from '../report/index.ts'
import type { Terminal } from './terminal.ts'

/** The machine, as far as it matters for speed. */
export interface Machine {
  readonly runtime: string
  readonly platform: string
  readonly processor: string
  readonly availableParallelism: number
}

export function describeMachine(): Machine {
  const { bun, deno, node } = process.versions as Record<string, string | undefined>
  const runtime = bun !== undefined ? `Bun ${bun}` : deno !== undefined ? `Deno ${deno}` : `Node ${node}`
  return {
    runtime,
    platform: `${process.platform}-${process.arch}`,
    processor: cpus()[0]?.model.trim() || 'unknown',
    availableParallelism: availableParallelism(),
  }
}

export function infoPairs(state: Info, machine: Machine): [string, string][] {
  return [
    ['manycore', state.version],
    ['backend', `${state.backend} (${state.reason})`],
    ['CPU level', state.cpuLevel],
    ['threads', String(state.threads)],
    ['runtime', `${machine.runtime}, ${machine.platform}`],
    ['processor', `${machine.processor}, ${machine.availableParallelism} available`],
    ['memory', `${(state.memory.residentBytes / 2 ** 20).toFixed(0)} MiB resident`],
    ...state.warnings.map((warning): [string, string] => ['warning', warning]),
  ]
}

export function infoCommand(terminal: Terminal): number {
  const [state, machine] = [info(), describeMachine()]
  terminal.data({ ...state, machine })
  terminal.print(renderPairs(infoPairs(state, machine)))
  return 0
}
