/** A benchmark report as one HTML file that needs nothing else. */
import type { BenchmarkReport, Interval } from '../../bench/index.ts'
import { formatCount, formatDuration, formatRatio } from '../format.ts'
import { html, type Html } from './html.ts'
import { machineLines } from './markdown.ts'
import { bandwidthShares, failures, legend, losses, paletteOf, speedUps, threadScaling, timesBySize } from './plots.ts'
import { styles } from './styles.ts'

/** The page as text. */
export function benchmarkPage(report: BenchmarkReport): string {
  const palette = paletteOf(report)
  const lost = losses(report)
  const failed = failures(report)
  const { rounds, processes } = report.settings
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${report.title}</title><style>${styles}</style></head>
<body><main>
<h1>${report.title}</h1>
<p>${report.date.slice(0, 16).replace('T', ' ')} UTC, ${Math.round(report.seconds)} s. Medians of ${rounds} interleaved rounds in each of ${processes} processes; intervals hold the median with 95 % confidence (bootstrap over processes and rounds). Every answer was checked before and after the timing.</p>
<h2>Machine</h2>
<dl>${machineLines(report).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<h2>How many times faster</h2>
<p>The time of each contestant divided by ours, in the same round: right of 1 × we are faster.</p>
${legend(palette)}
${speedUps(report, palette)}
<h2>Where we lose</h2>
${lost.length === 0 ? html`<p>Nowhere in this run, beyond noise.</p>` : html`<div class="wide"><table><thead><tr><th>case</th><th>size</th><th>faster is</th><th>its time</th><th>ours</th><th>ratio</th></tr></thead><tbody>
${lost.map(({ row, entry }) => html`<tr><td>${row.name}</td><td>${formatCount(row.n)}</td><td>${entry.name}</td><td>${formatDuration(entry.seconds.median)}</td><td>${formatDuration(row.ours.median)}</td><td>${interval(entry.ratio)}</td></tr>`)}</tbody></table></div>`}
<h2>Time by size</h2>
<p>The ring marks the size from which on ours is the fastest of all.</p>
${legend(palette)}
${timesBySize(report, palette)}
<h2>Threads</h2>
${threadScaling(report)}
<h2>Share of the memory's bandwidth</h2>
${bandwidthShares(report)}
<h2>All results</h2>
<div class="wide"><table><thead><tr><th>case</th><th>size</th><th>ours</th><th>ours / ours</th><th>contestant</th><th>its time</th><th>ratio</th></tr></thead><tbody>
${report.rows.flatMap((row) => row.peers.filter(({ ratio }) => Number.isFinite(ratio.median)).map((entry) => html`<tr><td>${row.name}</td><td>${formatCount(row.n)}</td><td>${formatDuration(row.ours.median)}</td><td>${interval(row.control)}</td><td>${entry.name}</td><td>${formatDuration(entry.seconds.median)}</td><td>${interval(entry.ratio)}</td></tr>`))}</tbody></table></div>
${failed.length === 0 ? '' : html`<h2>What could not take part</h2><ul>${failed.map(({ name, error }) => html`<li>${name}: ${error}</li>`)}</ul>`}
</main></body></html>
`
  return page.text
}

function interval({ median, low, high }: Interval): Html {
  return html`${formatRatio(median)} <small>${formatRatio(low)} – ${formatRatio(high)}</small>`
}
