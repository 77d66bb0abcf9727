// npm run bench:models [-- --quick] [--only TEXT] [--out FOLDER]: the goals of the models, against scikit-learn, glum and snapml.
import { runGoals } from './goals/run.mjs'

await runGoals('models', 'manycore/models and its goals')
