// npm run generate: stamps src/kernels/exact/generated.ts, one loop a kernel and kind of array, so that every inline cache sees one
// kind. With --check nothing is written; exit code 1 says that the file is stale.
import { readFileSync, writeFileSync } from 'node:fs'

const target = new URL('../src/kernels/exact/generated.ts', import.meta.url)

/** Kinds of up to 32 bits: how many, and whether they have a sign. Clamped bytes are read as bytes. */
const kinds = {
  Int8: { bits: 8, signed: true },
  Uint8: { bits: 8, signed: false },
  Int16: { bits: 16, signed: true },
  Uint16: { bits: 16, signed: false },
  Int32: { bits: 32, signed: true },
  Uint32: { bits: 32, signed: false },
}
/** Kinds of 64 bits, read as words of 32: the low one at even indices. */
const wideKinds = { BigInt64: { signed: true }, BigUint64: { signed: false } }

/** Elements that 32-bit lanes take before they are emptied; as in crates/kernels/src/families/exact/integers.rs. */
const BATCH = 32_768
const LANES = ['a', 'b', 'c', 'd']

const at = (array, offset) => `${array}[${offset === 0 ? 'i' : `i + ${offset}`}]!`

/** A sum of one term an element in four lanes: of 32 bits, emptied after every batch, or doubles. */
function lanes(name, kind, inputs, term, whole) {
  const take = (lane, offset) => {
    const value = term(at('x', offset), at(inputs === 2 ? 'y' : 'x', offset))
    return whole ? `${lane} = (${lane} + ${value}) | 0` : `${lane} += ${value}`
  }
  const parameters = `x: ${kind}Array, ${inputs === 2 ? 'y' : '_y'}: ${kind}Array, from: number, to: number`
  return `
function ${name}${kind}(${parameters}): number {
  let total = 0
  for (let i = from; i < to;) {
    const end = Math.min(to, i + ${BATCH})
    let a = 0, b = 0, c = 0, d = 0
    for (const last = end - 3; i < last; i += 4) {
      ${LANES.map((lane, offset) => take(lane, offset)).join('\n      ')}
    }
    for (; i < end; i++) ${take('a', 0)}
    total += (a + b) + (c + d)
  }
  return total
}`
}

/** The products of 32-bit elements in digits of 16 bits, three sums of doubles. */
function digits32(name, kind, { signed }, inputs) {
  const high = (value) => `${value} ${signed ? '>>' : '>>>'} 16`
  const load = inputs === 2
    ? `const v = x[i]!, w = y[i]!, h = ${high('v')}, l = v & 0xffff, k = ${high('w')}, m = w & 0xffff`
    : `const v = x[i]!, h = ${high('v')}, l = v & 0xffff`
  const [low, middle, top] = inputs === 2 ? ['l * m', 'h * m + l * k', 'h * k'] : ['l * l', 'h * l', 'h * h']
  return `
function ${name}${kind}(x: ${kind}Array, ${inputs === 2 ? 'y' : '_y'}: ${kind}Array, from: number, to: number, digits: Float64Array): void {
  let low = 0, middle = 0, top = 0
  for (let i = from; i < to; i++) {
    ${load}
    low += ${low}
    middle += ${middle}
    top += ${top}
  }
  digits[0] = low
  digits[1] = ${inputs === 2 ? 'middle' : '2 * middle'}
  digits[2] = top
}`
}

const four = (word, letter, signed) => [
  `const ${letter}0 = ${word}[i]! & 0xffff, ${letter}1 = ${word}[i]! >>> 16`,
  `const ${letter}2 = ${word}[i + 1]! & 0xffff, ${letter}3 = ${word}[i + 1]! ${signed ? '>>' : '>>>'} 16`,
]

/** The products of 64-bit elements in digits of 16 bits, seven sums of doubles. */
function digits64(name, kind, { signed }, inputs) {
  const load = [...four('x', 'u', signed), ...(inputs === 2 ? four('y', 'v', signed) : [])]
  const sums = Array.from({ length: 7 }, (_, digit) => {
    const terms = []
    for (let j = Math.max(0, digit - 3); j <= Math.min(3, digit); j++) {
      const k = digit - j
      if (inputs === 2) terms.push(`u${j} * v${k}`)
      else if (j === k) terms.push(`u${j} * u${j}`)
      else if (j < k) terms.push(`2 * u${j} * u${k}`)
    }
    return `d${digit} += ${terms.join(' + ')}`
  })
  return `
function ${name}${kind}(x: Int32Array, ${inputs === 2 ? 'y' : '_y'}: Int32Array, from: number, to: number, digits: Float64Array): void {
  let ${Array.from({ length: 7 }, (_, digit) => `d${digit} = 0`).join(', ')}
  for (let i = 2 * from; i < 2 * to; i += 2) {
    ${[...load, ...sums].join('\n    ')}
  }
  ${Array.from({ length: 7 }, (_, digit) => `digits[${digit}] = d${digit}`).join('\n  ')}
}`
}

function sum64(kind, { signed }) {
  return `
function sum${kind}(x: Int32Array, _y: Int32Array, from: number, to: number, digits: Float64Array): void {
  let low = 0, high = 0
  for (let i = 2 * from; i < 2 * to; i += 2) {
    low += x[i]! >>> 0
    high += x[i + 1]!${signed ? '' : ' >>> 0'}
  }
  digits[0] = low
  digits[1] = 0
  digits[2] = high
}`
}

/** How many elements are not 0, without a branch: the sign of `v | −v` is set for those. */
const nonzero = (x) => `((${x} | (0 - ${x})) >>> 31)`

function countNonzero64(kind) {
  return `
function countNonzero${kind}(x: Int32Array, _y: Int32Array, from: number, to: number, digits: Float64Array): void {
  let count = 0
  for (let i = 2 * from; i < 2 * to; i += 2) {
    const v = x[i]! | x[i + 1]!
    count += ${nonzero('v')}
  }
  digits[0] = count
}`
}

/** The extreme of at least one element. */
function extreme(name, kind, sign) {
  return `
function ${name}${kind}(x: ${kind}Array, _y: ${kind}Array, from: number, to: number): number {
  let a = x[from]!, b = a, c = a, d = a
  let i = from
  for (const last = to - 3; i < last; i += 4) {
    ${LANES.map((lane, offset) => `if (${at('x', offset)} ${sign} ${lane}) ${lane} = ${at('x', offset)}`).join('\n    ')}
  }
  for (; i < to; i++) if (x[i]! ${sign} a) a = x[i]!
  return Math.${name}(a, b, c, d)
}`
}

function extreme64(name, kind, { signed }, sign) {
  const word = signed ? 'x[i + 1]!' : 'x[i + 1]! >>> 0'
  return `
function ${name}${kind}(x: Int32Array, _y: Int32Array, from: number, to: number, digits: Float64Array): void {
  let low = x[2 * from]! >>> 0
  let high = ${signed ? 'x[2 * from + 1]!' : 'x[2 * from + 1]! >>> 0'}
  for (let i = 2 * from + 2; i < 2 * to; i += 2) {
    const h = ${word}
    if (h ${sign} high || (h === high && x[i]! >>> 0 ${sign} low)) {
      high = h
      low = x[i]! >>> 0
    }
  }
  digits[0] = low
  digits[1] = high
}`
}

const lines = [
  '// Generated by scripts/generate-integers.mjs: do not edit, run `npm run generate`.',
  '//',
  '// Exact as long as a call takes at most 2^19 elements: no sum of doubles reaches 2^53 then. Loops over 32-bit products and 64-bit',
  '// elements leave digits: sums that count 2^0, 2^16, 2^32, … (extremes: the low and the high word).',
]
for (const [kind, { bits, signed }] of Object.entries(kinds)) {
  lines.push(lanes('sum', kind, 1, (x) => x, bits < 32))
  if (bits === 32) {
    lines.push(digits32('sumOfSquares', kind, { signed }, 1), digits32('dot', kind, { signed }, 2))
  } else {
    const product = bits === 8 ? (x, y) => `Math.imul(${x}, ${y})` : (x, y) => `${x} * ${y}`
    lines.push(lanes('sumOfSquares', kind, 1, product, bits === 8), lanes('dot', kind, 2, product, bits === 8))
  }
  lines.push(extreme('min', kind, '<'), extreme('max', kind, '>'), lanes('countNonzero', kind, 1, nonzero, true))
}
for (const [kind, properties] of Object.entries(wideKinds)) {
  lines.push(
    sum64(kind, properties), digits64('sumOfSquares', kind, properties, 1), digits64('dot', kind, properties, 2),
    extreme64('min', kind, properties, '<'), extreme64('max', kind, properties, '>'), countNonzero64(kind),
  )
}
const names = ['sum', 'sumOfSquares', 'dot', 'min', 'max', 'countNonzero']
lines.push(
  '',
  '/** The stamped loops, by kind of array. */',
  'export const loops = {',
  ...[...Object.keys(kinds), ...Object.keys(wideKinds)].map((kind) => `  ${kind.toLowerCase()}: { ${names.map((name) => `${name}: ${name}${kind}`).join(', ')} },`),
  '}',
  '',
)
const text = lines.join('\n')

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/kernels/exact/generated.ts is stale: run `npm run generate`')
    process.exitCode = 1
  }
} else {
  writeFileSync(target, text)
}
