// Every public kernel beside the plain loop that it replaces, as data for sweep.mjs: names, types, and a loop that gives the same answer (integers: as long
// as doubles are exact). A loop is what a user would write in TypeScript: one pass where that is enough, a new array where ours gives one.

const floats = ['Float64Array', 'Float32Array']
const wholes = ['Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array']
const integers = ['Int8Array', 'Uint8Array', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array']
const numbers = [...floats, ...integers]
const everything = [...numbers, 'BigInt64Array', 'BigUint64Array']

/** A loop over one array, from the text of its body; `s` is the running value. */
const fold = (start, step, end = 's') => `(x) => { let s = ${start}; for (let i = 0; i < x.length; i++) { ${step} } return ${end} }`
const map = (expression) => `(x, y) => { const out = new x.constructor(x.length); for (let i = 0; i < x.length; i++) out[i] = ${expression}; return out }`
const draw = (type, expression) => `(x) => { const out = new ${type}(x.length); for (let i = 0; i < x.length; i++) out[i] = ${expression}; return out }`
/** Integers as ours gives them: a result beyond the type is an error. */
const checkedMap = (expression) => `(x, y) => { const out = new x.constructor(x.length); for (let i = 0; i < x.length; i++) { const r = ${expression}; out[i] = r; if (out[i] !== r) throw new RangeError() } return out }`
/** The upper half of a Gram matrix, and then its mirror. */
const products = (of) => `for (let d = 0; d < rows; d++) { const row = d * p; for (let i = 0; i < p; i++) { const factor = ${of}[row + i]; const start = i * p; for (let j = i; j < p; j++) out[start + j] += factor * ${of}[row + j] } } for (let i = 0; i < p; i++) for (let j = 0; j < i; j++) out[i * p + j] = out[j * p + i];`
const mean = 'let m = 0; for (let i = 0; i < x.length; i++) m += x[i]; m /= x.length;'

/**
 * name: of the Sync form without Sync · types: that are measured · loop: text of a function (x, y) · call: ours, where it takes more than x ·
 * two: whether there is a y · limit: a loop that isn't worth waiting for beyond so many elements · square: x is a matrix of n elements, for as many n as are squares, and y a
 * matrix, a vector, or nothing; its loop gets them as { data, rows, columns }, vectors as arrays.
 */
export const cases = [
  { name: 'sum', types: everything, loop: fold('x.length > 0 && typeof x[0] === "bigint" ? 0n : 0', 's += x[i]') },
  { name: 'sumOfSquares', types: numbers, loop: fold('0', 's += x[i] * x[i]') },
  { name: 'dot', types: numbers, two: true, loop: '(x, y) => { let s = 0; for (let i = 0; i < x.length; i++) s += x[i] * y[i]; return s }' },
  { name: 'mean', types: numbers, loop: fold('0', 's += x[i]', 's / x.length') },
  { name: 'variance', types: numbers, loop: `(x) => { ${mean} let q = 0; for (let i = 0; i < x.length; i++) { const d = x[i] - m; q += d * d } return q / x.length }` },
  { name: 'standardDeviation', types: floats, loop: `(x) => { ${mean} let q = 0; for (let i = 0; i < x.length; i++) { const d = x[i] - m; q += d * d } return Math.sqrt(q / x.length) }` },
  { name: 'min', types: numbers, loop: fold('x[0]', 'if (x[i] < s) s = x[i]') },
  { name: 'max', types: numbers, loop: fold('x[0]', 'if (x[i] > s) s = x[i]') },
  { name: 'minMax', types: floats, loop: '(x) => { let min = x[0]; let max = x[0]; for (let i = 1; i < x.length; i++) { if (x[i] < min) min = x[i]; if (x[i] > max) max = x[i] } return { min, max } }' },
  { name: 'argMin', types: floats, loop: fold('0', 'if (x[i] < x[s]) s = i') },
  { name: 'argMax', types: floats, loop: fold('0', 'if (x[i] > x[s]) s = i') },
  { name: 'norm', types: floats, loop: fold('0', 's += x[i] * x[i]', 'Math.sqrt(s)') },
  { name: 'product', types: floats, loop: fold('1', 's *= x[i]') },
  { name: 'countNonzero', types: numbers, loop: fold('0', 'if (x[i] !== 0) s++') },
  { name: 'hasNaN', types: floats, loop: '(x) => { for (let i = 0; i < x.length; i++) if (x[i] !== x[i]) return true; return false }' },
  { name: 'logSumExp', types: floats, loop: '(x) => { let c = x[0]; for (let i = 1; i < x.length; i++) if (x[i] > c) c = x[i]; let s = 0; for (let i = 0; i < x.length; i++) s += Math.exp(x[i] - c); return c + Math.log(s) }' },
  { name: 'describe', types: floats, loop: `(x) => { ${mean} let a = 0, b = 0, c = 0, low = Infinity, high = -Infinity; for (let i = 0; i < x.length; i++) { const v = x[i]; const d = v - m; const q = d * d; a += q; b += q * d; c += q * q; if (v < low) low = v; if (v > high) high = v } const n = x.length; a /= n; return { count: n, mean: m, variance: a, skewness: b / n / (a * Math.sqrt(a)), kurtosis: c / n / (a * a) - 3, min: low, max: high } }` },
  { name: 'quantile', types: floats, call: (f) => (x) => f(x, 0.3), loop: '(x) => { const s = x.slice().sort(); const h = (x.length - 1) * 0.3; const l = Math.floor(h); return s[l] + (h - l) * (s[Math.min(l + 1, x.length - 1)] - s[l]) }', limit: 1e7 },
  { name: 'median', types: floats, loop: '(x) => { const s = x.slice().sort(); return (s[x.length >> 1] + s[(x.length - 1) >> 1]) / 2 }', limit: 1e7 },
  { name: 'histogram', types: floats, call: (f) => (x) => f(x, { bins: 100, range: [0, 1] }), loop: '(x) => { const counts = new Float64Array(100); const edges = new Float64Array(101); for (let i = 0; i <= 100; i++) edges[i] = i * 0.01; for (let i = 0; i < x.length; i++) { const v = x[i]; if (v >= 0 && v <= 1) counts[Math.min(99, Math.floor(v * 100))]++ } return { counts, edges } }' },
  { name: 'sort', types: everything, loop: '(x) => x.slice().sort()', limit: 1e7 },
  { name: 'argSort', types: floats, loop: '(x) => Uint32Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[a] - x[b])', limit: 1e6 },
  { name: 'topK', types: floats, call: (f) => (x) => f(x, Math.min(10, x.length)), loop: '(x) => { const best = []; for (let i = 0; i < x.length; i++) { if (best.length < 10 || x[i] > x[best[best.length - 1]]) { let j = best.length; best.push(i); while (j > 0 && x[best[j - 1]] < x[i]) { best[j] = best[j - 1]; j-- } best[j] = i; if (best.length > 10) best.pop() } } return { values: best.map((i) => x[i]), indices: best } }' },
  { name: 'cumulativeSum', types: floats, loop: '(x) => { const out = new x.constructor(x.length); let s = 0; for (let i = 0; i < x.length; i++) out[i] = s += x[i]; return out }' },
  ...[['add', '+'], ['subtract', '-'], ['multiply', '*'], ['divide', '/']].map(([name, sign]) => ({ name, types: floats, two: true, call: (f) => (x, y) => f(x, y), loop: map(`x[i] ${sign} y[i]`) })),
  ...[['add', '+'], ['subtract', '-'], ['multiply', '*']].map(([name, sign]) => ({ name, types: wholes, two: true, loop: checkedMap(`x[i] ${sign} y[i]`) })),
  { name: 'add', label: 'add with out', types: floats, two: true, call: (f) => (x, y) => f(x, 1, { out: y }), loop: '(x, y) => { for (let i = 0; i < x.length; i++) y[i] = x[i] + 1; return y }' },
  { name: 'add', label: 'add with out', types: ['Int32Array', 'Uint8Array'], two: true, call: (f) => (x, y) => f(x, 1, { out: y }), loop: '(x, y) => { for (let i = 0; i < x.length; i++) { const r = x[i] + 1; y[i] = r; if (y[i] !== r) throw new RangeError() } return y }' },
  { name: 'axpy', types: floats, two: true, call: (f) => (x, y) => f(2.5, x, y), loop: map('2.5 * x[i] + y[i]') },
  { name: 'scale', types: floats, call: (f) => (x) => f(x, 2.5), loop: map('x[i] * 2.5') },
  { name: 'scale', types: integers, call: (f) => (x) => f(x, 1), loop: checkedMap('x[i] * 1') },
  { name: 'clip', types: floats, call: (f) => (x) => f(x, 0.25, 0.75), loop: map('x[i] < 0.25 ? 0.25 : x[i] > 0.75 ? 0.75 : x[i]') },
  { name: 'clip', types: integers, call: (f) => (x) => f(x, 20, 80), loop: map('x[i] < 20 ? 20 : x[i] > 80 ? 80 : x[i]') },
  { name: 'abs', types: floats, loop: map('Math.abs(x[i])') },
  { name: 'abs', types: integers, loop: checkedMap('Math.abs(x[i])') },
  ...['divide', 'sqrt', 'exp'].map((name) => ({ name, types: ['Int16Array', 'Int32Array', 'Uint8Array'], call: (f) => (name === 'divide' ? (x) => f(x, 3) : (x) => f(x)), loop: draw('Float64Array', name === 'divide' ? 'x[i] / 3' : `Math.${name}(x[i])`) })),
  { name: 'astype', label: 'astype float32', types: ['Float64Array', 'Int32Array', 'Uint8Array'], call: (f) => (x) => f(x, 'float32'), loop: draw('Float32Array', 'x[i]') },
  { name: 'astype', label: 'astype float64', types: ['Float32Array', 'Int16Array'], call: (f) => (x) => f(x, 'float64'), loop: draw('Float64Array', 'x[i]') },
  { name: 'astype', label: 'astype int32', types: ['Float64Array', 'Float32Array', 'Int8Array'], call: (f) => (x) => f(x, 'int32'), loop: '(x) => { const out = new Int32Array(x.length); for (let i = 0; i < x.length; i++) { const r = Math.trunc(x[i]); if (!(r >= -2147483648 && r <= 2147483647)) throw new RangeError(); out[i] = r } return out }' },
  ...['sqrt', 'exp', 'expm1', 'log', 'log1p', 'tanh'].map((name) => ({ name, types: floats, loop: map(`Math.${name}(x[i])`) })),
  { name: 'sigmoid', types: floats, loop: map('1 / (1 + Math.exp(-x[i]))') },
  { name: 'power', types: floats, call: (f) => (x) => f(x, 1.7), loop: map('Math.pow(x[i], 1.7)') },
  { name: 'random.uniform', types: floats, call: (f) => (x) => f(x.length, { type: x instanceof Float32Array ? 'float32' : 'float64' }), loop: draw('x.constructor', 'Math.random()') },
  { name: 'random.normal', types: floats, call: (f) => (x) => f(x.length, { type: x instanceof Float32Array ? 'float32' : 'float64' }), loop: '(x) => { const out = new x.constructor(x.length); for (let i = 0; i < x.length; i += 2) { const r = Math.sqrt(-2 * Math.log(1 - Math.random())); const a = 2 * Math.PI * Math.random(); out[i] = r * Math.cos(a); if (i + 1 < x.length) out[i + 1] = r * Math.sin(a) } return out }' },
  { name: 'random.integers', types: ['Int32Array'], call: (f) => (x) => f(0, 100, x.length), loop: draw('Int32Array', 'Math.floor(Math.random() * 100)') },
  { name: 'random.permutation', types: ['Uint32Array'], call: (f) => (x) => f(x.length), loop: '(x) => { const out = new Uint32Array(x.length); for (let i = 0; i < x.length; i++) { const j = Math.floor(Math.random() * (i + 1)); out[i] = out[j]; out[j] = i } return out }' },
  { name: 'matvec', types: floats, square: 'vector', loop: `(a, x) => { const { data, rows, columns } = a; const out = new data.constructor(rows); for (let i = 0; i < rows; i++) { let s = 0; const start = i * columns; for (let j = 0; j < columns; j++) s += data[start + j] * x[j]; out[i] = s } return out }` },
  { name: 'matmul', types: floats, square: 'matrix', limit: 65536, loop: `(a, b) => { const [m, n, k] = [a.rows, b.columns, a.columns]; const [x, y] = [a.data, b.data]; const data = new x.constructor(m * n); for (let i = 0; i < m; i++) { const row = i * n; for (let d = 0; d < k; d++) { const factor = x[i * k + d]; const start = d * n; for (let j = 0; j < n; j++) data[row + j] += factor * y[start + j] } } return { data, rows: m, columns: n } }` },
  { name: 'gram', types: floats, square: 'nothing', limit: 65536, loop: `(x) => { const { data, rows, columns: p } = x; const out = new data.constructor(p * p); ${products('data')} return { data: out, rows: p, columns: p } }` },
  { name: 'covariance', types: floats, square: 'nothing', limit: 65536, loop: `(x) => { const { data, rows, columns: p } = x; const means = new Float64Array(p); for (let d = 0; d < rows; d++) for (let j = 0; j < p; j++) means[j] += data[d * p + j]; for (let j = 0; j < p; j++) means[j] /= rows; const centered = new Float64Array(rows * p); for (let d = 0; d < rows; d++) for (let j = 0; j < p; j++) centered[d * p + j] = data[d * p + j] - means[j]; const out = new data.constructor(p * p); ${products('centered')} for (let i = 0; i < p * p; i++) out[i] /= rows; return { data: out, rows: p, columns: p } }` },
  { name: 'choleskySolve', types: floats, square: 'definite', limit: 65536, loop: `(a, b) => { const n = a.rows; const l = new Float64Array(a.data); for (let j = 0; j < n; j++) { let d = l[j * n + j]; for (let k = 0; k < j; k++) d -= l[j * n + k] * l[j * n + k]; if (!(d > 0)) throw new RangeError('not positive definite'); const root = Math.sqrt(d); l[j * n + j] = root; for (let i = j + 1; i < n; i++) { let s = l[i * n + j]; for (let k = 0; k < j; k++) s -= l[i * n + k] * l[j * n + k]; l[i * n + j] = s / root } } const x = new b.constructor(b); for (let i = 0; i < n; i++) { let s = x[i]; for (let k = 0; k < i; k++) s -= l[i * n + k] * x[k]; x[i] = s / l[i * n + i] } for (let i = n - 1; i >= 0; i--) { let s = x[i]; for (let k = i + 1; k < n; k++) s -= l[k * n + i] * x[k]; x[i] = s / l[i * n + i] } return x }` },
]
