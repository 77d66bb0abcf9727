/** A pool's timeline in Chrome's trace format: one lane a worker, for chrome://tracing or ui.perfetto.dev. */
import type { PoolReport } from '../../multiprocessing/index.ts'

export interface TraceEvent {
  readonly name: string
  readonly ph: 'X' | 'M'
  /** Microseconds. */
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly args: Readonly<Record<string, unknown>>
}

export function traceOf({ timeline, workers }: PoolReport): { readonly traceEvents: readonly TraceEvent[] } {
  const origin = Math.min(...timeline.map(({ start }) => start))
  return {
    traceEvents: [
      ...workers.map((worker, tid): TraceEvent => ({ name: 'thread_name', ph: 'M', ts: 0, pid: 1, tid, args: { name: `worker ${tid + 1} (${worker.kind} ${worker.id})` } })),
      ...timeline.map(({ name, worker, start, milliseconds, tasks }): TraceEvent => ({
        name, ph: 'X', ts: 1000 * (start - origin), dur: 1000 * milliseconds, pid: 1, tid: worker, args: { tasks },
      })),
    ],
  }
}

/** The latest part of the timeline as text: a row a worker, a column a slice of time, full where it worked. */
export function drawTimeline({ timeline, workers }: PoolReport, since: number, width = 60): string[] {
  const events = timeline.filter(({ start, milliseconds }) => start + milliseconds >= since)
  const from = Math.min(...events.map(({ start }) => start))
  const to = Math.max(...events.map(({ start, milliseconds }) => start + milliseconds))
  const slice = (to - from) / width
  return workers.map((_, index) => {
    const busy = new Array<number>(width).fill(0)
    for (const { worker, start, milliseconds } of events) {
      if (worker !== index) continue
      for (let i = 0; i < width; i++) {
        const overlap = Math.min(start + milliseconds, from + (i + 1) * slice) - Math.max(start, from + i * slice)
        if (overlap > 0) busy[i] = (busy[i] ?? 0) + overlap / slice
      }
    }
    return busy.map((part) => (part > 0.75 ? '█' : part > 0.25 ? '▒' : '·')).join('')
  })
}
