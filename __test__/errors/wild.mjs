// Run as a child process by wild.spec.ts: `wild.mjs <seed> <calls>`. Calls what the package exports, and methods of what comes back, with arguments of every kind. Whatever is
// refused must be refused with a code of ours, by rejection in promise forms; a crash is seen by the parent.
import * as kernels from '../../dist/index.js'
import * as models from '../../dist/models/index.js'
import * as toolkit from '../../dist/multiprocessing/index.js'

let state = Number(process.argv[2])
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
const pick = (list) => list[Math.floor(random() * list.length)]

function withoutMemory() {
  const view = new Float64Array(8)
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}

const mine = new Error('thrown by the caller itself')
const values = [
  () => undefined, () => null, () => NaN, () => -1, () => 1.5, () => 0, () => 3, () => Infinity, () => 2 ** 53, () => 1e300, () => 5n, () => -5n, () => 'x', () => '', () => 'float64', () => true,
  () => Symbol('s'), () => ({}), () => Object.create(null), () => [], () => [1, 2, 3], () => [0, 1, 1], () => [1, 'a'], () => ['a', 'b', 'a'], () => [[1, 2], [3]], () => [[1, 2], [3, 4], [5, 7]], () => new Array(5),
  () => new Float64Array(3), () => new Float64Array([1, 2, NaN]), () => new Float32Array(2), () => new Int32Array([1, 2, 3]), () => new BigInt64Array([1n, 2n]), () => new Uint8ClampedArray(4), withoutMemory,
  () => new DataView(new ArrayBuffer(8)), () => new ArrayBuffer(8), () => new SharedArrayBuffer(16), () => new Float64Array(new SharedArrayBuffer(32)), () => () => 1, () => new Date(0), () => new Map(),
  () => Promise.resolve(1), () => new Proxy({}, {}), () => kernels.range(5), () => kernels.range(0), () => new kernels.Matrix(new Float64Array([1, 2, 3, 5, 7, 1]), 3, 2), () => ({ length: 3 }),
  () => ({ data: [1, 2, 3, 4], shape: [2, 2] }), () => ({ data: new Float64Array(4), shape: [2, 2], strides: [100, 1] }),
  () => ({ values: new Float64Array(1), columns: new Int32Array([5]), rowOffsets: new Int32Array([0, 1]), shape: [1, 2] }),
  () => ({ values: new Float64Array([1, 2, 3]), columns: new Int32Array([0, 1, 0]), rowOffsets: new Int32Array([0, 1, 2, 3]), shape: [3, 2] }),
  () => ({ get threads() { throw mine } }), () => ({ threads: 0 }), () => ({ threads: 2 }), () => ({ timeout: -1 }), () => ({ timeout: 0 }), () => ({ signal: 1 }), () => ({ signal: AbortSignal.abort(mine) }), () => ({ axis: 0 }), () => ({ axis: 2 }),
  () => ({ out: new Float64Array(3) }), () => ({ out: null }), () => ({ precision: 'wild' }), () => ({ precision: 'exact' }), () => ({ seed: -1 }), () => ({ bins: 0 }), () => ({ bins: 1e5 }), () => ({ ddof: 5 }), () => ({ unknown: 1 }),
  () => ({ average: 'macro' }), () => ({ cv: 1 }), () => ({ maxSize: 2 }), () => ({ name: '' }), () => ({ transfer: true }), () => ({ sampleWeight: [1, 2] }), () => ({ C: -1 }), () => ({ solver: 'wild' }), () => new models.LogisticRegression(), () => new models.StandardScaler(),
  () => [['scale', new models.StandardScaler()], ['model', new models.LogisticRegression()]], () => 'i', () => 'd', () => new toolkit.Lock(), () => new toolkit.Value('i', 0), () => 'model__C', () => ({ C: [1, 2] }), () => ({ testSize: 2 }),
]

/** What starts threads or processes, holds memory by name, waits for others, or is made by others (a Connection, by Pipe): its tests are elsewhere. */
const elsewhere = /^(Pool|Connection|Process|Manager|SharedMemory|ShareableList|Barrier|Condition|wait|waitSync|setThreads|setBackend|currentProcess)$/
const exported = [
  ...Object.entries(kernels), ...Object.entries(kernels.random).map(([name, value]) => [`random.${name}`, value]), ...Object.entries(models),
  ...Object.entries(models.metrics).map(([name, value]) => [`metrics.${name}`, value]), ...Object.entries(toolkit),
].filter(([name, value]) => typeof value === 'function' && !elsewhere.test(name))
/** Methods that wait for as long as nobody comes, and those that are for the package itself. */
const leftOut = /^((get|put|receive|poll|acquire|wait|waitFor|join|enter)(Sync)?|releaseUpTo|needFitted)$/
const isClass = (value) => /^class\b/.test(Function.prototype.toString.call(value))
/** So many elements are asked for and given. */
const large = (argument) => typeof argument === 'number' && argument > 1e6 && Number.isInteger(argument) && argument < 1e13

let refused = 0
const wrong = new Map()

function judge(what, parameters, error) {
  if (error === mine) return
  if (typeof error?.code === 'string' && error.code.startsWith('ERR_MANYCORE_') && error.code !== 'ERR_MANYCORE_INTERNAL') refused++
  else wrong.set(`${what}: ${error?.name} ${String(error?.message).slice(0, 120)}`, parameters.map(describe).join(' | '))
}

function describe(value) {
  if (ArrayBuffer.isView(value)) return value.constructor.name
  try {
    return typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function' ? String(value) : (JSON.stringify(value) ?? String(value)).slice(0, 80)
  } catch {
    return 'something without a text'
  }
}

async function call(what, body, parameters, promised) {
  try {
    const result = body()
    if (typeof result?.then !== 'function') return result
    return await result.catch((error) => judge(what, parameters, error))
  } catch (error) {
    judge(what, parameters, error)
    if (promised) wrong.set(`${what}: throws instead of rejecting`, String(error))
    return undefined
  }
}

async function tryMethods(name, object) {
  const methods = []
  for (let at = Object.getPrototypeOf(object); at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [key, { value, get }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (get !== undefined) await call(`${name}.${key}`, () => object[key], [], false)
      if (typeof value === 'function' && key !== 'constructor' && !leftOut.test(key)) methods.push(key)
    }
  }
  for (let i = 0; i < 4 && methods.length > 0; i++) {
    const method = pick(methods)
    const parameters = Array.from({ length: Math.floor(random() * 4) }, () => pick(values)())
    if (parameters.some(large)) continue
    const result = await call(`${name}.${method}`, () => object[method](...parameters), parameters, false)
    if (typeof result?.[Symbol.iterator] === 'function' && typeof result.next === 'function') await call(`${name}.${method}()`, () => [...result], parameters, false)
  }
}

const calls = Number(process.argv[3])
for (let i = 0; i < calls; i++) {
  const [name, value] = pick(exported)
  const parameters = Array.from({ length: Math.floor(random() * 4) }, () => pick(values)())
  if (parameters.some(large) && /allocate|random|range|uniform|normal|integers|permutation|SharedArray|Fold|Queue/.test(name)) continue
  const made = isClass(value)
  const result = await call(name, () => (made ? new value(...parameters) : value(...parameters)), parameters, !made && kernels[`${name}Sync`] !== undefined)
  if (made && result !== undefined) await tryMethods(name, result)
}
for (const [what, parameters] of wrong) console.error(`${what}   <- ${parameters}`)
console.log(refused)
process.exit(wrong.size === 0 ? 0 : 1)
