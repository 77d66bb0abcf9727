// npm run bench:kernels [-- --quick] [--only TEXT] [--out FOLDER]: the kernels' goals.
import { runGoals } from './goals/run.mjs'

await runGoals('kernels', 'The kernels and their goals')
