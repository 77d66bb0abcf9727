import { GridSearch, LogisticRegression, Matrix } from '../../../dist/models/index.js'
import { alternate, timed } from '../alternate.mjs'
import { ask, bundled, OURS, rest, SAMPLE, share, stopPython } from './fits.mjs'

/** scikit-learn's folds and ours are the same rows; a row at the border may fall either way where a solver stops early. */
const SAME_SCORE = 0.004
/** Milliseconds of searches before any is timed. */
const WARM = 500

export const row = {
  id: 'search',
  work: '20 values of C × 5 folds on breast cancer',
  unit: 'seconds',
  ours: OURS,
  claims: [{ of: OURS, against: 'best', among: 'GridSearchCV', inverse: true, goal: '≥ 30 × GridSearchCV(n_jobs=2)', atLeast: 30 }],
  async measure({ scale, seed }) {
    const data = await bundled('breast_cancer')
    await share(data)
    const X = new Matrix(data.x, data.rows, data.columns)
    const Cs = Array.from({ length: scale === 'tiny' ? 2 : 20 }, (_, k) => 10 ** (-4 + (8 * k) / 19))
    const run = () => new GridSearch(new LogisticRegression(), { C: Cs }, { cv: 5 }).fitSync(X, data.y).best
    const mine = run()
    // Peers are compiled code, as in the rows of single fits.
    if (scale !== 'tiny') for (const start = performance.now(); performance.now() - start < WARM;) run()
    // A sample lasts as long as in the rows of single fits: a search by itself is over before a processor that has rested for the others' sake has found its memory again.
    const calls = scale === 'tiny' ? 1 : Math.max(1, Math.round(SAMPLE / (await timed(run))))
    const peer = (solver, jobs) => ({
      name: `GridSearchCV(${solver}, n_jobs=${jobs})`,
      sample: async () => {
        const { measured, score } = await ask({ op: 'search', Cs, folds: 5, solver, jobs })
        if (solver === 'newton-cholesky' && Math.abs(score - mine.score) > SAME_SCORE) throw new Error(`best mean accuracy: ${score}, ours ${mine.score}`)
        await rest()
        return measured
      },
    })
    const contestants = await alternate([
      { name: OURS, sample: () => timed(() => { for (let k = 0; k < calls; k++) run() }, calls) },
      // Starting loky's processes takes long on a busy machine: the tests do without.
      ...(scale === 'tiny' ? [] : [peer('newton-cholesky', 2)]),
      peer('newton-cholesky', 1),
      // scikit-learn's default solver takes some twenty seconds for this: once is enough to say so, in the first of the processes.
      ...(scale === 'full' && seed === 1 ? [{ ...peer('lbfgs', 2), rounds: 1, warm: 0 }] : []),
    ], { rounds: scale === 'tiny' ? 1 : 5, seed })
    stopPython()
    return { contestants, notes: [`best C ${mine.parameters.C.toPrecision(3)}, mean accuracy ${mine.score.toFixed(4)}`, ...(scale === 'full' ? ['GridSearchCV with lbfgs, its default solver, was timed once, in loky\'s processes that were running already'] : [])] }
  },
}
