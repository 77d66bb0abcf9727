// Runs the rows of a table of goals, each in fresh processes, and writes what came out.
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machineCard } from '../../dist/bench/index.js'
import { install } from '../install.mjs'
import { goalsMarkdown } from './report.mjs'
import { summarise } from './verdict.mjs'

const child = fileURLToPath(new URL('child.mjs', import.meta.url))
const say = (message) => process.stderr.write(`${message}\n`)

/**
 * @param table - name of a folder here whose index.mjs exports `rows`
 * @param extra - further options of the command line, passed on to the rows
 */
export async function runGoals(table, title, extra = {}) {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      out: { type: 'string', default: fileURLToPath(new URL('../results', import.meta.url)) },
      processes: { type: 'string' },
      install: { type: 'boolean', default: true },
      ...extra,
    },
    allowNegative: true,
  })
  if (values.install) install(say)
  const { rows } = await import(`./${table}/index.mjs`)
  const chosen = rows.filter(({ id, work, long }) => (id.includes(values.only) || work.includes(values.only)) && !(values.quick && long === true))
  const processes = Number(values.processes ?? (values.quick ? 1 : 3))
  const start = performance.now()
  const load = loadavg()[0]
  const measured = new Map(chosen.map(({ id }) => [id, []]))
  for (let process = 0; process < processes; process++) {
    for (const row of chosen) {
      // What takes seconds a call is not repeated: its rounds say enough.
      if (process > 0 && row.once === true) continue
      say(`process ${process + 1} of ${processes}: ${row.work}`)
      measured.get(row.id).push(await runRow(table, row, { ...values, scale: values.quick ? 'quick' : 'full', seed: process + 1 }))
    }
  }
  const { processor, availableParallelism, runtime, manycore, backend, cpuLevel, threads, platform } = machineCard()
  const report = {
    title, date: new Date().toISOString(), seconds: (performance.now() - start) / 1000, quick: values.quick, processes,
    machine: [
      ['processor', `${processor}, ${availableParallelism} available, ${platform}`], ['runtime', runtime],
      ['manycore', `${manycore}, ${backend} backend, ${cpuLevel}, ${threads} threads`],
      ['load', `${load.toFixed(2)} processes wanted to run at the start, ${loadavg()[0].toFixed(2)} at the end`],
    ],
    notes: [],
    rows: chosen.map((row) => summarise(row, measured.get(row.id))),
    samples: Object.fromEntries(measured),
  }
  mkdirSync(values.out, { recursive: true })
  const markdown = goalsMarkdown(report)
  for (const [name, text] of [[`${table}.json`, `${JSON.stringify(report)}\n`], [`${table}.md`, markdown]]) writeFileSync(join(values.out, name), text)
  console.log(markdown.slice(markdown.indexOf('## Goals'), markdown.indexOf('## Everybody')))
  for (const name of [`${table}.json`, `${table}.md`]) console.log(resolve(values.out, name))
}

/** One row in a process of its own, with a time limit. */
export function runRow(table, row, options, limit = row.limit ?? 300_000) {
  return new Promise((done) => {
    execFile(process.execPath, [child, JSON.stringify({ table, ids: [row.id], options })], { timeout: limit, killSignal: 'SIGKILL', maxBuffer: 1 << 28, encoding: 'utf8' }, (error, stdout, stderr) => {
      const line = stdout.trim().split('\n').at(-1) ?? ''
      try {
        return done(JSON.parse(line))
      } catch {
        const why = error?.killed ? `ended after its time limit of ${limit / 1000} s` : (stderr.trim().split('\n').findLast((text) => text.includes('Error')) ?? error?.message ?? 'no answer')
        return done({ contestants: [], error: why })
      }
    })
  })
}

/** Many rows in one process, for those who want their answers and not their times: gives what came out row by row, and ends the process with the loop, or after ten minutes. */
export async function* runRows(table, rows, options) {
  const started = spawn(process.execPath, [child, JSON.stringify({ table, ids: rows.map(({ id }) => id), options })], { stdio: ['ignore', 'pipe', 'inherit'], timeout: 600_000, killSignal: 'SIGKILL' })
  try {
    for await (const line of createInterface({ input: started.stdout })) yield JSON.parse(line)
  } finally {
    started.kill('SIGKILL')
  }
}
