// npm run bench:kills [-- --kills N] [--seed N] [--only TEXT]: random kills of workers; fails when a call hangs or gives a wrong result.
import { parseArgs } from 'node:util'
import { formatDuration } from '../dist/report/index.js'
import { randomKills } from './kills/run.mjs'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
})
const { kills, hangs, wrong, died, survived, stops, whole } = await randomKills({
  kills: Number(values.kills), seed: Number(values.seed), only: values.only, say: (message) => process.stderr.write(`${message}\n`),
})
console.log(`${kills} kills: ${hangs.length} hangs, ${wrong.length} wrong results; ${died} calls rejected with WORKER_DIED, ${survived} gave all results`)
if (stops > 0) console.log(`${stops} times to be whole again don't count, since the machine didn't run this process meanwhile`)
console.log('\n| worker | kills | whole again after, middle | 99th of 100 | longest |\n|---|---|---|---|---|')
for (const [name, all] of Object.entries(whole)) {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share) => (sorted.length === 0 ? '–' : formatDuration(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]))
  console.log(`| ${name} | ${sorted.length} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`)
}
for (const line of [...hangs, ...wrong]) console.log(line)
process.exitCode = hangs.length + wrong.length > 0 ? 1 : 0
