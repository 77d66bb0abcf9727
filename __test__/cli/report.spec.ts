/** Text of the reports. */
import test from 'ava'
import { formatCount, formatDuration, formatPercentage, formatRatio, formatTiny, renderPairs, renderTable, styleFor } from '../../src/report/index.ts'

const durations: [number, string][] = [
  [8e-9, '8.00 ns'],
  [9.997e-7, '1000 ns'],
  [4.43e-5, '44.3 µs'],
  [9.07e-4, '907 µs'],
  [0.00125, '1.25 ms'],
  [1, '1.00 s'],
  [61.04, '61.0 s'],
  [Number.NaN, '–'],
]

for (const [seconds, text] of durations) test(`a duration of ${seconds} s is ${text}`, (t) => t.is(formatDuration(seconds), text))

test('counts are grouped, also negative and beyond doubles', (t) => {
  t.is(formatCount(0), '0')
  t.is(formatCount(999), '999')
  t.is(formatCount(1000), '1 000')
  t.is(formatCount(-1234567), '-1 234 567')
  t.is(formatCount(333332833333500000n), '333 332 833 333 500 000')
})

test('ratios, percentages and tiny numbers', (t) => {
  t.is(formatRatio(15.333), '15.3 ×')
  t.is(formatRatio(Number.NaN), '–')
  t.is(formatPercentage(545 / 569), '95.8 %')
  t.is(formatTiny(0), '0')
  t.is(formatTiny(2.345e-16), '2.3e-16')
})

test('a table aligns its columns and has no trailing spaces', (t) => {
  const columns = [{ title: 'way' }, { title: 'time', align: 'right' as const }, { title: '' }]
  t.is(
    renderTable(columns, [['plain loop', '9 µs', ''], ['native', '10.5 µs', 'fast']]),
    ['way            time', 'plain loop     9 µs', 'native      10.5 µs  fast'].join('\n'),
  )
  t.is(renderTable([{ title: 'empty' }], []), 'empty')
})

test('pairs align', (t) => t.is(renderPairs([['a', '1'], ['long', '2']]), 'a     1\nlong  2'))

test('colours only on a terminal that wants them', (t) => {
  t.is(styleFor({ isTTY: true }, {}).bold('x'), '\u001B[1mx\u001B[22m')
  t.is(styleFor({ isTTY: true }, { NO_COLOR: '1' }).bold('x'), 'x')
  t.is(styleFor({ isTTY: true }, { NO_COLOR: '' }).bold('x'), '\u001B[1mx\u001B[22m')
  t.is(styleFor({ isTTY: true }, { TERM: 'dumb' }).bold('x'), 'x')
  t.is(styleFor({}, {}).bold('x'), 'x')
})
