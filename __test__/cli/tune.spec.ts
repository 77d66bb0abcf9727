/** manycore tune: the model's answers, and the command on functions of every kind. Numbers are checked for sense, not for speed. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { root } from '../../scripts/toolchain.mjs'
import { advise, best, chunkSizeFor, predict, type Costs } from '../../src/cli/tune/model.ts'
import { poolPage } from '../../src/report/index.ts'
import { drawTimeline, traceOf, type TraceEvent } from '../../src/cli/tune/trace.ts'
import type { TuneResult } from '../../src/cli/tune/measure.ts'
import type { PoolReport } from '../../src/multiprocessing/index.ts'

const costs: Costs = { n: 10_000, compute: 100, copy: 1, dispatch: 50, start: 50_000, cpus: 4 }

test('the model: time by workers and chunks', (t) => {
  const plan = predict(costs, 2, 100)
  t.is(plan.seconds, (10_000 + 100 * 50 + 500_000) / 1e6)
  t.is(plan.speedUp, 1_000_000 / 515_000)
  t.is(plan.ceiling, 1_000_000 / 15_000)
  t.is(predict({ ...costs, copy: 0, dispatch: 0 }, 1, 1).ceiling, Infinity)
})

test('chunks cost their message many times over, and all workers have some to the end', (t) => {
  t.is(chunkSizeFor(costs, 4), 10)
  t.is(chunkSizeFor({ ...costs, compute: 0.01 }, 4), 625)
  t.is(chunkSizeFor({ ...costs, n: 3 }, 4), 1)
})

test('the best plan takes no more workers than gain something', (t) => {
  t.is(best(costs).workers, 4)
  t.is(best({ ...costs, copy: 10_000 }).workers, 1)
  t.is(best({ ...costs, n: 1, dispatch: 0, copy: 0 }).workers, 1)
})

test('one sentence of advice for each case', (t) => {
  const say = (changed: Partial<Costs>, measured: number, kind: 'numbers' | 'values' = 'values') => {
    const all = { ...costs, ...changed }
    return advise(all, best(all), measured, kind)
  }
  t.regex(say({}, 3.5), /^Use 4 workers, chunkSize: 10: 3\.5 times/)
  t.regex(say({ copy: 1000 }, 0.1), /^Stay with a plain loop, or let the worker make or share its data/)
  t.regex(say({ compute: 0.002, copy: 0 }, 0.2, 'numbers'), /kernel of manycore .* 2 ns/)
  t.regex(say({ n: 1, compute: 10, copy: 0 }, 0.2), /too little to send/)
  t.regex(say({ start: 1e9 }, 3), /Keep the pool/)
  // What was measured counts, whatever was foretold.
  t.regex(say({}, 0.7), /^Stay with a plain loop until you have measured again .* foretell 3\.\d times its speed, and 0\.70 times was measured\.$/)
  t.regex(say({ n: 1, compute: 10, copy: 0 }, 0.2), /: 1 item is 0\.01 ms/)
})

const report = {
  processes: 2, deaths: 0, functions: {},
  workers: [{ id: 7, kind: 'thread' }, { id: 8, kind: 'thread' }],
  timeline: [{ name: 'f', worker: 0, start: 100, milliseconds: 10, tasks: 1 }, { name: 'f', worker: 1, start: 105, milliseconds: 5, tasks: 2 }],
} as unknown as PoolReport

test('the timeline as a trace and as a picture', (t) => {
  const { traceEvents } = traceOf(report)
  t.deepEqual(traceEvents.filter(({ ph }) => ph === 'M').map(({ args }) => args['name']), ['worker 1 (thread 7)', 'worker 2 (thread 8)'])
  t.deepEqual(traceEvents.filter(({ ph }) => ph === 'X').map(({ ts, dur, tid }) => [ts, dur, tid]), [[0, 10_000, 0], [5000, 5000, 1]])
  t.deepEqual(drawTimeline(report, 0, 10), ['██████████', '·····█████'])
})

const place = mkdtempSync(join(tmpdir(), 'manycore-tune-'))
test.after.always(() => rmSync(place, { recursive: true }))
const run = promisify(execFile)
const tune = async (...args: string[]) => {
  const { stdout } = await run(process.execPath, [join(root, 'dist', 'cli', 'main.js'), 'tune', ...args], { cwd: place })
  return stdout
}

test('on numbers, as data, with a trace', async (t) => {
  const file = join(place, 'tasks.mjs')
  writeFileSync(file, 'export const square = (x) => x * x\n')
  const result = JSON.parse(await tune(`${file}#square`, '--items', '2000', '--trace', 'trace.json', '--json')) as TuneResult & { machine: { platform: string; processors: number; cpuCount: number; readBandwidth: number } }
  t.deepEqual(result.items, { count: 2000, kind: 'numbers' })
  t.true(result.item.computeP50 >= 0 && result.item.roundTripP50 > 0 && result.worker.start > 0 && result.measured.mapMilliseconds > 0)
  t.regex(result.advice, /plain loop|Use \d/)
  t.true(result.call.dispatch > 0 && result.call.tailImbalance >= 0 && result.call.tailImbalance < 1)
  t.is(result.workers.length, result.plan.workers)
  t.true(result.workers.every(({ heapBytes, start }) => (heapBytes ?? 0) > 0 && start > 0))
  if (process.platform === 'linux') t.true(result.workers.every(({ cpuMilliseconds }) => (cpuMilliseconds ?? 0) > 0))
  t.is(result.deaths + result.recycled, 0)
  t.true(result.machine.processors >= 1 && result.machine.cpuCount >= 1 && result.machine.readBandwidth > 0)
  const { traceEvents } = JSON.parse(readFileSync(join(place, 'trace.json'), 'utf8')) as { traceEvents: TraceEvent[] }
  t.true(traceEvents.some(({ ph, name }) => ph === 'X' && name === 'square'))
})

test('on values that the module gives, as text', async (t) => {
  const file = join(place, 'values.mjs')
  writeFileSync(file, "export const items = () => Array.from({ length: 50 }, (_, i) => ({ text: 'x'.repeat(i) }))\nexport const size = ({ text }) => text.length\n")
  const text = await tune(`${file}#size`, '--items', 'items')
  t.regex(text, /50 values/)
  t.regex(text, /predicted .* plain loop/)
  t.regex(text, /\n(Stay|Use) .+\.\n$/)
})

test('a page that needs nothing else, and escapes what comes from outside', async (t) => {
  const file = join(place, 'paged.mjs')
  writeFileSync(file, 'export const square = (x) => x * x\n')
  await tune(`${file}#square`, '--items', '2000', '--page', 'page.html')
  const page = readFileSync(join(place, 'page.html'), 'utf8')
  t.regex(page, /<title>square, tuned<\/title>/)
  t.regex(page, /plain loop|Use \d/)
  t.true((page.match(/<rect /g) ?? []).length > 0 && page.includes('polyline'))
  t.false(/https?:\/\/|<script|<link|@import|url\(/.test(page))
  t.false(/NaN|undefined|\[object/.test(page), /.{40}(NaN|undefined|\[object).{40}/.exec(page)?.[0])
  const odd = poolPage({
    title: '<b>', date: '', advice: '"&"', machine: [], facts: [['<i>', '<u>']], predicted: [], measured: { workers: 1, speedUp: 0.5 }, lanes: [{ name: '<s>', busy: 0, spans: [] }],
  })
  t.false(/<[bius]>|"&"|NaN/.test(odd))
})

test('a function that is not there is an error, exit code 1', async (t) => {
  const file = join(place, 'none.mjs')
  writeFileSync(file, 'export const other = 1\n')
  const error = await t.throwsAsync(tune(`${file}#square`))
  t.is((error as Error & { code?: number }).code, 1)
  t.regex((error as Error & { stderr?: string }).stderr ?? '', /exports no function "square"/)
})

test('a single item is called until there is something to measure', async (t) => {
  const file = join(place, 'single.mjs')
  writeFileSync(file, 'export const square = (x) => x * x\n')
  const result = JSON.parse(await tune(`${file}#square`, '--items', '1', '--json')) as TuneResult
  t.true(result.item.roundTripP50 > 0)
  t.is(result.plan.workers, 1)
  t.regex(result.advice, /^Stay with a plain loop/)
})

test('items come from a TypeScript module on every runtime, as functions do', async (t) => {
  const file = join(place, 'typed.ts')
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }')
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
  writeFileSync(file, "export const words: string[] = ['a', 'bc']\nexport const size = (word: string): number => word.length\n")
  const result = JSON.parse(await tune(`${file}#size`, '--items', 'words', '--json')) as TuneResult
  t.deepEqual(result.items, { count: 2, kind: 'values' })
})

test('files that can’t be written and items that aren’t there are told before anything is measured', async (t) => {
  const file = join(place, 'early.mjs')
  writeFileSync(file, 'export const square = (x) => x * x\nexport const none = []\n')
  const fails = async (...args: string[]) => (await t.throwsAsync(tune(`${file}#square`, ...args))) as Error & { code?: number; stderr?: string }
  const unwritten = await fails('--page', join(place, 'nowhere', 'page.html'))
  t.is(unwritten.code, 2)
  t.regex(unwritten.stderr ?? '', /page\.html can't be written: there is no such folder/)
  t.regex((await fails('--trace', place)).stderr ?? '', /can't be written: it is a folder/)
  t.regex((await fails('--items', 'none')).stderr ?? '', /--items none: there are no items to measure with \(ERR_MANYCORE_RANGE\)/)
})

test('a function that never ends is given up after --limit, with a reason', async (t) => {
  const file = join(place, 'endless.mjs')
  writeFileSync(file, 'export const forever = () => { for (;;); }\n')
  const error = await t.throwsAsync(tune(`${file}#forever`, '--limit', '0.5'))
  t.is((error as Error & { code?: number }).code, 1)
  t.regex((error as Error & { stderr?: string }).stderr ?? '', /single calls of forever took longer than 0\.5 s: .*--limit/)
  t.regex(((await t.throwsAsync(tune(`${file}#forever`, '--limit', 'soon'))) as Error & { stderr?: string }).stderr ?? '', /--limit wants a number of seconds/)
})
