// Compares reductions with NumPy, and the fit of the breast-cancer data with scikit-learn, round by round in one run: Node computes
// while Python waits, then the other way round. `PYTHON=<a python with numpy and scikit-learn> node scripts/compare-python.mjs`.
// OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE are taken out of Python's environment: they cripple it.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import * as manycore from '../dist/index.js'
import { LogisticRegression } from '../dist/models/index.js'

const program = `
import sys, time, warnings
import numpy as np
warnings.simplefilter('ignore')
arrays = {}
def make(n, dtype):
    key = (n, dtype)
    if key not in arrays:
        arrays.clear()
        arrays[key] = (np.random.default_rng(1).random(n).astype(dtype), np.random.default_rng(2).random(n).astype(dtype))
    return arrays[key]
calls = {
    'sum': lambda x, y: x.sum(), 'sumOfSquares': lambda x, y: np.dot(x, x), 'dot': lambda x, y: np.dot(x, y), 'mean': lambda x, y: x.mean(),
    'min': lambda x, y: x.min(), 'max': lambda x, y: x.max(), 'variance': lambda x, y: x.var(),
}
models = {}
def fit(solver):
    from sklearn.linear_model import LogisticRegression
    from sklearn.datasets import load_breast_cancer
    if not models: models['data'] = load_breast_cancer(return_X_y=True)
    X, y = models['data']
    options = {'lbfgs': dict(solver='lbfgs', max_iter=5000, tol=1e-8), 'lbfgs-default': dict(solver='lbfgs'), 'newton-cholesky': dict(solver='newton-cholesky', tol=1e-10)}[solver]
    start = time.perf_counter_ns()
    model = LogisticRegression(**options).fit(X, y)
    spent = time.perf_counter_ns() - start
    w, b = model.coef_[0], model.intercept_[0]
    z = X @ w + b
    s = 2 * y - 1
    return spent, float(np.sum(np.logaddexp(0, -s * z)) + 0.5 * w @ w), int(model.n_iter_[0])
for line in sys.stdin:
    name, n, dtype, repeats = line.split()
    if name == 'fit':
        spent, objective, iterations = fit(n)
        print(spent, objective, iterations, flush=True)
        continue
    x, y = make(int(n), dtype)
    call = calls[name]
    start = time.perf_counter_ns()
    for _ in range(int(repeats)): call(x, y)
    print((time.perf_counter_ns() - start) / int(repeats), flush=True)
`
const { OPENBLAS_CORETYPE: _a, OPENBLAS_L2_SIZE: _b, ...env } = process.env
const python = spawn(process.env.PYTHON ?? 'python3', ['-c', program], { env, stdio: ['pipe', 'pipe', 'inherit'] })
const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
const ask = async (...words) => {
  python.stdin.write(`${words.join(' ')}\n`)
  return (await lines.next()).value.split(' ').map(Number)
}
const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))]
const rounds = Number(process.argv[2] ?? 21)
let sink = 0
const small = new Float64Array(4096)

const kernels = ['sum', 'sumOfSquares', 'dot', 'mean', 'min', 'max', 'variance']
const loop = (x) => { let s = 0; for (let i = 0; i < x.length; i++) s += x[i] * x[i]; return s }
console.log(`${manycore.info().cpuLevel}, ${manycore.getThreads()} threads, Node ${process.versions.node}; medians of ${rounds} interleaved rounds`)
for (const n of [1e6, 1e8]) {
  for (const [dtype, Type] of [['float64', Float64Array], ['float32', Float32Array]]) {
    const x = new Type(n), y = new Type(n)
    for (let i = 0; i < n; i++) { x[i] = Math.random(); y[i] = Math.random() }
    for (const name of kernels) {
      const call = manycore[`${name}Sync`]
      const parameters = name === 'dot' ? [x, y] : [x]
      const repeats = n === 1e6 ? 20 : 1
      const ours = [], loops = [], gain = []
      for (let round = 0; round < (n === 1e6 ? rounds : Math.min(rounds, 7)) + 2; round++) {
        let start = performance.now()
        for (let i = 0; i < repeats; i++) sink += call(...parameters)
        const mine = ((performance.now() - start) * 1e6) / repeats
        const [other] = await ask(name, n, dtype, repeats)
        // OpenBLAS's threads spin for some hundred ms after a product, on the core that our helper needs: with 60 ms we measured half our speed.
        await new Promise((resolve) => setTimeout(resolve, 400))
        for (let i = 0; i < 5; i++) sink += loop(small)
        start = performance.now()
        if (name === 'sumOfSquares') sink += loop(x)
        const plain = (performance.now() - start) * 1e6
        if (round < 2) continue
        ours.push(mine)
        loops.push(plain)
        gain.push(other / mine)
      }
      const bytes = n * Type.BYTES_PER_ELEMENT * (name === 'dot' ? 2 : 1)
      const median = quantile(ours, 0.5)
      console.log(
        `${name.padEnd(13)} ${dtype} ${n.toExponential(0)}: ${(median / 1000).toFixed(1)} µs, ${(bytes / median).toFixed(1)} GB/s; NumPy / ours ${quantile(gain, 0.5).toFixed(2)} (${quantile(gain, 0.25).toFixed(2)}–${quantile(gain, 0.75).toFixed(2)})` +
          (name === 'sumOfSquares' ? `; plain loop / ours ${(quantile(loops, 0.5) / median).toFixed(1)}` : ''),
      )
    }
  }
}

const npy = (path) => {
  const bytes = readFileSync(new URL(path, import.meta.url))
  const head = bytes.readUInt16LE(8)
  const data = bytes.subarray(10 + head)
  const buffer = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
  return bytes.toString('latin1', 10, 10 + head).includes('<f8') ? new Float64Array(buffer) : new Int32Array(buffer)
}
const folder = '../__test__/fixtures/logistic/data/'
const X = new manycore.Matrix(npy(`${folder}bc_raw_X.npy`), 569, 30)
const y = npy(`${folder}bc_y.npy`)
const best = 53.79461123048324
for (const solver of ['newton-cholesky', 'lbfgs', 'lbfgs-default']) {
  const ours = [], theirs = [], gain = []
  let model, objective, iterations
  for (let round = 0; round < rounds + 2; round++) {
    for (let warm = 0; warm < 30; warm++) new LogisticRegression().fitSync(X, y)
    model = new LogisticRegression()
    const start = performance.now()
    model.fitSync(X, y)
    const mine = (performance.now() - start) * 1e6
    const [other, ...rest] = await ask('fit', solver, '-', 1)
    ;[objective, iterations] = rest
    if (round < 2) continue
    ours.push(mine)
    theirs.push(other)
    gain.push(other / mine)
  }
  console.log(
    `breast cancer raw: ${(quantile(ours, 0.5) / 1e6).toFixed(3)} ms, ${model.iterations} iterations, gap ${((model.certificate.objective - best) / best).toExponential(1)}; scikit-learn ${solver} ${(quantile(theirs, 0.5) / 1e6).toFixed(2)} ms, ${iterations} iterations, gap ${((objective - best) / best).toExponential(1)}; ratio ${quantile(gain, 0.5).toFixed(1)} (${quantile(gain, 0.25).toFixed(1)}–${quantile(gain, 0.75).toFixed(1)})`,
  )
}
python.stdin.end()
if (sink === Infinity) console.log(sink)
