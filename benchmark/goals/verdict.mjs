// From samples to verdicts.
import { bootstrapMedian, pairedRatio } from '../../dist/bench/index.js'

/**
 * What a row promises: the median of `of`, or with `against` the median of its ratio to that contestant in the same round, is at most `atMost` or at least
 * `atLeast`. `against: 'best'` is the fastest contestant whose name starts with `among`.
 */
export function judge(claim, processes) {
  const { of, atMost, atLeast } = claim
  const samplesOf = (name) => processes.map(({ contestants }) => contestants.find((contestant) => contestant.name === name)?.samples ?? [])
  const mine = samplesOf(of)
  const against = claim.against === 'best' ? bestOf(processes, claim) : claim.against
  const measured = against === undefined ? bootstrapMedian(mine) : claim.inverse === true ? pairedRatio(samplesOf(against), mine) : pairedRatio(mine, samplesOf(against))
  const { median } = measured
  const verdict = !Number.isFinite(median) ? 'not measured' : (atMost === undefined || median <= atMost) && (atLeast === undefined || median >= atLeast) ? 'met' : 'lost'
  return { ...claim, against, measured, verdict }
}

function bestOf(processes, { among }) {
  const names = new Set(processes.flatMap(({ contestants }) => contestants.filter(({ name, samples }) => samples.length > 0 && name.startsWith(among)).map(({ name }) => name)))
  const medianOf = (name) => bootstrapMedian(processes.map(({ contestants }) => contestants.find((contestant) => contestant.name === name)?.samples ?? [])).median
  return [...names].map((name) => [name, medianOf(name)]).toSorted(([, a], [, b]) => a - b)[0]?.[0]
}

/** One row over all processes that measured it. */
export function summarise(row, processes) {
  const names = [...new Set(processes.flatMap(({ contestants }) => contestants.map(({ name }) => name)))]
  const ours = row.ours ?? row.claims[0].of
  const mine = processes.map(({ contestants }) => contestants.find(({ name }) => name === ours)?.samples ?? [])
  return {
    id: row.id, work: row.work, unit: row.unit, ours,
    claims: row.claims.map((claim) => judge(claim, processes)),
    contestants: names.map((name) => {
      const all = processes.flatMap(({ contestants }) => contestants.filter((contestant) => contestant.name === name))
      const samples = all.map((contestant) => contestant.samples)
      const flat = samples.flat()
      return {
        name, middle: bootstrapMedian(samples), ratio: pairedRatio(samples, mine), least: Math.min(...flat), count: flat.length,
        note: all.find(({ note }) => note !== undefined)?.note, error: all.find(({ error }) => error !== undefined)?.error,
      }
    }),
    errors: processes.map(({ error }) => error).filter((error) => error !== undefined),
    notes: [...new Set(processes.flatMap(({ notes }) => notes ?? []))],
  }
}
