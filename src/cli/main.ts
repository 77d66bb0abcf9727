#!/usr/bin/env node
/**
 * The command `manycore`. Never asks anything. Exit codes: 0 done, 1 a command found something wrong or failed, 2 the command
 * line was not understood.
 */
import { parseArgs } from 'node:util'
import { info } from '../index.ts'
import { benchCommand, problemWithBench, type BenchOptions } from './bench.ts'
import { doctorCommand } from './doctor.ts'
import { infoCommand } from './info.ts'
import { selftestCommand } from './selftest.ts'
import { makeTerminal, type Terminal } from './terminal.ts'
import { tourCommand } from './tour/index.ts'
import { problemWith, tuneCommand, type TuneOptions } from './tune/index.ts'

/** Gives the exit code. */
type Command = (terminal: Terminal, options: BenchOptions & TuneOptions) => number | Promise<number>

const commands: Record<string, { summary: string; run: Command }> = {
  tour: { summary: 'trains, computes and measures on this machine, in a minute', run: tourCommand },
  info: { summary: 'version, backend, CPU level, threads', run: infoCommand },
  doctor: { summary: 'what was loaded, what was tried, and why not', run: doctorCommand },
  selftest: { summary: 'compares the backends with each other, bit for bit', run: selftestCommand },
  bench: { summary: 'times the backends and the plain loop against each other', run: benchCommand },
  tune: { summary: 'measures a worker function and recommends processes and chunk size', run: tuneCommand },
}

const usage = `Usage: manycore <command> [--json]
       manycore tune <module>#<function> [--items NUMBER or EXPORT] [--limit SECONDS] [--trace FILE] [--page FILE]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join('\n')}

Options:
  --json      the result as data on standard output
  --quick     bench: fewer sizes and rounds
  --only TEXT bench: only cases whose name contains TEXT
  --out PATH  bench: folder for the report (JSON, Markdown and an HTML page)
  --items X   tune: a number of numbers, or the export of the module that gives the items (an array, or a function)
  --limit S   tune: seconds that each of its measurements may take, 120 unless given
  --trace F   tune: file for a timeline in Chrome's trace format
  --page F    tune: file for an HTML page with the costs, the model and the timeline
  --version   the version
  --help      this text
`

async function main(): Promise<number> {
  let parsed
  try {
    parsed = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        out: { type: 'string', default: '' },
        items: { type: 'string', default: '' },
        limit: { type: 'string', default: '' },
        trace: { type: 'string', default: '' },
        page: { type: 'string', default: '' },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', short: 'v', default: false },
      },
    })
  } catch (error) {
    return misused(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  if (values.help) return succeed(usage)
  if (values.version) return succeed(`${info().version}\n`)
  const [name, ...rest] = positionals
  if (name === undefined) return misused('a command is missing')
  const [target = ''] = rest
  if (name !== 'tune' && rest.length > 0) return misused(`${name} takes no arguments, got ${JSON.stringify(rest[0])}`)
  if (rest.length > 1) return misused(`tune takes one function, got ${JSON.stringify(rest[1])}, too`)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) return misused(`there is no command ${JSON.stringify(name)}`)
  const { quick, only, out, items, limit, trace, page } = values
  if (name !== 'tune' && (items !== '' || limit !== '' || trace !== '' || page !== '')) return misused(`--items, --limit, --trace and --page belong to tune, not to ${name}`)
  const problem = name === 'tune' ? problemWith(rest[0], limit, [trace, page]) : undefined
  if (problem !== undefined) return misused(problem)
  if (name !== 'bench' && (quick || only !== '' || out !== '')) return misused(`--quick, --only and --out belong to bench, not to ${name}`)
  const benchProblem = name === 'bench' ? problemWithBench({ quick, only, out }) : undefined
  if (benchProblem !== undefined) return misused(benchProblem)
  return await command.run(makeTerminal(values.json), { quick, only, out, target, items, limit, trace, page })
}

function succeed(text: string): number {
  process.stdout.write(text)
  return 0
}

/** An error with a code of ours says what to do; of any other, its origin matters. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code.startsWith('ERR_MANYCORE_') ? `${error.message} (${code})` : (error.stack ?? error.message)
}

function misused(problem: string): number {
  process.stderr.write(`manycore: ${problem}\n\n${usage}`)
  return 2
}

// Whoever reads the output may have read enough: `manycore doctor | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`manycore: ${explain(error)}\n`)
    process.exitCode = 1
  },
)
