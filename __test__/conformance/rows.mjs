// The conformance table: what every backend, CPU level, thread count and form must answer alike, bit for bit. Plain JavaScript, since
// the evaluating child processes read it as well as the tests.

/** A row's lengths: around every internal boundary, with the reason beside it. */
export const lengths = [
  0, 1, 2, 3, 7, 8, 9, // a vector
  31, 32, 33, 63, 64, 65, // lanes
  95, 96, 97, 127, 128, 129, 191, 192, 193, 255, 256, 257, // where native calls begin
  4095, 4096, 4097, 8191, 8192, 8193, 12_289, // blocks
  65_535, 65_536, 65_537, 131_071, 131_072, 131_073, // chunks
  3 * 65_536 + 5, 7 * 65_536 + 4097, 262_144, 262_145, // where a second thread begins, trees that are not full
  500_003,
]

export const offsets = [0, 1, 3]
export const threads = [1, 2, 7]
export const types = { float64: Float64Array, float32: Float32Array }

/** Kernels by their public names, or by another with the name as `name`; `least` is the shortest input that has an answer, `most` the longest worth its time. */
export const kernels = {
  sum: { inputs: 1, least: 0 },
  sumOfSquares: { inputs: 1, least: 0 },
  dot: { inputs: 2, least: 0 },
  mean: { inputs: 1, least: 1 },
  min: { inputs: 1, least: 1 },
  max: { inputs: 1, least: 1 },
  variance: { inputs: 1, least: 1 },
  standardDeviation: { inputs: 1, least: 1 },
  minMax: { inputs: 1, least: 1 },
  argMin: { inputs: 1, least: 1 },
  argMax: { inputs: 1, least: 1 },
  norm: { inputs: 1, least: 0 },
  norm1: { name: 'norm', inputs: 1, least: 0, options: { ord: 1 } },
  normInfinity: { name: 'norm', inputs: 1, least: 0, options: { ord: Infinity } },
  product: { inputs: 1, least: 0 },
  countNonzero: { inputs: 1, least: 0 },
  hasNaN: { inputs: 1, least: 0 },
  logSumExp: { inputs: 1, least: 0, most: 131_073 },
  describe: { inputs: 1, least: 1 },
  compensatedSum: { name: 'sum', inputs: 1, least: 0, options: { precision: 'compensated' } },
  compensatedSumOfSquares: { name: 'sumOfSquares', inputs: 1, least: 0, most: 131_073, options: { precision: 'compensated' } },
  compensatedDot: { name: 'dot', inputs: 2, least: 0, most: 131_073, options: { precision: 'compensated' } },
  compensatedMean: { name: 'mean', inputs: 1, least: 1, most: 4097, options: { precision: 'compensated' } },
  compensatedNorm: { name: 'norm', inputs: 1, least: 0, most: 4097, options: { precision: 'compensated' } },
}

/** Reductions along an axis: those of arrays, of each column (axis 0) or row (axis 1), and two of order. */
export const axisKernels = Object.fromEntries(
  Object.entries({
    ...Object.fromEntries(Object.entries(kernels).filter(([, { options }]) => options?.precision === undefined)),
    median: { inputs: 1, least: 1 },
    quantile: { inputs: 1, least: 1, place: 0.3 },
  }).flatMap(([key, kernel]) => [0, 1].map((axis) => [`${key} axis ${axis}`, { name: key, ...kernel, key, axis }])),
)

/** Shapes of matrices: around a cache line of columns, lanes, blocks and chunks, in both directions. */
export const shapes = [
  [1, 1], [1, 9], [9, 1], [3, 5], [31, 7], [33, 8], [65, 9], [8, 257], [257, 16], [4095, 3], [4097, 9], [3, 4095], [9, 4097], [65_537, 2], [2, 65_537], [131, 1030],
]

/** Most results of a call: comparing more takes longer than computing them. */
const MOST_ITEMS = 1100

/** Whether a matrix is reduced along an axis. */
export const isReduced = ({ rows, columns }, axis) => (axis === 0 ? columns : rows) <= MOST_ITEMS

/** Matrices: as the rows of arrays, so `operands` makes their elements. */
export function* matrixRows() {
  const names = Object.keys(fills)
  let turn = 0
  for (const type of Object.keys(types)) {
    for (const [rows, columns] of shapes) {
      const fill = names[turn++ % names.length]
      const offset = offsets[turn % offsets.length]
      yield { type, n: rows * columns, offset, fill, shared: turn % 2 === 1, rows, columns, key: `${type} ${rows}x${columns}+${offset} ${fill}` }
    }
  }
}

/** A small generator of our own, so that all processes have the same data (xorshift32, Marsaglia 2003). */
function generator(seed) {
  let state = (seed * 2_654_435_761) >>> 0 || 1
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
}

/** 2^-100 … 2^99, by exact doublings: `**` may differ between engines. */
const powers = [2 ** -100]
for (let k = 1; k < 200; k++) powers.push(powers[k - 1] * 2)

/** What arrays hold. */
export const fills = {
  signed: (next) => next() * 2 - 1,
  wide: (next) => (next() - 0.5) * powers[Math.floor(next() * 200)],
  offset: (next) => 1e8 + next(),
  zeros: (next) => (next() < 0.5 ? 0 : -0),
  negativeZeros: () => -0,
  subnormal: (next) => (next() - 0.5) * 1e-310,
  specials: (next) => {
    const k = next()
    return k < 0.0001 ? NaN : k < 0.0002 ? Infinity : k < 0.0003 ? -Infinity : k < 0.3 ? -0 : k < 0.5 ? 0 : next() - 0.5
  },
  infinities: (next) => (next() < 0.001 ? Infinity : next()),
  huge: (next) => (next() - 0.5) * 1e300,
}

/** Every fill takes part at every boundary, but only one a row beyond a block: the rows rotate through them. */
export function* rows() {
  const names = Object.keys(fills)
  let turn = 0
  for (const type of Object.keys(types)) {
    for (const n of lengths) {
      for (const offset of offsets) {
        const chosen = n <= 257 ? names : [names[turn++ % names.length], names[turn % names.length]]
        for (const fill of chosen) yield { type, n, offset, fill, shared: turn % 2 === 1, key: `${type} ${n}+${offset} ${fill}` }
      }
    }
  }
}

/** The operands of a row: views at the row's offset (in elements) into larger buffers. */
export function operands({ type, n, offset, fill, shared }) {
  const Type = types[type]
  const next = generator(n * 7 + offset + fill.length)
  const make = () => {
    const bytes = (n + offset) * Type.BYTES_PER_ELEMENT
    const view = new Type(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes), offset * Type.BYTES_PER_ELEMENT, n)
    for (let i = 0; i < n; i++) view[i] = fills[fill](next)
    return view
  }
  return [make(), make()]
}

const bits = new BigUint64Array(1)
const double = new Float64Array(bits.buffer)

/** The bits of an answer in hexadecimal; all NaNs alike, since their payload and sign are not promised. */
export function hex(value) {
  if (typeof value === 'object') return Object.entries(value).map(([name, number]) => `${name}=${hex(number)}`).join(',')
  if (Number.isNaN(value)) return 'NaN'
  double[0] = value
  return bits[0].toString(16).padStart(16, '0')
}
