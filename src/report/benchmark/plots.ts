/** The pictures of a benchmark report. Dots are laid out in HTML, so that text keeps its size on any screen; curves are small SVGs side by side. */
import { verdict, type BenchmarkReport, type Entry, type Row } from '../../bench/index.ts'
import { formatCount, formatDuration, formatPercentage, formatRatio } from '../format.ts'
import { html, type Html } from './html.ts'
import { logScale } from './scale.ts'

/** Colours by contestant, the same ones in every picture. */
export function paletteOf(report: BenchmarkReport): Map<string, string> {
  const names = new Set(report.rows.flatMap(({ peers }) => peers.map(({ name }) => name)))
  return new Map([['manycore', 'var(--ours)'], ...[...names].map((name, k): [string, string] => [name, `var(--c${k % 8})`])])
}

export function legend(palette: Map<string, string>): Html {
  return html`<ul class="legend">${[...palette].map(([name, colour]) => html`<li><i style="background:${colour}"></i>${name}</li>`)}</ul>`
}

/** The row of a case that says most: a million elements, or the largest size up to that. */
function telling(rows: readonly Row[]): Row[] {
  const cases = groupRows(rows)
  return [...cases.values()].flatMap((same) => {
    const usual = same.findLast(({ n }) => n <= 1e6) ?? same[0]
    const largest = same.at(-1)
    return [usual, largest === usual ? undefined : largest].filter((row) => row !== undefined)
  })
}

function groupRows(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(row.name, [...(groups.get(row.name) ?? []), row])
  return groups
}

/** How many times faster we are than each contestant, with intervals. */
export function speedUps(report: BenchmarkReport, palette: Map<string, string>): Html {
  const rows = telling(report.rows)
  const scale = logScale(rows.flatMap(({ peers }) => peers.flatMap(({ ratio }) => [ratio.low, ratio.high])).concat(1))
  const left = (value: number): string => `${(scale.at(value) * 100).toFixed(2)}%`
  const ticks = scale.ticks(6).concat(1)
  const dot = ({ name, ratio }: Entry): Html => html`
    <s style="left:${left(ratio.low)};width:calc(${left(ratio.high)} - ${left(ratio.low)});background:${palette.get(name) ?? ''}"></s>
    <b style="left:${left(ratio.median)};background:${palette.get(name) ?? ''}" title="${name}: ${formatRatio(ratio.median)} (${formatRatio(ratio.low)} to ${formatRatio(ratio.high)})"></b>`
  return html`<div class="dots">${rows.map((row) => html`
    <div class="dotrow"><span>${row.name}, ${formatCount(row.n)}</span><div class="track">
      ${ticks.map((tick) => html`<u class="${tick === 1 ? 'one' : ''}" style="left:${left(tick)}"></u>`)}
      ${row.peers.filter(({ ratio }) => Number.isFinite(ratio.median)).map(dot)}
    </div></div>`)}
    <div class="dotrow axis"><span></span><div class="track">${[...new Set(ticks)].map((tick) => html`<em style="left:${left(tick)}">${tick} ×</em>`)}</div></div></div>`
}

const WIDTH = 320
const HEIGHT = 200
const LEFT = 52
const BOTTOM = 24
const TOP = 8

/** Time against size, one picture a case; a ring where ours becomes and stays the fastest. */
export function timesBySize(report: BenchmarkReport, palette: Map<string, string>): Html {
  const pictures = [...groupRows(report.rows)].filter(([, rows]) => rows.length > 1).map(([name, rows]) => {
    const names = [...new Set(rows.flatMap(({ peers }) => peers.map((peer) => peer.name)))]
    const timeOf = (row: Row, contestant: string): number =>
      contestant === 'manycore' ? row.ours.median : row.peers.find((peer) => peer.name === contestant)?.seconds.median ?? Number.NaN
    const all = ['manycore', ...names]
    const across = logScale(rows.map(({ n }) => n), 0.03)
    const up = logScale(rows.flatMap((row) => all.map((contestant) => timeOf(row, contestant))))
    const x = (n: number): number => LEFT + across.at(n) * (WIDTH - LEFT - 8)
    const y = (seconds: number): number => HEIGHT - BOTTOM - up.at(seconds) * (HEIGHT - BOTTOM - TOP)
    const line = (contestant: string): Html => {
      const points = rows.filter((row) => timeOf(row, contestant) > 0).map((row) => `${x(row.n).toFixed(1)},${y(timeOf(row, contestant)).toFixed(1)}`)
      return html`<polyline class="${contestant === 'manycore' ? 'ours' : ''}" points="${points.join(' ')}" style="stroke:${palette.get(contestant) ?? ''}"><title>${contestant}</title></polyline>`
    }
    const crossing = crossingOf(rows)
    return html`<figure><figcaption>${name}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="time of ${name} by size">
      ${up.ticks(5).map((tick) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${LEFT - 5}" y="${y(tick) + 4}" text-anchor="end">${formatDuration(tick)}</text>`)}
      ${across.ticks(6).map((tick) => html`<line class="grid" y1="${TOP}" y2="${HEIGHT - BOTTOM}" x1="${x(tick)}" x2="${x(tick)}"/><text x="${x(tick)}" y="${HEIGHT - 8}" text-anchor="middle">${power(tick)}</text>`)}
      ${[...names, 'manycore'].map(line)}
      ${crossing === undefined ? '' : html`<circle class="ring" cx="${x(crossing.n)}" cy="${y(crossing.ours.median)}" r="6"><title>fastest from ${formatCount(crossing.n)} on</title></circle>`}
    </svg></figure>`
  })
  return html`<div class="grid">${pictures}</div>`
}

/** The first size from which on ours is the fastest of all. */
function crossingOf(rows: readonly Row[]): Row | undefined {
  const first = rows.findLastIndex(({ ours, peers }) => peers.some(({ seconds }) => seconds.median < ours.median)) + 1
  return first > 0 ? rows[first] : undefined
}

function power(value: number): string {
  return value < 1000 ? String(value) : `1e${Math.round(Math.log10(value))}`
}

/** Speed by number of threads, relative to one. */
export function threadScaling(report: BenchmarkReport): Html {
  if (report.scaling.length === 0) return html`<p>Not measured: one thread is all there is.</p>`
  const most = Math.max(2, ...report.scaling.flatMap(({ points }) => points.map(({ threads }) => threads)))
  return html`<div class="bars">${report.scaling.map(({ name, n, points }) => {
    const one = points[0]?.seconds ?? Number.NaN
    return html`<div class="barrow"><span>${name}, ${formatCount(n)}</span>${points.map(({ threads, seconds }) => html`<div class="bar" title="${formatDuration(seconds)}"><i style="width:${((one / seconds / most) * 100).toFixed(1)}%"></i><em>${threads} thread${threads === 1 ? '' : 's'}: ${formatRatio(one / seconds)}</em></div>`)}</div>`
  })}</div>`
}

/** Share of what the machine can read, for what memory bounds. */
export function bandwidthShares(report: BenchmarkReport): Html {
  const rows = [...groupRows(report.rows.filter(({ bandwidth }) => bandwidth !== null)).values()].map((same) => same.at(-1)!)
  if (rows.length === 0) return html`<p>No case of this run is bound by memory.</p>`
  const limit = report.machine.readBandwidth
  const most = Math.max(limit, ...rows.map(({ bandwidth }) => bandwidth ?? 0))
  return html`<p>${(limit / 1e9).toFixed(1)} GB/s is what this process read at best, outside the caches. Inputs that fit the caches can be faster than that.</p>
    <div class="bars">${rows.map(({ name, n, bandwidth }) => html`<div class="barrow"><span>${name}, ${formatCount(n)}</span><div class="bar"><i style="width:${(((bandwidth ?? 0) / most) * 100).toFixed(1)}%"></i><u style="left:${((limit / most) * 100).toFixed(1)}%"></u><em>${((bandwidth ?? 0) / 1e9).toFixed(1)} GB/s, ${formatPercentage((bandwidth ?? 0) / limit)}</em></div></div>`)}</div>`
}

/** Every contestant that was faster than ours, beyond noise. */
export function losses(report: BenchmarkReport): { row: Row; entry: Entry }[] {
  return report.rows.flatMap((row) => row.peers.filter((entry) => verdict(entry, row.control) === 'lost').map((entry) => ({ row, entry })))
}

/** Every contestant that could not take part, and why. */
export function failures(report: BenchmarkReport): { name: string; error: string }[] {
  const entries = report.rows.flatMap((row) => [
    ...(row.error === undefined ? [] : [{ name: `${row.name}, ${formatCount(row.n)}`, error: row.error }]),
    ...row.peers.filter(({ error }) => error !== undefined).map(({ name, error }) => ({ name: `${row.name}: ${name}`, error: error ?? '' })),
  ])
  return [...new Map(entries.map((entry) => [`${entry.name}\n${entry.error}`, entry])).values()]
}
