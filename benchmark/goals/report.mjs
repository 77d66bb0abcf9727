// The table of goals as Markdown.
import { formatCount, formatDuration } from '../../dist/report/index.js'

const units = {
  seconds: formatDuration,
  'items/s': (value) => `${formatCount(Math.round(value))}/s`,
  MB: (value) => `${value.toFixed(1)} MB`,
  count: (value) => formatCount(Math.round(value)),
}

/** Value of a claim: a ratio, or in the row's unit. */
function valueOf(claim, unit) {
  if (claim.against !== undefined) return (value) => `${value.toFixed(2)} ×`
  return units[claim.unit ?? unit]
}

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ')
const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((cells) => `| ${cells.map(cell).join(' | ')} |`)]

export function goalsMarkdown({ title, date, seconds, quick, machine, notes, rows, processes }) {
  const claims = rows.flatMap((row) => row.claims.map((claim) => {
    const value = valueOf(claim, row.unit)
    const { median, low, high } = claim.measured
    const got = Number.isFinite(median) ? `${value(median)} (${value(low)} – ${value(high)})` : '–'
    return { row, claim, line: [row.work, claim.goal, `${claim.of}${claim.against === undefined ? '' : ` against ${claim.against}`}`, got, claim.verdict] }
  }))
  const lost = claims.filter(({ claim }) => claim.verdict !== 'met')
  return [
    `# ${title}`,
    '',
    `${date}, ${Math.round(seconds)} s${quick ? ', a quick run' : ''}. Contestants in turns, each row in ${processes} fresh ${processes === 1 ? 'process' : 'processes'}; medians with 95 % bootstrap intervals; ratios within a round.`,
    '',
    ...[...machine, ...notes].map(([name, value]) => `- ${name}: ${value}`),
    '',
    '## Goals',
    '',
    ...table(['work', 'goal', 'of', 'measured', 'verdict'], claims.map(({ line }) => line)),
    '',
    '## Lost',
    '',
    ...(lost.length === 0 ? ['None.'] : lost.map(({ line: [work, goal, of, got, verdict] }) => `- ${work} (${of}): ${got}, goal ${goal}: ${verdict}`)),
    '',
    '## Everybody',
    '',
    ...table(['work', 'contestant', 'median', '95 % interval', 'least', 'times ours', 'samples', 'remark'], rows.flatMap(({ work, unit, contestants, errors }) => [
      ...contestants.map(({ name, middle: { median, low, high }, ratio, least, count, note, error }) => {
        const value = units[unit]
        return count === 0 ? [work, name, '–', '–', '–', '–', 0, error ?? note ?? ''] : [work, name, value(median), `${value(low)} – ${value(high)}`, value(least), Number.isFinite(ratio.median) ? ratio.median.toFixed(2) : '–', count, error ?? note ?? '']
      }),
      ...errors.map((error) => [work, '–', '–', '–', '–', '–', 0, error]),
    ])),
    '',
    ...rows.flatMap(({ work, notes: remarks }) => remarks.map((remark) => `- ${work}: ${remark}`)),
    '',
  ].join('\n')
}
