// npm run generate: the short ways of elementwise functions, a text for each element type → src/dispatch/generated-map-doors.ts. With --check: see generated-file.mjs.
//
// A function that several element types come through looks their lengths up by way of a table of all the kinds of arrays that it has met, and what it calls as well: some hundred
// nanoseconds a call. So each type has functions of its own, in the text: functions that one factory makes would share what the engine learns about them.
import { tsImport } from 'tsx/esm/api'
import { keep } from './generated-file.mjs'

const { maps, integerBounds } = await tsImport('../src/kernels/map-table.ts', import.meta.url)
const { elementTypes } = await tsImport('../src/common/arrays.ts', import.meta.url)

/** What the text of a type is made of. Float16 arrays go the long way. */
const types = elementTypes.filter((type) => type !== 'float16').map((type) => {
  const name = type.replace(/^(.)/, (letter) => letter.toUpperCase()).replace('clamped', 'Clamped').replace(/^Big(.)/, (_, letter) => `Big${letter.toUpperCase()}`)
  const kind = type.startsWith('float') ? 'float' : type.startsWith('big') ? 'bigint' : 'integer'
  return { type, name, kind, Class: `${name}Array`, bytes: globalThis[`${name}Array`].BYTES_PER_ELEMENT }
})

const parameters = (Class) => `id: number, x: ${Class}, y: unknown, a: unknown, b: unknown, options: MapOptions | undefined`

/** Takes the second operand, or refuses. */
const second = (Class) => [
  `  let second: ${Class} | undefined`,
  '  if (y !== undefined) {',
  `    if (!(ArrayBuffer.isView(y) && y instanceof ${Class}) || y.length !== n) return undefined`,
  '    second = y',
  '  }',
]

/** Makes the result, or takes the caller's `out`, which may be an operand itself but not lie partly on one. */
const output = ({ Class, name }) => [
  `  let out: ${Class}`,
  `  if (options === undefined) out = n < LONG ? new ${Class}(n) : newResult(${Class}, n)`,
  '  else {',
  '    const given = onlyOut(options)',
  `    if (!(ArrayBuffer.isView(given) && given instanceof ${Class}) || given.length !== n || x.length !== n || !isClear${name}(given, x) || (second !== undefined && (second.length !== n || !isClear${name}(given, second)))) return undefined`,
  '    out = given',
  '  }',
]

/** Whether no element of `out` lies on another one of x: the same place is no harm, whether it is one buffer or not. */
const clear = ({ Class, name }) => [
  `function isClear${name}(out: ${Class}, x: ${Class}): boolean {`,
  '  const distance = out.byteOffset - x.byteOffset',
  '  return distance === 0 || distance >= x.byteLength || -distance >= x.byteLength || !overlaps(out, x)',
  '}',
  '',
]

function floats(type) {
  const { name, Class, bytes } = type
  const loops = `${type.type}Loops`
  const few = 64 / bytes
  return [
    ...clear(type),
    `function short${name}(${parameters(Class)}): ${Class} | undefined {`,
    '  const n = x.length',
    "  if (n === 0 || n > shortLimits[id]! || typeof a !== 'number' || typeof b !== 'number') return undefined",
    ...second(Class),
    ...output(type),
    `  compute${name}(id, x, second, a, b, out, n)`,
    '  return out',
    '}',
    '',
    `function compute${name}(id: number, x: ${Class}, y: ${Class} | undefined, a: number, b: number, out: ${Class}, n: number): void {`,
    '  if (n > fewLimits[id]!) {',
    '    const backend = active()',
    '    const few = backend.fewElements',
    '    if (few !== undefined && n <= few.capacity) {',
    `      few${name}(few, id, x, y, a, b, out, n)`,
    '      return',
    '    }',
    `    if (n > floatLimits[id]! && n > ${few} && backend.mapAtOnce !== undefined) {`,
    `      backend.mapAtOnce(id, ${elementTypes.indexOf(type.type)}, x, y, a, b, out)`,
    '      return',
    '    }',
    '  }',
    `  if (y === undefined) ${loops}[2 * id + 1]!(x, x, a, b, out, 0, n)`,
    `  else ${loops}[2 * id]!(x, y, a, b, out, 0, n)`,
    '}',
    '',
    `function few${name}(few: FewElements, id: number, x: ${Class}, y: ${Class} | undefined, a: number, b: number, out: ${Class}, n: number): void {`,
    `  const pair = few.${type.type}`,
    '  const first = pair.x',
    '  if (n > COPIED) first.set(x)',
    '  else for (let i = 0; i < n; i++) first[i] = x[i]!',
    '  // Eight take as long as one, and less than a part of eight: some element stands in for those that are missing.',
    '  const whole = (n + 7) & -8',
    '  for (let i = n; i < whole; i++) first[i] = x[0]!',
    '  if (y !== undefined) {',
    '    const second = pair.y',
    '    if (n > COPIED && y.length === n) second.set(y)',
    '    else for (let i = 0; i < n; i++) second[i] = y[i]!',
    '    for (let i = n; i < whole; i++) second[i] = y[0]!',
    '  }',
    `  few.compute(id, ${elementTypes.indexOf(type.type)}, y !== undefined, a, b, whole)`,
    '  for (let i = 0; i < n; i++) out[i] = first[i]!',
    '}',
    '',
  ]
}

/** Kernels that give doubles for integers: they are widened where the result will be. */
const widened = ({ type, name, Class, kind }) => {
  const wide = (element) => (kind === 'bigint' ? `Number(${element}!)` : `${element}!`)
  return [
    `function doublesOf${name}(id: number, x: ${Class}, y: ${Class} | undefined, a: number, b: number, options: MapOptions | undefined): Float64Array | undefined {`,
    '  const n = x.length',
    ...(kind === 'bigint' ? ['  if (y !== undefined && n > other.length) return undefined'] : []),
    '  let out: Float64Array',
    '  if (options === undefined) out = n < LONG ? new Float64Array(n) : newResult(Float64Array, n)',
    '  else {',
    '    const given = onlyOut(options)',
    '    if (!(ArrayBuffer.isView(given) && given instanceof Float64Array) || given.length !== n || x.length !== n || overlaps(given, x) || (y !== undefined && (y.length !== n || overlaps(given, y)))) return undefined',
    '    out = given',
    '  }',
    ...(kind === 'bigint' ? [] : [
      `  const direct = ${type}DirectLoops[y === undefined ? 2 * id + 1 : 2 * id]`,
      '  if (direct !== undefined) {',
      '    const backend = n > directLimit ? active() : undefined',
      "    if (backend?.name === 'native') backend.map({ kernel: mapNames[id]!, x, y, a, b, out }, 0, n, 1)",
      '    else direct(x, y ?? x, a, b, out, 0, n)',
      '    return out',
      '  }',
      '  if (y !== undefined && n > other.length) return undefined',
    ]),
    `  for (let i = 0; i < n; i++) out[i] = ${wide('x[i]')}`,
    `  if (y !== undefined) for (let i = 0; i < n; i++) other[i] = ${wide('y[i]')}`,
    '  computeFloat64(id, out, y === undefined ? undefined : other, a, b, out, n)',
    '  return out',
    '}',
    '',
  ]
}

function integers(type) {
  const { name, Class } = type
  const [least, greatest] = integerBounds[type.type]
  return [
    ...clear(type),
    `function short${name}(${parameters(Class)}, name: string): NumericArray | undefined {`,
    '  const n = x.length',
    '  if (n === 0 || n > shortLimits[id]!) return undefined',
    ...second(Class),
    `  const loop = ${type.type}Loops[second === undefined ? 2 * id + 1 : 2 * id]`,
    `  if (loop === undefined) return typeof a === 'number' && typeof b === 'number' ? doublesOf${name}(id, x, second, a, b, options) : undefined`,
    '  if (!(Number.isInteger(a) && Number.isInteger(b))) return undefined',
    `  if (id === CLIP && !((a as number) >= ${least} && (b as number) <= ${greatest})) return undefined`,
    ...output(type),
    '  let wrong: number',
    '  const backend = n > integerLimits[id]! ? active() : undefined',
    `  if (backend?.mapAtOnce !== undefined) wrong = backend.mapAtOnce(id, ${elementTypes.indexOf(type.type)}, x, second, a as number, b as number, out)`,
    '  else wrong = loop(x, second ?? x, a as number, b as number, out, 0, n)',
    `  if (wrong >= 0) throw outOfRange(name, wrong, '${type.type}')`,
    '  return out',
    '}',
    '',
    ...widened(type),
  ]
}

function bigints(type) {
  const { name, Class } = type
  const fit = type.type === 'bigint64' ? 'asIntN' : 'asUintN'
  return [
    ...clear(type),
    `function short${name}(${parameters(Class)}, name: string): NumericArray | undefined {`,
    '  const n = x.length',
    '  if (n === 0 || n > shortLimits[id]!) return undefined',
    ...second(Class),
    `  const loop = ${type.type}Loops[second === undefined ? 2 * id + 1 : 2 * id]`,
    '  if (loop === undefined) {',
    "    const number = typeof b === 'bigint' ? Number(b) : b",
    `    return typeof number === 'number' ? doublesOf${name}(id, x, second, 0, number, options) : undefined`,
    '  }',
    '  let first = 0n',
    '  let last = 0n',
    '  if (id === AXPY || id === CLIP) {',
    `    if (typeof a !== 'bigint' || BigInt.${fit}(64, a) !== a) return undefined`,
    '    first = a',
    '  }',
    '  if (second === undefined && id !== ABS) {',
    `    if (typeof b !== 'bigint' || BigInt.${fit}(64, b) !== b) return undefined`,
    '    last = b',
    '  }',
    ...output(type),
    '  const backend = n > bigintLimits[id]! ? active() : undefined',
    "  const wrong = backend?.name === 'native' ? backend.map({ kernel: mapNames[id]!, x, y: second, a: first, b: last, out }, 0, n, 1) : loop(x, second ?? x, first, last, out, 0, n)",
    `  if (wrong >= 0) throw outOfRange(name, wrong, '${type.type}')`,
    '  return out',
    '}',
    '',
    ...widened(type),
  ]
}

/** astype to the types that there are loops for. */
const conversion = ({ type, name, Class }) => [
  `function convert${name}(x: ${Class}, code: number, type: ElementTypeName, options: MapOptions | undefined): NumericArray | undefined {`,
  '  const n = x.length',
  `  const loop = ${type}Conversions[code]`,
  '  if (n === 0 || n > shortLimits[ASTYPE]! || loop === undefined) return undefined',
  '  const out = options === undefined ? newOfCode(code, n) : outOfCode(options, code, n, x)',
  '  if (out === undefined) return undefined',
  '  const backend = n > conversionLimit ? active() : undefined',
  "  const wrong = backend?.name === 'native' ? backend.map({ kernel: 'astype', x, y: undefined, a: 0, b: 0, out }, 0, n, 1) : loop(x, out as never, 0, n)",
  "  if (wrong >= 0) throw outOfRange('astype', wrong, type)",
  '  return out',
  '}',
  '',
]
const converted = types.filter(({ kind }) => kind !== 'bigint')

const lines = [
  '// Generated by scripts/generate-map-doors.mjs: do not edit, run `npm run generate`.',
  "import type { FewElements } from '../backends/backend.ts'",
  "import { active } from '../backends/index.ts'",
  "import { elementTypes, typedArrayName, type ElementTypeName, type NumericArray } from '../common/arrays.ts'",
  "import { newResult, overlaps } from '../common/results.ts'",
  `import { ${converted.map(({ type }) => `${type}Conversions`).join(', ')} } from '../kernels/generated-conversions.ts'`,
  `import { ${types.flatMap(({ type, kind }) => [`${type}Loops`, ...(kind === 'integer' ? [`${type}DirectLoops`] : [])]).join(', ')} } from '../kernels/generated-maps.ts'`,
  "import { mapNames } from '../kernels/map-table.ts'",
  "import { bigintLimits, conversionLimit, directLimit, fewLimits, floatLimits, integerLimits, shortLimits } from './map-cost.ts'",
  "import { LONG, newOfCode, onlyOut, other, outOfCode, outOfRange, type MapOptions } from './map-short.ts'",
  '',
  `const AXPY = ${maps.axpy.id}`,
  `const CLIP = ${maps.clip.id}`,
  `const ABS = ${maps.abs.id}`,
  `const ASTYPE = ${Object.keys(maps).length}`,
  '/** Most elements that a loop copies sooner than the engine. */',
  'const COPIED = 10',
  '',
  ...types.flatMap((type) => ({ float: floats, integer: integers, bigint: bigints })[type.kind](type)),
  '/**',
  ' * The short way of an elementwise call by the id of its kernel: arrays of this realm, no options but `out`, too few elements for a second thread. `y`: an array, else undefined, and a number in',
  ' * its stead is `b`. Undefined where it is not for this call: the long way looks closer, and says why if something is wrong.',
  ' */',
  'export function mapShort(id: number, x: unknown, y: unknown, a: unknown, b: unknown, options: MapOptions | undefined, name: string): NumericArray | undefined {',
  '  switch (typedArrayName(x)) {',
  ...types.map(({ Class, name, kind }) => `    case '${Class}': return x instanceof ${Class} ? short${name}(id, x, y, a, b, options${kind === 'float' ? '' : ', name'}) : undefined`),
  '  }',
  '  return undefined',
  '}',
  '',
  ...converted.flatMap(conversion),
  '/** The short way of astype, between types of numbers. */',
  'export function astypeShort(x: unknown, type: unknown, options: MapOptions | undefined): NumericArray | undefined {',
  '  const code = elementTypes.indexOf(type as ElementTypeName)',
  '  if (code < 0) return undefined',
  '  switch (typedArrayName(x)) {',
  ...converted.map(({ Class, name }) => `    case '${Class}': return x instanceof ${Class} ? convert${name}(x, code, type as ElementTypeName, options) : undefined`),
  '  }',
  '  return undefined',
  '}',
  '',
]
keep(new URL('../src/dispatch/generated-map-doors.ts', import.meta.url), lines)
