/** Every case runs once, tiny, so that none rots; and the reports say what was measured. */
import test from 'ava'
import { AGAIN, OURS, caseNamed, cases, measureCase, measureThreads, near, runCases, summarise, verdict, type BenchmarkReport, type Case } from 'manycore/bench'
import { getThreads, setThreads } from 'manycore'
import { benchmarkMarkdown, benchmarkPage } from '../../src/report/index.ts'

for (const subject of cases) {
  test.serial(`${subject.name}: ours, the workers backend and the loop agree`, async (t) => {
    for (const n of [1, 7, 300]) {
      const { contestants } = await measureCase(subject, n, { rounds: 1, sampleTime: 0 })
      t.deepEqual(contestants.filter(({ error }) => error !== undefined), [], `${n}`)
      t.true([OURS, AGAIN].every((name) => contestants.some((contestant) => contestant.name === name)))
      t.true(contestants.every(({ samples }) => samples.length === 1 && samples[0]! >= 0))
    }
    t.true(subject.sizes.length > 1 && subject.sizes.every((n, k) => k === 0 || n > subject.sizes[k - 1]!))
  })
}

test('names of cases are unique, and an unknown one is an error that lists them', (t) => {
  t.is(new Set(cases.map(({ name }) => name)).size, cases.length)
  t.throws(() => caseNamed('sum f65'), { message: /"sum f65".*sum f64/ })
})

const small: Case<Float64Array> = {
  name: 'small',
  group: 'reductions',
  sizes: [1, 2],
  quickSizes: [2],
  make: (n) => new Float64Array(n).fill(2),
  ours: (x) => x.length * 2,
  loop: (x) => x.reduce((a, b) => a + b),
  check: (value, x) => near(value, x.length * 2, 1e-12, 'small'),
}

test.serial('a peer that fails or answers wrongly is an entry that says so, and the others are measured', async (t) => {
  const peers = [
    { name: 'absent', make: () => { throw new Error('it is not installed') } },
    { name: 'wrong', make: () => () => 5 },
    { name: 'right', make: (x: unknown) => () => (x as Float64Array).length * 2 },
  ]
  const measurement = await measureCase(small as Case, 3, { rounds: 2, sampleTime: 0, peers })
  const byName = new Map(measurement.contestants.map((contestant) => [contestant.name, contestant]))
  t.is(byName.get('absent')?.error, 'it is not installed')
  t.regex(byName.get('wrong')?.error ?? '', /small: got 5, wanted 6/)
  t.is(byName.get('right')?.samples.length, 2)
  const [row] = summarise([measurement])
  t.deepEqual(row?.peers.map(({ name, ratio }) => [name, verdict({ name, ratio, seconds: ratio }, row.control) === 'failed']).toSorted(), [
    ['absent', true], ['plain loop', false], ['right', false], ['workers backend', false], ['wrong', true],
  ])
})

test('won, level and lost: the whole interval has to say so, beyond noise', (t) => {
  const quiet = { median: 1, low: 0.99, high: 1.01 }
  const entry = (low: number, median: number, high: number) => ({ name: 'x', seconds: quiet, ratio: { low, median, high } })
  t.is(verdict(entry(1.5, 2, 3), quiet), 'won')
  t.is(verdict(entry(0.9, 2, 3), quiet), 'level')
  t.is(verdict(entry(0.5, 0.6, 0.7), quiet), 'lost')
  t.is(verdict(entry(0.5, 0.6, 0.7), { median: 1, low: 0.6, high: 1.4 }), 'level')
  t.is(verdict(entry(Number.NaN, Number.NaN, Number.NaN), quiet), 'failed')
})

test.serial('threads are measured one number at a time', (t) => {
  const before = getThreads()
  const { points } = measureThreads(caseNamed('sum f64'), 1000, [1, 2], { rounds: 1 })
  setThreads(before)
  t.deepEqual(points.map(({ threads }) => threads), [1, 2])
  t.true(points.every(({ seconds }) => seconds > 0))
})

let report: BenchmarkReport

test.before(async () => {
  const subject = { ...caseNamed('sum f64'), sizes: [3, 500] }
  report = await runCases([subject], { title: 'A <small> run', quick: false, child: new URL('../../dist/bench/child.js', import.meta.url), settings: { rounds: 2, processes: 2, sampleTime: 0 } })
})

test('a run measures each size in each process', (t) => {
  t.deepEqual(report.measurements.map(({ n }) => n), [3, 500, 3, 500])
  t.deepEqual(report.rows.map(({ name, n, error }) => [name, n, error]), [['sum f64', 3, undefined], ['sum f64', 500, undefined]])
  t.true(report.rows.every(({ ours, peers }) => ours.median > 0 && peers.length === 2))
})

test.serial('a process that takes too long or fails is a row that says so', async (t) => {
  const child = new URL('../../dist/bench/child.js', import.meta.url)
  const late = await runCases([{ ...caseNamed('sum f64'), sizes: [3] }], { title: 'late', quick: false, child, limit: 1, settings: { rounds: 1, processes: 1, sampleTime: 0 } })
  t.regex(late.rows[0]?.error ?? '', /time limit of 0.001 s/)
  const lost = await runCases([{ ...caseNamed('sum f64'), name: 'nobody', sizes: [3] }], { title: 'lost', quick: false, child, settings: { rounds: 1, processes: 1, sampleTime: 0 } })
  t.regex(lost.rows[0]?.error ?? '', /there is no case "nobody"/)
  t.true(benchmarkMarkdown(lost).includes('there is no case "nobody"'))
})

test('the reports hold every row, need nothing else, and escape what comes from outside', (t) => {
  const page = benchmarkPage(report)
  const text = benchmarkMarkdown(report)
  for (const wanted of ['sum f64', 'plain loop', 'workers backend', report.machine.runtime]) {
    t.true(page.includes(wanted), wanted)
    t.true(text.includes(wanted), wanted)
  }
  t.true(page.includes('A &lt;small&gt; run') && !page.includes('<small> run'))
  t.false(/https?:\/\/|<script|<link|@import|url\(/.test(page))
  t.false(/NaN|undefined|\[object/.test(page), /.{40}(NaN|undefined|\[object).{40}/.exec(page)?.[0])
})
