/** What a worker function costs and gains, as one HTML file that needs nothing else. */
import { html, type Html } from '../benchmark/html.ts'
import { styles } from '../benchmark/styles.ts'
import { formatDuration, formatRatio } from '../format.ts'

/** One bar of the timeline: what a worker did for one message. */
export interface Span {
  readonly name: string
  /** Milliseconds from the start of the picture. */
  readonly start: number
  readonly milliseconds: number
  readonly tasks: number
}

export interface PoolPage {
  readonly title: string
  readonly date: string
  /** The sentence that matters. */
  readonly advice: string
  readonly machine: readonly (readonly [string, string])[]
  readonly facts: readonly (readonly [string, string])[]
  /** Speed-up against a plain loop by number of workers, as the model foretells. */
  readonly predicted: readonly { readonly workers: number; readonly speedUp: number }[]
  readonly measured: { readonly workers: number; readonly speedUp: number }
  /** A lane a worker. */
  readonly lanes: readonly { readonly name: string; readonly busy: number; readonly spans: readonly Span[] }[]
}

const WIDTH = 640
const HEIGHT = 260
const LANE = 26

/** The page as text. */
export function poolPage(page: PoolPage): string {
  const { title, date, advice, machine, facts } = page
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${styles}</style></head>
<body><main>
<h1>${title}</h1>
<p>${date}</p>
<p><strong>${advice}</strong></p>
<h2>Measured</h2>
<dl>${pairs(facts)}</dl>
<h2>How many workers</h2>
<p>The line is the model's speed-up against a plain loop, fitted to the costs above; the point is what was measured. Below 1 × the loop is faster.</p>
${speedUps(page)}
<h2>The last map</h2>
<p>A lane for each worker, a bar for each message. Gaps are waiting: for the caller, for a message, or for others at the end.</p>
${timeline(page)}
<h2>Machine</h2>
<dl>${pairs(machine)}</dl>
</main></body></html>
`.text
}

function pairs(lines: readonly (readonly [string, string])[]): Html[] {
  return lines.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)
}

function speedUps({ predicted, measured }: PoolPage): Html {
  const most = Math.max(1, measured.workers, ...predicted.map(({ workers }) => workers))
  const highest = 1.1 * Math.max(1, measured.speedUp, ...predicted.map(({ speedUp }) => speedUp))
  const x = (workers: number): string => (50 + ((workers - 0.5) / most) * (WIDTH - 70)).toFixed(1)
  const y = (speedUp: number): string => (HEIGHT - 30 - (speedUp / highest) * (HEIGHT - 50)).toFixed(1)
  const steps = niceSteps(highest)
  return html`<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="speed-up by number of workers">
${steps.map((step) => html`<line class="grid" x1="50" x2="${WIDTH - 20}" y1="${y(step)}" y2="${y(step)}"/><text x="44" y="${y(step)}" text-anchor="end" dominant-baseline="middle">${step} ×</text>`)}
${predicted.map(({ workers }) => html`<text x="${x(workers)}" y="${HEIGHT - 10}" text-anchor="middle">${workers === 1 ? '1 worker' : workers}</text>`)}
<polyline class="ours" stroke="var(--ours)" points="${predicted.map(({ workers, speedUp }) => `${x(workers)},${y(speedUp)}`).join(' ')}"/>
${predicted.map(({ workers, speedUp }) => html`<circle cx="${x(workers)}" cy="${y(speedUp)}" r="3" fill="var(--ours)"><title>${workers} workers: ${formatRatio(speedUp)} predicted</title></circle>`)}
<circle class="ring" cx="${x(measured.workers)}" cy="${y(measured.speedUp)}" r="6"><title>${measured.workers} workers: ${formatRatio(measured.speedUp)} measured</title></circle>
</svg></figure>`
}

/** Round numbers from 0 up to `highest`, some five of them. */
function niceSteps(highest: number): number[] {
  const rough = highest / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? power
  const steps: number[] = []
  for (let k = 0; k * step <= highest; k++) steps.push(Number((k * step).toPrecision(6)))
  return steps
}

function timeline({ lanes }: PoolPage): Html {
  const end = Math.max(1e-6, ...lanes.flatMap(({ spans }) => spans.map(({ start, milliseconds }) => start + milliseconds)))
  const height = lanes.length * LANE + 24
  const x = (milliseconds: number): number => 90 + (milliseconds / end) * (WIDTH - 110)
  return html`<figure><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="what each worker did when">
${lanes.map(({ name, busy, spans }, k) => html`<text x="4" y="${k * LANE + LANE / 2}" dominant-baseline="middle">${name}, ${Math.round(100 * busy)} %</text>
${spans.map((span) => html`<rect x="${x(span.start).toFixed(1)}" y="${k * LANE + 4}" width="${Math.max(0.8, x(span.start + span.milliseconds) - x(span.start)).toFixed(1)}" height="${LANE - 8}" rx="2" fill="var(--c${k % 8})"><title>${span.name}: ${span.tasks} tasks, ${formatDuration(span.milliseconds / 1000)}</title></rect>`)}`)}
${[0, 0.5, 1].map((part) => html`<text x="${x(part * end).toFixed(1)}" y="${height - 6}" text-anchor="middle">${part === 0 ? '0' : formatDuration((part * end) / 1000)}</text>`)}
</svg></figure>`
}
