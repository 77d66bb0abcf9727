// What every backend, CPU level, thread count and form must answer alike for elementwise kernels, bit for bit. Plain JavaScript, since the evaluating child
// processes read it as well as the tests.

/** Lengths around vectors, blocks of 512, pieces of 16 384 and where a second thread begins. */
export const lengths = [0, 1, 7, 8, 9, 31, 100, 511, 512, 513, 1029, 16_383, 16_384, 16_385, 70_001, 140_003]
export const offsets = [0, 1, 3]
export const threads = [1, 2, 7]

/** Element types with what their arrays hold: small enough that no integer kernel below leaves its type. */
export const types = {
  float64: Float64Array, float32: Float32Array, int8: Int8Array, uint8: Uint8Array, uint8clamped: Uint8ClampedArray, int16: Int16Array, uint16: Uint16Array,
  int32: Int32Array, uint32: Uint32Array, bigint64: BigInt64Array, biguint64: BigUint64Array,
  ...('Float16Array' in globalThis ? { float16: globalThis.Float16Array } : {}),
}

/** Calls by name: the arguments after x, given a second array and what makes a number of the type. */
export const calls = {
  add: { name: 'add', rest: (y) => [y] },
  addNumber: { name: 'add', rest: (_, number) => [number(3)] },
  subtract: { name: 'subtract', rest: (y) => [y] },
  multiply: { name: 'multiply', rest: (y) => [y] },
  scale: { name: 'scale', rest: (_, number) => [number(2)] },
  divide: { name: 'divide', rest: (y) => [y] },
  power: { name: 'power', rest: (y) => [y] },
  square: { name: 'power', rest: (_, number) => [number(2)] },
  cube: { name: 'power', rest: (_, number) => [number(3)] },
  axpy: { name: 'axpy', rest: (y, number) => [number(2), y] },
  clip: { name: 'clip', rest: (_, number) => [number(2), number(5)] },
  abs: { name: 'abs', rest: () => [] },
  sqrt: { name: 'sqrt', rest: () => [] },
  exp: { name: 'exp', rest: () => [] },
  expm1: { name: 'expm1', rest: () => [] },
  log: { name: 'log', rest: () => [] },
  log1p: { name: 'log1p', rest: () => [] },
  sigmoid: { name: 'sigmoid', rest: () => [] },
  tanh: { name: 'tanh', rest: () => [] },
  toFloat32: { name: 'astype', rest: () => ['float32'] },
  toInt16: { name: 'astype', rest: () => ['int16'], integersOnly: true },
  toBigInt: { name: 'astype', rest: () => ['bigint64'], integersOnly: true },
}

/** A small generator of our own, so that all processes have the same data (xorshift32, Marsaglia 2003). */
export function generator(seed) {
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

/** Powers of two by exact doublings. */
const powers = [2 ** -1074]
for (let k = 1; k < 2098; k++) powers.push(powers[k - 1] * 2)

const special = [0, -0, 1, -1, NaN, Infinity, -Infinity, 5e-324, -5e-324, 1.7976931348623157e308, 0.5, 2, 709.9, -745.5, -37.5, 22.5]

/** Floats: half of them ordinary, the rest of every magnitude and the special ones. */
function float(next) {
  const k = next()
  if (k < 0.5) return (next() - 0.4) * 30
  if (k < 0.8) return (next() - 0.3) * powers[Math.floor(next() * powers.length)]
  if (k < 0.9) return Math.floor(next() * 20) - 8
  return special[Math.floor(next() * special.length)]
}

/** A number in the way of an element type. */
export const numberOf = (type) => (type.startsWith('big') ? BigInt : Number)

/** Two arrays of a type at an offset (in elements) into larger buffers. */
export function operands({ type, n, offset, shared }) {
  const Class = types[type]
  const next = generator(n * 31 + offset * 7 + type.length)
  const make = (integer) => {
    const bytes = (n + offset) * Class.BYTES_PER_ELEMENT
    const view = new Class(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes), offset * Class.BYTES_PER_ELEMENT, n)
    for (let i = 0; i < n; i++) view[i] = type.startsWith('float') ? float(next) : numberOf(type)(Math.floor(integer()))
    return view
  }
  // x − y is never negative, since half of the types couldn't hold it.
  return [make(() => 5 + next() * 6), make(() => next() * 5)]
}

/** All lengths for doubles, a few for the other types. */
export function* rows() {
  let turn = 0
  for (const type of Object.keys(types)) {
    for (const n of lengths) {
      if (type !== 'float64' && ![0, 1, 9, 513, 16_385, 70_001].includes(n)) continue
      const offset = offsets[turn % 3]
      const shared = turn++ % 2 === 1
      yield { type, n, offset, shared, key: `${type} ${n}+${offset}${shared ? ' shared' : ''}` }
    }
  }
}

/** Whether a call is one of a type. @param {{ name: string, integersOnly?: boolean }} call @param {string} type */
export function applies({ integersOnly }, type) {
  return integersOnly !== true || !type.startsWith('float')
}

/** The arguments of a call: axpy takes its factor first. */
export function argumentsOf({ name, rest }, type, x, y) {
  const more = rest(y, numberOf(type))
  return name === 'axpy' ? [more[0], x, more[1]] : [x, ...more]
}

const scratch = new DataView(new ArrayBuffer(8))

/** Type, length and a hash (FNV-1a) of an array; all NaN alike, since their payload and sign are not promised. */
export function hashOf(array) {
  let hash = 0x811c9dc5
  for (let i = 0; i < array.length; i++) {
    const value = array[i]
    if (typeof value === 'bigint') scratch.setBigInt64(0, BigInt.asIntN(64, value))
    else scratch.setFloat64(0, value)
    if (value !== value) scratch.setBigUint64(0, 0x7ff8000000000000n)
    hash = Math.imul(hash ^ scratch.getUint32(0), 0x01000193)
    hash = Math.imul(hash ^ scratch.getUint32(4), 0x01000193)
  }
  return `${array.constructor.name}(${array.length}) ${(hash >>> 0).toString(16)}`
}
