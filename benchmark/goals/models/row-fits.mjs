// The rows that fit one logistic regression.
import { bundled, compareFits, hurry, OURS, stopPython } from './fits.mjs'
import { dense, sparse } from './generate.mjs'

const sk = (solver, tolerances) => ({ library: 'scikit-learn', solver, ...(tolerances === undefined ? {} : { tolerances }) })
const newton = sk('newton-cholesky')
const lbfgs = sk('lbfgs')
const newtonCg = sk('newton-cg')
const glum = { library: 'glum', solver: 'irls-ls' }

/** At most this large in the tests. */
const TINY = { rows: 600, columns: 12 }

function shrink(shape, scale) {
  return scale === 'tiny' ? { ...shape, rows: Math.min(shape.rows, TINY.rows), columns: Math.min(shape.columns, TINY.columns), ...(shape.each === undefined ? {} : { each: 5 }) } : shape
}

const against = (atLeast, peers = 'scikit-learn') => ({ of: OURS, against: 'best', among: peers, inverse: true, goal: `≥ ${atLeast} × ${peers}`, atLeast })

function fitRow({ id, work, claims, data, peers, rounds, ...rest }) {
  return {
    id, work, claims, unit: 'seconds', ours: OURS, limit: 1_200_000, ...rest,
    async measure({ scale, seed }) {
      if (scale === 'tiny') hurry()
      const contestants = await compareFits(await data(scale), scale === 'tiny' ? peers.slice(0, 2) : peers, { rounds: scale === 'tiny' ? 1 : scale === 'quick' ? Math.ceil(rounds / 2) : rounds, seed })
      stopPython()
      return { contestants }
    },
  }
}

const small = (name, standardized) => (scale) => bundled(name, standardized, scale === 'tiny' ? 300 : Infinity)
const made = (shape) => (scale) => dense(shrink(shape, scale))

export const rows = [
  fitRow({ id: 'breast-cancer', work: 'breast cancer raw, 569 × 30', claims: [against(9)], data: small('breast_cancer'), peers: [newton, newtonCg, glum], rounds: 11 }),
  fitRow({ id: 'iris', work: 'iris, 150 × 4, 3 classes', claims: [against(15)], data: small('iris'), peers: [newton, newtonCg, lbfgs], rounds: 11 }),
  fitRow({ id: 'wine', work: 'wine, 178 × 13, 3 classes', claims: [against(8)], data: small('wine'), peers: [newton, newtonCg], rounds: 11 }),
  fitRow({ id: 'digits-raw', work: 'digits raw, 1 797 × 64, 10 classes', claims: [against(5)], data: small('digits'), peers: [newton, newtonCg, lbfgs], rounds: 7 }),
  fitRow({ id: 'digits-standardized', work: 'digits standardized', claims: [against(2)], data: small('digits', true), peers: [newton, newtonCg, lbfgs], rounds: 7 }),
  fitRow({ id: '100k-50', work: '100k × 50', claims: [against(12)], data: made({ rows: 100_000, columns: 50 }), peers: [newton, glum], rounds: 7, once: true }),
  fitRow({ id: '1m-30', work: '1M × 30', claims: [against(20)], data: made({ rows: 1_000_000, columns: 30 }), peers: [newton, glum], rounds: 5, once: true, long: true }),
  fitRow({ id: '200k-200', work: '200k × 200', claims: [against(10)], data: made({ rows: 200_000, columns: 200 }), peers: [newton, glum], rounds: 5, once: true, long: true }),
  fitRow({ id: '100k-20-10', work: '100k × 20, 10 classes', claims: [against(40)], data: made({ rows: 100_000, columns: 20, classes: 10 }), peers: [newton], rounds: 5, once: true, long: true }),
  fitRow({
    id: 'sparse', work: 'sparse 100k × 20k, 48 a row',
    claims: [against(8, 'scikit-learn newton-cg'), { ...against(1, 'snapml'), goal: 'ahead of snapml' }],
    data: (scale) => sparse(shrink({ rows: 100_000, columns: 20_000, each: 48 }, scale)),
    peers: [newtonCg, { library: 'snapml', solver: 'dual', tolerances: [1e-8] }], rounds: 5, once: true, long: true,
  }),
]
