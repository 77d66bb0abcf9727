/** The main job, as a user runs it: results, not speed, are checked. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { startBatches } from '../../examples/sum-of-squares.ts'
import { tuneLogistic } from '../../examples/tune-logistic.ts'
import { twoModels } from '../../examples/two-models.ts'
import { root } from '../../scripts/toolchain.mjs'
import { patterns, type BatchesExample, type TuningExample, type TwoModelsExample } from '../../src/cli/tour/examples.ts'
import type { TourResult } from '../../src/cli/tour/index.ts'
import { read } from '../support/house.ts'

// What the tour expects of the examples is what they export: a matter of types, checked when this file compiles.
const examples: TwoModelsExample & BatchesExample & TuningExample = { twoModels, startBatches, tuneLogistic }

test('the examples export what the tour takes from them', (t) => {
  t.is(typeof examples.twoModels, 'function')
  t.is(typeof examples.startBatches, 'function')
  t.is(typeof examples.tuneLogistic, 'function')
})

const { models } = JSON.parse(read('datasets/breast-cancer/optima.json')) as { models: { C: number; objective: number }[] }

/** JSON has text for bigint. */
type Data = Omit<TourResult, 'squares'> & { squares: { exact: string; ways: { name: string; result: string; error: string; seconds: number; ratio: number }[] } }

function checkTour(t: import('ava').ExecutionContext, result: Data, native: boolean) {
  t.is(result.models.rows, 569)
  t.is(result.models.columns, 30)
  const trained = [...result.models.processes.models, ...result.models.together.models]
  t.deepEqual(trained.map(({ name }) => name), ['Model A', 'Model B', 'Model A', 'Model B'])
  for (const model of trained) {
    const optimum = models.find(({ C }) => C === model.C)?.objective ?? Number.NaN
    t.true(model.converged)
    t.true(model.iterations > 0)
    t.true(Math.abs(model.objective - optimum) <= 1e-9 * optimum, `${model.objective} against ${optimum}`)
    t.true(Math.abs(model.gap) <= 1e-9)
    t.true(model.accuracy > 0.94)
  }
  t.is(result.squares.exact, '333332833333500000')
  t.is(result.squares.ways.length, native ? 4 : 3)
  for (const { name, result: sum, error, seconds } of result.squares.ways) {
    t.true(seconds > 0, name)
    t.is(BigInt(sum) - 333332833333500000n, BigInt(error), name)
    // The plain loop is known to miss by 372 450; every other way is within the stated bound, which is far tighter.
    t.true(name === 'plain loop' || Number(error) === 0, `${name}: ${error}`)
  }
  t.deepEqual(result.sizes.rows.map(({ n }) => n), [1e3, 1e5, 1e6, 1e7])
  for (const { seconds, ratios, sameBits } of result.sizes.rows) {
    t.true(sameBits)
    t.true((seconds.loop ?? 0) > 0 && (seconds.workers ?? 0) > 0)
    t.is(seconds.native !== null, native)
    t.is(ratios.serial !== null, native)
  }
  t.deepEqual(result.patterns.outcomes.map(({ example }) => example), [...patterns])
  for (const { example, right, result: outcome } of result.patterns.outcomes) t.true(right, `${example}: ${outcome}`)
  const { tuning } = result
  t.is(tuning.fits, tuning.combinations * 5 + 1)
  // The mean log loss of the best combination is the same on every backend, and better than any model's that has not been tuned at all.
  t.true(tuning.meanLogLoss > 0.05 && tuning.meanLogLoss < 0.11)
  t.deepEqual(tuning.compared.map(({ name }) => name), ['untuned', 'tuned'])
  for (const { accuracy, rocAuc, converged } of tuning.compared) {
    t.true(converged)
    t.true(accuracy > 0.95)
    t.true(rocAuc > 0.98)
  }
}

const run = promisify(execFile)

test.serial('tour --json: right results, progress on standard error only', async (t) => {
  t.timeout(120_000)
  const { stdout, stderr } = await run(process.execPath, [join(root, 'dist', 'cli', 'main.js'), 'tour', '--json'], { maxBuffer: 1 << 24 })
  const result = JSON.parse(stdout) as Data
  checkTour(t, result, result.info.tried.some(({ error }) => error === undefined))
  for (const part of ['1/5', '2/5', '3/5', '4/5', '5/5']) t.true(stderr.includes(part), part)
})

test.serial('tour without the addon: the workers backend carries it', async (t) => {
  t.timeout(120_000)
  const place = mkdtempSync(join(tmpdir(), 'manycore-tour-'))
  t.teardown(() => rmSync(place, { recursive: true }))
  for (const path of ['package.json', 'dist', 'datasets']) cpSync(join(root, path), join(place, path), { recursive: true })
  const { stdout } = await run(process.execPath, [join(place, 'dist', 'cli', 'main.js'), 'tour', '--json'], { maxBuffer: 1 << 24 })
  const result = JSON.parse(stdout) as Data
  t.is(result.info.backend, 'workers')
  checkTour(t, result, false)
})

test.serial('tour as text: both models with their own time, and the table', async (t) => {
  t.timeout(120_000)
  const { stdout } = await run(process.execPath, [join(root, 'dist', 'cli', 'main.js'), 'tour'], { maxBuffer: 1 << 24 })
  t.regex(stdout, /569 rows × 30 columns/)
  t.regex(stdout, /Model A \(C = 1\) trained in [\d.]+ ms/)
  t.regex(stdout, /Model B \(C = 0\.1\) trained in [\d.]+ ms/)
  t.regex(stdout, /333 332 833 333 500 000/)
  for (const n of ['1 000', '100 000', '1 000 000', '10 000 000']) t.true(stdout.includes(`\n${n.padStart(10)}  `), n)
})

test.serial('selftest passes, and works through a link to the command', async (t) => {
  t.timeout(120_000)
  const place = mkdtempSync(join(tmpdir(), 'manycore-link-'))
  t.teardown(() => rmSync(place, { recursive: true }))
  const link = join(place, 'manycore.js')
  symlinkSync(join(root, 'dist', 'cli', 'main.js'), link)
  const { stdout } = await run(process.execPath, [link, 'selftest', '--json'])
  const { passed, checks } = JSON.parse(stdout) as { passed: boolean; checks: { name: string; passed: boolean; detail: string }[] }
  t.deepEqual(checks.filter((check) => !check.passed), [])
  t.true(passed)
})
