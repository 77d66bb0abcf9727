// npm run generate: src/kernels/map-table.ts → src/kernels/generated-maps.ts. With --check nothing is written; exit code 1 says that the file is stale.
import { tsImport } from 'tsx/esm/api'
import { keep } from './generated-file.mjs'
import { Inliner } from './inline-functions.mjs'

const { maps, integerBounds, bigintBounds } = await tsImport('../src/kernels/map-table.ts', import.meta.url)

/** Types computed in double, one loop each: rounding to the type is the store's. */
const floats = { float64: 'Float64Array', float32: 'Float32Array' }
const classOf = {
  ...floats,
  int8: 'Int8Array', uint8: 'Uint8Array', uint8clamped: 'Uint8ClampedArray', int16: 'Int16Array', uint16: 'Uint16Array', int32: 'Int32Array', uint32: 'Uint32Array',
  bigint64: 'BigInt64Array', biguint64: 'BigUint64Array',
}
const bounds = { ...integerBounds, ...bigintBounds }
const literal = (bound) => (typeof bound === 'bigint' ? `${bound}n` : String(bound))

/** A text of the table with the elements put in: single letters are the only names that it replaces. */
const fill = (text, names) => text.replace(/\b[xyab]\b/g, (letter) => names[letter])

const inliner = new Inliner()
/** Constants of each kernel, by the name of their array. */
const known = new Map()

/** Elements as a function of src/kernels/math gives them: the kernel whose text is nothing but a call. */
const calledBy = ({ element }) => /^(\w+)\(x(?:, y)?\)$/.exec(element)?.[1]

/**
 * Two elements a turn of a function with all that it calls put in line. Constants come from an array: what the engine knows as a constant it writes into a register each time that it is used, and what it doesn't know it reads where it is needed.
 */
function pairLoop(name, type, form) {
  const called = calledBy(maps[name])
  const Class = classOf[type]
  inliner.begin(['x', 'y', 'out', 'from', 'to', 'i', 'end', 'v', 'w', 'bNumber', 'vPower', 'wPower', called])
  const second = maps[name].second !== 'none'
  const number = form === 'Number'
  const seconds = !second ? [[], []] : number ? [['bNumber'], ['bNumber']] : [['vPower'], ['wPower']]
  const { unless, steps, values } = inliner.pair(called, ['v', ...seconds[0]], ['w', ...seconds[1]])
  const call = (...given) => `${called}(${given.join(', ')})`
  const constants = [...inliner.numbers]
  const table = `${name}Constants`
  const body = [
    'const v = x[i]!', 'const w = x[i + 1]!',
    ...(second && !number ? ['const vPower = y[i]!', 'const wPower = y[i + 1]!'] : []),
    ...(unless === undefined ? [] : [`if (${unless}) {`, `  out[i] = ${call('v', ...seconds[0])}`, `  out[i + 1] = ${call('w', ...seconds[1])}`, '  continue', '}']),
    ...steps,
    `out[i] = ${values[0]}`, `out[i + 1] = ${values[1]}`,
  ]
  const isNew = known.get(table) === undefined
  const text = constants.map(([value]) => value).join(', ')
  if (!isNew && known.get(table) !== text) throw new Error(`${name}: constants differ from form to form`)
  known.set(table, text)
  return [
    ...(isNew ? [`const ${table} = Float64Array.of(${text})`, ''] : []),
    `${name === 'exp' && type === 'float64' ? 'export ' : ''}function ${nameOf(name, type, form)}(x: ${Class}, ${form === 'Array' ? 'y' : '_y'}: ${Class}, _a: number, ${number ? 'b' : '_b'}: number, out: ${Class}, from: number, to: number): number {`,
    ...(number ? ['  const bNumber = +b'] : []),
    '  let i = from',
    '  if (to - from > 1) {',
    ...constants.map(([, short], k) => `    const ${short} = ${table}[${k}]!`),
    '    for (const end = to - 1; i < end; i += 2) {',
    ...body.map((line) => `      ${line}`),
    '    }', '  }',
    `  if (i < to) out[i] = ${call('x[i]!', ...(second ? [number ? 'bNumber' : 'y[i]!'] : []))}`,
    '  return -1', '}', '',
  ]
}

/** Elements from … to − 1. Gives the index of the first result that doesn't fit its type, or −1. */
function loop(name, kernel, type, form, outType = type) {
  if (type in floats && calledBy(kernel) !== undefined) return pairLoop(name, type, form)
  const Class = classOf[type]
  const big = type.startsWith('big')
  const number = big ? 'bigint' : 'number'
  const text = big ? (kernel.bigint ?? kernel.element) : kernel.element
  const uses = (letter) => new RegExp(`\\b${letter}\\b`).test(text)
  const parameter = (letter, used, kind) => `${used ? letter : `_${letter}`}: ${kind}`
  const parameters = [
    `x: ${Class}`,
    parameter('y', form === 'Array', Class),
    parameter('a', uses('a'), number),
    parameter('b', uses('b') || (uses('y') && form === 'Number'), number),
    `out: ${classOf[outType]}`, 'from: number', 'to: number',
  ]
  // A text that names an element twice reads it once.
  const twice = (text.match(/\bx\b/g) ?? []).length > 1
  // A parameter is any value to the engine, which then looks at it for each element: made a number before the loop, clip takes half the time.
  const [a, b] = big ? ['a', 'b'] : ['aNumber', 'bNumber']
  const result = fill(text, { x: twice ? 'v' : 'x[i]!', y: form === 'Array' ? 'y[i]!' : b, a, b })
  const before = big ? [] : ['a', 'b'].filter((letter) => uses(letter) || (letter === 'b' && uses('y') && form === 'Number')).map((letter) => `  const ${letter}Number = +${letter}`)
  const load = twice ? ['const v = x[i]!'] : []
  const checked = outType in bounds && !kernel.fits
  const store = checked
    ? [`const r = ${result}`, `if (!(r >= ${literal(bounds[type][0])} && r <= ${literal(bounds[type][1])})) return i`, 'out[i] = r']
    : [`out[i] = ${result}`]
  const body = [...load, ...store]
  const lines = body.length === 1 ? [`  for (let i = from; i < to; i++) ${body[0]}`] : ['  for (let i = from; i < to; i++) {', ...body.map((line) => `    ${line}`), '  }']
  return [`function ${nameOf(name, type, form)}(${parameters.join(', ')}): number {`, ...before, ...lines, '  return -1', '}', '']
}

const nameOf = (name, type, form) => `${name}${classOf[type].replace('Array', '')}${form}`
/** Types of numbers whose results are doubles, computed from where they lie. */
const directOf = (kernel) => (kernel.direct ? Object.keys(integerBounds) : [])
const typesOf = (kernel) => [...Object.keys(floats), ...(kernel.result === 'same' ? Object.keys(bounds) : [])]
const formsOf = (kernel) => (kernel.second === 'none' ? [''] : ['Array', 'Number'])
const entries = Object.entries(maps)
const imported = [...new Set(entries.flatMap(([, { element }]) => [...element.matchAll(/(?<!\.)\b(\w+)\(/g)].map(([, name]) => name)))].sort()

/** What the loops need of src/kernels/math. */
function imports() {
  const names = new Map(imported.map((name) => [`${name}.ts`, new Set([name])]))
  for (const [file, needed] of inliner.used) names.set(file, new Set([...(names.get(file) ?? []), ...needed]))
  return [...names].sort().map(([file, needed]) => `import { ${[...needed].sort().join(', ')} } from './math/${file}'`)
}

/** Those of integers to doubles, in the same way. */
const directTable = (type) => [
  `export const ${type}DirectLoops: readonly (DirectLoop<${classOf[type]}> | undefined)[] = [`,
  ...entries.map(([name, kernel]) => {
    if (!directOf(kernel).includes(type)) return '  undefined, undefined,'
    const [first, second = first] = formsOf(kernel).map((form) => nameOf(name, type, form))
    return `  ${first}, ${second},`
  }),
  ']',
  '',
]

/** The loops of a type, two for each kernel in the order of their ids: over two arrays, and over an array and a number. */
const table = (type) => [
  `export const ${type}Loops: LoopsOf<${classOf[type]}, ${type.startsWith('big') ? 'bigint' : 'number'}> = [`,
  ...entries.map(([name, kernel]) => {
    if (!typesOf(kernel).includes(type)) return '  undefined, undefined,'
    const [first, second = first] = formsOf(kernel).map((form) => nameOf(name, type, form))
    return `  ${first}, ${second},`
  }),
  ']',
  '',
]
const functions = entries.flatMap(([name, kernel]) => typesOf(kernel).flatMap((type) => formsOf(kernel).flatMap((form) => loop(name, kernel, type, form))))
const lines = [
  '// Generated by scripts/generate-maps.mjs from src/kernels/map-table.ts: do not edit, run `npm run generate`.',
  "import type { NumericArray } from '../common/arrays.ts'",
  ...imports(),
  '',
  '/** Computes elements from … to − 1. Gives the index of the first result that its type can\'t hold, or −1. */',
  'export type Loop<T extends NumericArray = NumericArray, N = number | bigint> = (x: T, y: T, a: N, b: N, out: T, from: number, to: number) => number',
  '',
  '/** The same from integers to doubles. */',
  'export type DirectLoop<T extends NumericArray> = (x: T, y: T, a: number, b: number, out: Float64Array, from: number, to: number) => number',
  '',
  '/** Twice the id of a kernel: its loop over two arrays; one more: over an array and a number. Kernels that give doubles have none for integers. */',
  'export type LoopsOf<T extends NumericArray, N> = readonly (Loop<T, N> | undefined)[]',
  '',
  ...functions,
  ...entries.flatMap(([name, kernel]) => directOf(kernel).flatMap((type) => formsOf(kernel).flatMap((form) => loop(name, kernel, type, form, 'float64')))),
  ...Object.keys(classOf).flatMap(table),
  ...Object.keys(integerBounds).flatMap(directTable),
  '/** The loops of each element type. */',
  `export const mapLoops = { ${Object.keys(classOf).map((type) => `${type}: ${type}Loops`).join(', ')} } as const`,
  '',
]
keep(new URL('../src/kernels/generated-maps.ts', import.meta.url), lines)
