// The table of goals of the issue "All kernels at the machine's limit".
import { allocate, argSortSync, describeSync, range, setBackend, sortSync, sumOfSquaresSync, sumSync, varianceSync } from '../../../dist/index.js'
import { caseNamed } from '../../../dist/bench/index.js'
import { stop } from '../../peers/python.mjs'
import { alternate } from '../alternate.mjs'
import { library, LOOP, loop, OURS, ours, PROBE, probe, repeated } from './contestants.mjs'

const rounds = { tiny: 1, quick: 9, full: 15 }
const sized = (scale, n) => (scale === 'tiny' ? Math.min(n, 64) : scale === 'quick' ? Math.min(n, 2e7) : n)

/** A row whose contestants `make(n, scale)` gives. */
function row(id, work, n, claims, make, more = {}) {
  return {
    id, work, unit: 'seconds', claims, ...more,
    async measure({ scale, seed }) {
      const contestants = await make(sized(scale, n), scale)
      const results = await alternate(contestants, { rounds: rounds[scale], seed })
      stop()
      return { contestants: results }
    },
  }
}

/** A case of manycore/bench against the loop and libraries of Python. */
function byCase(name, n, claims, libraries, work = `${name}, ${n.toLocaleString('en')}`) {
  return row(`${name} ${n}`, work, n, claims, (size) => {
    const subject = caseNamed(name)
    const data = subject.make(size)
    // Where no goal is about the loop it is there for the reader, who needn't wait minutes for one that sorts ten million indices.
    const few = claims.some(({ against }) => against === LOOP) ? {} : { rounds: 3 }
    return [ours(subject, data), ...(subject.loop === undefined ? [] : [{ ...loop(subject, data), ...few }]), ...libraries.map((peer) => library(peer, subject, data, size))]
  })
}

const ahead = (peer, goal = `ahead of ${peer}`, atLeast = 1) => ({ of: OURS, against: peer, inverse: true, goal, atLeast })
const timesLoop = (times) => ({ of: OURS, against: LOOP, inverse: true, goal: `≥ ${times} × the loop`, atLeast: times })
const share = (percent) => ({ of: OURS, against: PROBE, inverse: true, goal: `≥ ${percent} % of the read probe`, atLeast: percent / 100 })

/** Something that reads `bytes` bytes from memory, against the probe. */
function fromMemory(id, work, bytes, percent, make) {
  return row(id, work, bytes, [share(percent)], (size) => {
    const whole = Math.ceil(size / 64) * 64
    return [repeated(OURS, make(whole)), probe(whole)]
  }, { once: true })
}

const filled = (Class, bytes, value = (i) => i % 100) => {
  const x = new Class(bytes / Class.BYTES_PER_ELEMENT)
  for (let i = 0; i < x.length; i++) x[i] = value(i)
  return x
}
const integers = [Int8Array, Int16Array, Int32Array].flatMap((Class) => [
  fromMemory(`sum ${Class.name}`, `sum of ${Class.name}, exact, 1e8 elements`, 1e8 * Class.BYTES_PER_ELEMENT, 80, (bytes) => {
    const x = filled(Class, bytes)
    return () => sumSync(x)
  }),
  fromMemory(`sumOfSquares ${Class.name}`, `sumOfSquares of ${Class.name}, exact, 1e8 elements`, 1e8 * Class.BYTES_PER_ELEMENT, 80, (bytes) => {
    const x = filled(Class, bytes)
    return () => sumOfSquaresSync(x)
  }),
])

const large = ['sum', 'sumOfSquares', 'min', 'max', 'variance'].map((name) => fromMemory(`${name} large`, `${name} of 1e8 doubles`, 8e8, 90, (bytes) => {
  const data = caseNamed(`${name} f64`).make(bytes / 8)
  return () => caseNamed(`${name} f64`).ours(data)
}))

const workers = row('workers', "workers backend: sum of 1e7 shared doubles, 2 workers", 1e7, [timesLoop(1.5)], (n) => {
  const x = allocate('float64', n, { shared: true })
  x.fill(0.5)
  setBackend('workers')
  const plain = () => {
    let total = 0
    for (let i = 0; i < n; i++) total += x[i]
    return total
  }
  return [repeated(OURS, () => sumSync(x, { threads: 2 })), repeated(LOOP, plain)]
})

const describe = row('describe', 'describe against variance, 1e6 doubles', 1e6, [{ of: OURS, against: 'variance', goal: '≤ 1.5 × variance', atMost: 1.5 }], (n) => {
  const x = filled(Float64Array, n * 8)
  return [repeated(OURS, () => describeSync(x)), repeated('variance', () => varianceSync(x))]
})

const closedForm = row('range', 'sums of range(1e6) in closed form', 1e6, [{ of: OURS, goal: '≤ 1 µs', atMost: 1e-6 }], (n) => {
  const x = range(n)
  return [repeated(OURS, () => sumSync(x)), repeated('sumOfSquares', () => sumOfSquaresSync(x))]
})

const float32 = fromMemory('sum f32 large', 'sum of 1e8 floats', 4e8, 90, (bytes) => {
  const x = filled(Float32Array, bytes)
  return () => sumSync(x)
})

const exact = fromMemory('exact', "sum with precision: 'exact', 1e8 doubles", 8e8, 50, (bytes) => {
  const x = filled(Float64Array, bytes, (i) => Math.sin(i) * 10 ** (i % 17))
  return () => sumSync(x, { precision: 'exact' })
})

const typedArraySort = (name, sort, copy) => row(name, `${name} against TypedArray.sort, 1e7 doubles`, 1e7, [{ of: OURS, against: 'TypedArray.sort', inverse: true, goal: '≥ 10 × TypedArray.sort', atLeast: 10 }], (n) => {
  const { x } = caseNamed('sort f64').make(n)
  return [repeated(OURS, () => sort(x)), { ...repeated('TypedArray.sort', () => copy(x)), rounds: 3 }]
}, { once: true })

export const rows = [
  byCase('sum f64', 1e6, [timesLoop(15), ahead('NumPy'), ahead('polars (Python)')], ['NumPy', 'polars (Python)']),
  ...['sumOfSquares', 'dot', 'min', 'max', 'argMax'].map((name) => byCase(`${name} f64`, 1e6, [ahead('NumPy')], ['NumPy'])),
  byCase('variance f64', 1e6, [ahead('polars (Python)', '≥ 8 × polars', 8)], ['polars (Python)', 'NumPy']),
  describe, ...large, float32, ...integers, exact,
  ...['exp into', 'sigmoid into'].map((name) => byCase(`${name} f64`, 1e6, [ahead('NumPy', '≤ 0.75 × NumPy', 1 / 0.75), timesLoop(12)], ['NumPy'])),
  byCase('log f64', 1e6, [ahead('NumPy', '≤ 0.75 × NumPy', 1 / 0.75), timesLoop(12)], ['NumPy']),
  byCase('axpy into f64', 1e6, [ahead('numexpr')], ['numexpr', 'NumPy']),
  workers,
  byCase('matmul f64', 2000, [ahead('NumPy', '≥ 80 % of OpenBLAS on 2 threads', 0.8)], ['NumPy'], 'matmul of doubles, n = 2000'),
  ...['sort f64', 'argSort f64', 'quantile f64'].map((name) => byCase(name, 1e7, [ahead('NumPy')], ['NumPy'])),
  typedArraySort('sort', (x) => sortSync(x), (x) => x.slice().sort()),
  typedArraySort('argSort', (x) => argSortSync(x), (x) => x.slice().sort()),
  ...['random.uniform f64', 'random.normal f64'].map((name) => byCase(name, 5e6, [ahead('NumPy')], ['NumPy'])),
  closedForm,
]
