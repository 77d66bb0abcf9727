// npm run bench:multiprocessing [-- --quick] [--only TEXT] [--kills N] [--out FOLDER]: the toolkit's goals, against everybody who does the same.
import { runGoals } from './goals/run.mjs'

await runGoals('multiprocessing', "manycore/multiprocessing and its goals", { kills: { type: 'string', default: '40' } })
