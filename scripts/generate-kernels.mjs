// npm run generate: src/kernels/table.ts → src/kernels/generated.ts. With --check nothing is written; exit code 1 says that the file is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { tsImport } from 'tsx/esm/api'

import { Inliner } from './inline-functions.mjs'

const { reductions } = await tsImport('../src/kernels/table.ts', import.meta.url)
const { BLOCK, LANES } = await tsImport('../src/kernels/order.ts', import.meta.url)
const target = new URL('../src/kernels/generated.ts', import.meta.url)

const inliner = new Inliner()

/** Element types: each has loops of its own, so that an inline cache sees one kind of array. */
const types = ['Float64', 'Float32']

// Lanes that one pass over a block keeps in registers, and rows of lanes that one turn of the loop takes. Measured on Node 20 in
// ns an element, cached / from memory (plain loop 0.49 / 0.76): 8 × 1 0.35 / 0.57 (V8 spills a sum to the stack), 4 × 1 0.25 / 0.83
// (half a cache line a turn), 4 × 2 0.23 / 0.64, 8 × 2 0.26 / 0.49, 8 × 4 0.36 / -.
const singlePass = { lanes: 8, rows: 2 }
// With two arrays or two running values a lane: 4 × 1 0.71, 4 × 2 0.46, 8 × 1 0.66, 8 × 2 0.71.
const doublePass = { lanes: 4, rows: 2 }
/** Elements that one turn of a selection takes. */
const selectionUnroll = 8
/** Elements of a run whose extreme is known before it is searched for it. */
const searched = 256

const count = (n) => Array.from({ length: n }, (_, j) => j)
const each = (n, text) => count(n).map(text)
const offset = (o) => (o === 0 ? 'i' : `i + ${o}`)
const indent = (lines, by) => lines.flat(Infinity).map((line) => (line === '' ? '' : ' '.repeat(by) + line))

const signature = (name, type, inputs) =>
  `function ${name}${type}(x: ${type}Array, ${inputs === 2 ? 'y' : '_y'}: ${type}Array, at: number, n: number, out: Float64Array, o: number): void {`

/**
 * The loop over a block for every group of lanes, then the fold. `accumulators`: letter → { identity, step, scratch }, where scratch
 * is the array that keeps the lanes of finished passes. `element(k)`: the statements that load element `k` of this turn and the names
 * of what they load. `result`: the statements that use the folded values, named by the letters.
 */
function lanesLoop({ accumulators, element, shape, result, also = () => [] }) {
  const { lanes, rows } = shape
  const stride = LANES * rows
  const letters = Object.keys(accumulators)
  const take = (j, o) => {
    const { load, x, y } = element(o)
    return [...load, ...letters.map((a) => `${a}${j} = ${accumulators[a].step(`${a}${j}`, x, y)}`), ...also(x)].join('; ')
  }
  const row = (r) => each(lanes, (j) => take(j, j + r * LANES))
  const foldFirst = [...letters.flatMap((a) => foldHalves(lanes, accumulators[a].merge, (j) => `${a}${j}`)), ...result((a) => `${a}0`), 'return']
  const passes = [
    `const pairs = at + (n & ${-stride})`,
    `for (let lane = 0; lane < ${LANES}; lane += ${lanes}) {`,
    indent(
      [
        ...letters.map((a) => `let ${each(lanes, (j) => `${a}${j} = ${accumulators[a].identity}`).join(', ')}`),
        'let i = at + lane',
        `for (const end = pairs + lane; i < end; i += ${stride}) {`,
        indent(count(rows).flatMap(row), 2),
        '}',
        `if (n & ${LANES}) {`,
        indent([...row(0), `i += ${LANES}`], 2),
        '}',
        `const tail = (n & ${LANES - 1}) - lane`,
        'if (tail > 0) {',
        indent(each(lanes, (j) => (j === 0 ? take(0, 0) : `if (tail > ${j}) { ${take(j, j)} }`)), 2),
        '}',
        // Lanes without an element are identities, which change nothing: a short block is folded from its first or two first passes.
        `if (n <= ${2 * lanes} && n <= lane + ${lanes}) {`,
        '  if (lane > 0) {',
        indent(letters.flatMap((a) => each(lanes, (j) => `${a}${j} = ${accumulators[a].merge(`${accumulators[a].scratch}[${j}]!`, `${a}${j}`)}`)), 4),
        '  }',
        indent(foldFirst, 2),
        '}',
        ...letters.flatMap((a) => each(lanes, (j) => `${accumulators[a].scratch}[${j === 0 ? 'lane' : `lane + ${j}`}] = ${a}${j}`)),
      ],
      2,
    ),
    '}',
  ]
  return [...passes, ...letters.flatMap((a) => foldScratch(a, accumulators[a])), ...result((a) => a)]
}

/** Merges lanes 0 … width − 1 in halves, in place. */
function foldHalves(width, merge, name) {
  const lines = []
  for (let h = width / 2; h >= 1; h /= 2) for (const j of count(h)) lines.push(`${name(j)} = ${merge(name(j), name(j + h))}`)
  return lines
}

/** Merges the lanes kept in scratch memory in halves, into a constant named by the letter. */
function foldScratch(letter, { scratch, merge }) {
  const quarter = LANES / 4
  const at = (j) => `${scratch}[${j}]!`
  const lines = each(quarter, (j) => {
    const halves = [merge(at(j), at(j + 2 * quarter)), merge(at(j + quarter), at(j + 3 * quarter))]
    return `const ${letter}${j} = ${merge(`(${halves[0]})`, `(${halves[1]})`)}`
  })
  const tree = (j, h) => (h === quarter ? `${letter}${j}` : `(${merge(tree(j, 2 * h), tree(j + h, 2 * h))})`)
  return [...lines, `const ${letter} = ${merge(tree(0, 2), tree(1, 2))}`]
}

const inputs = {
  1: (o) => ({ load: [`const x${o} = x[${offset(o)}]!`], x: `x${o}` }),
  2: (o) => ({ load: [`const x${o} = x[${offset(o)}]!`, `const y${o} = y[${offset(o)}]!`], x: `x${o}`, y: `y${o}` }),
}

function lanesBlock(name, kernel, type) {
  const accumulators = { s: { identity: kernel.identity, step: kernel.step, merge: kernel.merge, scratch: 'lanes' } }
  const body = lanesLoop({ accumulators, element: inputs[kernel.inputs], shape: kernel.inputs === 1 ? singlePass : doublePass, result: (name) => [`out[o] = ${name('s')}`] })
  return [signature(`${name}Block`, type, kernel.inputs), indent(body, 2), '}']
}

/** Arrays that keep the lanes of finished passes, for up to four running values. */
const scratch = ['lanes', 'moreLanes', 'thirdLanes', 'fourthLanes']

/** The lanes of a sum, folded. */
const foldedLanes = 'foldLanes()'

/** A sum of values of a costly function, which is put in line with all that it calls, two elements a turn: each goes to its lane in memory. */
function termsBlock(name, kernel, type, start, end) {
  const called = kernel.terms
  inliner.begin(['x', 'n', 'at', 'out', 'o', 'c', 'i', 'end', 'lane', 'v', 'w', called, ...kernel.names])
  const { unless, steps, values } = inliner.pair(called, ['v'], ['w'])
  if (unless !== undefined) throw new Error(`${called} is no function for sums`)
  const constants = [...inliner.numbers]
  const one = (index) => kernel.element(`x[${index}]!`)
  const body = [
    ...start,
    'lanes.fill(0)',
    'let i = 0',
    'if (n > 1) {',
    indent(constants.map(([, short], k) => `const ${short} = ${name}Constants[${k}]!`), 2),
    '  for (const end = n - 1; i < end; i += 2) {',
    indent([`const v = ${one('at + i')}`, `const w = ${one('at + i + 1')}`, ...steps, `const lane = i & ${LANES - 2}`, `lanes[lane] = lanes[lane]! + ${values[0]}`, `lanes[lane + 1] = lanes[lane + 1]! + ${values[1]}`], 4),
    '  }',
    '}',
    `if (i < n) lanes[i & ${LANES - 1}] = lanes[i & ${LANES - 1}]! + ${called}(${one('at + i')})`,
    ...end,
  ]
  return [
    ...(type === types[0] ? [`const ${name}Constants = Float64Array.of(${constants.map(([text]) => text).join(', ')})`, ''] : []),
    signature(`${name}Block`, type, kernel.inputs), indent(body, 2), '}',
  ]
}

function stagedBlock(name, kernel, type) {
  const plus = reductions.sum.merge
  const letters = Object.keys(kernel.sums)
  const accumulators = Object.fromEntries(letters.map((letter, k) => [letter, { identity: '0', step: kernel.sums[letter], merge: plus, scratch: scratch[k] }]))
  const element = (o) => ({ load: [`const x${o} = ${kernel.element(`x[${offset(o)}]!`)}`], x: `x${o}` })
  const write = (partial) => partial.map((text, k) => `out[${k === 0 ? 'o' : `o + ${k}`}] = ${text}`)
  const named = (texts, name) => texts.map((text) => text.replace(new RegExp(`\\b[${letters.join('')}]\\b`, 'g'), name))
  const result = (name) => named([...kernel.before, ...write(kernel.partial)], name)
  let values = 0
  const together = kernel.first.join() === 'sum,minMax'
  const first = together ? [`sumMinMax${type}(x, at, n, out, o)`, ...each(3, (k) => `const f${k} = out[${k === 0 ? 'o' : `o + ${k}`}]!`)] : kernel.first.flatMap((inner) => {
    const parts = reductions[inner].kernels ?? [inner]
    const place = (k) => `out[${k === 0 ? 'o' : `o + ${k}`}]`
    return [
      ...parts.flatMap((part, k) => (reductions[part].family === 'selection' ? [`${place(k)} = ${reductions[part].identity}`] : [])),
      `${inner}Block${type}(x, x, at, n, out, o)`,
      ...parts.map((_, k) => `const f${values++} = ${place(k)}!`),
    ]
  })
  const early = kernel.early === undefined ? [] : [`if (${kernel.early.when}) {`, indent([...write(kernel.early.partial), 'return'], 2), '}']
  const start = [...first, ...early, `const c = ${kernel.parameter}`]
  if (kernel.terms !== undefined) return termsBlock(name, kernel, type, start, [`const ${letters[0]} = ${foldedLanes}`, ...result((a) => a)])
  const shape = { lanes: kernel.lanes, rows: 2 }
  const body = [...start, ...lanesLoop({ accumulators, element, shape, result })]
  return [...(together ? [...sumMinMax(type), ''] : []), signature(`${name}Block`, type, kernel.inputs), indent(body, 2), '}']
}

/** Sum, smallest and largest: each element is loaded once. */
function sumMinMax(type) {
  const { min, max, sum } = reductions
  const accumulators = { s: { identity: sum.identity, step: sum.step, merge: sum.merge, scratch: 'lanes' } }
  const body = [
    `let m = ${min.identity}; let w = ${max.identity}`,
    ...lanesLoop({
      accumulators, element: inputs[1], shape: singlePass,
      also: (x) => [`if (${min.beats('m', x)}) m = ${x}`, `if (${max.beats('w', x)}) w = ${x}`],
      result: (name) => [
        `out[o] = ${name('s')}`,
        // Infinities that meet give NaN, too.
        `if (${name('s')} !== ${name('s')} && hasNaN${type}(x, at, at + n)) m = w = NaN`,
        `else if (m === 0 && hasZero${type}(x, at, at + n, -0)) m = -0`,
        `if (Object.is(w, -0) && hasZero${type}(x, at, at + n, 0)) w = 0`,
        'out[o + 1] = m',
        'out[o + 2] = w',
      ],
    }),
  ]
  return [`function sumMinMax${type}(x: ${type}Array, at: number, n: number, out: Float64Array, o: number): void {`, indent(body, 2), '}']
}

/** Selections of one array: each element is loaded once for all. */
function togetherBlock(name, kernel, type) {
  const selections = kernel.kernels.map((inner, k) => ({ ...reductions[inner], letter: 'mw'[k], place: k === 0 ? 'o' : `o + ${k}` }))
  return [signature(`${name}Block`, type, kernel.inputs), indent(selectionLoop(selections, type), 2), '}']
}

/** Goes on from the value, index and count that `out` holds; a block is searched only where its extreme is better. */
function firstBlock(name, kernel, type) {
  const { beats, identity } = reductions[kernel.kernel]
  const body = [
    'const best = out[o]!',
    'const count = out[o + 2]!',
    'out[o + 2] = count + n',
    'if (n === 0 || (count > 0 && best !== best)) return',
    // A few elements are looked through once; which is the first of the best doesn't depend on the way.
    'if (count === 0 && n <= 64) {',
    '  let index = at',
    '  let m = x[at]!',
    `  for (let i = at + 1; i < at + n && m === m; i++) if (${beats('m', 'x[i]!')} || x[i] !== x[i]) m = x[(index = i)]!`,
    '  out[o] = m',
    '  out[o + 1] = index - at',
    '  return',
    '}',
    // In runs, so that only the one with the extreme has to be searched.
    `let m = count === 0 ? ${identity} : best`,
    'let run = count === 0 ? at : -1',
    'const stop = at + n',
    `for (let from = at; from < stop; from += ${searched}) {`,
    '  lanes[0] = m',
    `  ${kernel.kernel}Value${type}(x, from, stop - from < ${searched} ? stop - from : ${searched}, lanes)`,
    '  const value = lanes[0]!',
    `  if (${beats('m', 'value')} || value !== value) {`,
    '    m = value',
    '    run = from',
    '    if (m !== m) break',
    '  }',
    '}',
    'if (run < 0) return',
    'let i = run',
    'const end = stop - 1',
    'if (m === m) while (i < end && x[i] !== m) i++',
    'else while (i < end && x[i] === x[i]) i++',
    'out[o] = x[i]!',
    'out[o + 1] = count + (i - at)',
  ]
  return [signature(`${name}Block`, type, kernel.inputs), indent(body, 2), '}']
}

/**
 * Selections start from what `out` holds, so that the running value is beaten seldom and the processor foresees it. Two sums watch for
 * NaN (they may raise a false alarm: ∞ − ∞), and only a zero of the losing sign makes a second look necessary; `Math.min` in the
 * loop costs a quarter more on random numbers and seven times as much on data with many zeros.
 */
function selectionBlock(name, kernel, type) {
  return [signature(`${name}Block`, type, kernel.inputs), indent(selectionLoop([{ ...kernel, letter: 'm', place: 'o' }], type), 2), '}']
}

/** The same for those who need no sign of a zero. */
function selectionValue(name, kernel, type) {
  return [
    `function ${name}Value${type}(x: ${type}Array, at: number, n: number, out: Float64Array): void {`,
    indent(selectionLoop([{ ...kernel, letter: 'm', place: '0', zero: undefined }], type), 2),
    '}',
  ]
}

function selectionLoop(selections, type) {
  const take = (load, x, sum) => [load, ...selections.map(({ beats, letter: m }) => `if (${beats(m, x)}) ${m} = ${x}`), `${sum} += ${x}`].join('; ')
  const loser = (zero) => (zero === '-0' ? '0' : '-0')
  const all = (text) => selections.map(text).join('; ')
  const zeros = selections.filter(({ zero }) => zero !== undefined)
  return [
    all(({ letter, place }) => `let ${letter} = out[${place}]!`),
    'let t0 = 0, t1 = 0',
    'let i = at',
    `for (const end = at + (n & ${-selectionUnroll}); i < end; i += ${selectionUnroll}) {`,
    indent(each(selectionUnroll, (j) => take(`const x${j} = x[${offset(j)}]!`, `x${j}`, `t${j & 1}`)), 2),
    '}',
    'const end = at + n',
    'for (; i < end; i++) {',
    `  ${take('const x0 = x[i]!', 'x0', 't0')}`,
    '}',
    't0 += t1',
    `if (t0 !== t0 && hasNaN${type}(x, at, end)) ${selections.map(({ letter }) => `${letter} = `).join('')}NaN`,
    ...(zeros.length === 0 ? [] : [
      'else {',
      indent(zeros.map(({ letter: m, zero }) => `if (Object.is(${m}, ${loser(zero)}) && hasZero${type}(x, at, end, ${zero})) ${m} = ${zero}`), 2),
      '}',
    ]),
    all(({ letter, place }) => `out[${place}] = ${letter}`),
  ]
}

function selectionHelpers(type) {
  return [
    `function hasNaN${type}(x: ${type}Array, at: number, end: number): boolean {`,
    '  for (let i = at; i < end; i++) if (x[i] !== x[i]) return true',
    '  return false',
    '}',
    '',
    '// All elements are on one side of zero.',
    `function hasZero${type}(x: ${type}Array, at: number, end: number, zero: number): boolean {`,
    '  if (!Object.is(zero, -0)) return everySign' + type + '(x, at, end) >= 0',
    `  if (end - at > FEW_SIGNS${type === 'Float64' ? ' || x === staged' : ''}) return someSign${type}(x, at, end) < 0`,
    '  let i = at',
    '  for (const whole = end - 3; i < whole; i += 4) {',
    '    const x0 = x[i]!; const x1 = x[i + 1]!; const x2 = x[i + 2]!; const x3 = x[i + 3]!',
    '    if (!((x0 * x1) * (x2 * x3) > 0) && (Object.is(x0, -0) || Object.is(x1, -0) || Object.is(x2, -0) || Object.is(x3, -0))) return true',
    '  }',
    '  for (; i < end; i++) if (Object.is(x[i], -0)) return true',
    '  return false',
    '}',
    ...[['some', '|', '0'], ['every', '&', '-1']].flatMap(([name, sign, start]) => signLoop(name, sign, start, type)),
  ]
}

/** Below 0 where the sign bit of some element is set, or of every one. */
function signLoop(name, sign, start, type) {
  const [step, first] = type === 'Float64' ? [2, '2 * at + HIGH'] : [1, 'at']
  const last = type === 'Float64' ? '2 * end' : 'end'
  return [
    '',
    `function ${name}Sign${type}(x: ${type}Array, at: number, end: number): number {`,
    `  const words = ${type === 'Float64' ? 'x === staged ? stagedWords : new Int32Array(x.buffer, x.byteOffset, 2 * x.length)' : 'new Int32Array(x.buffer, x.byteOffset, x.length)'}`,
    `  const last = ${last}`,
    `  let i = ${first}`,
    `  let found = ${start}`,
    `  for (const whole = last - ${8 * step - 1}; i < whole; i += ${8 * step}) {`,
    `    found ${sign}= ${each(8, (j) => `words[${offset(j * step)}]!`).join(` ${sign} `)}`,
    '  }',
    `  for (; i < last; i += ${step}) found ${sign}= words[i]!`,
    '  return found',
    '}',
  ]
}

/** `a` at `i` becomes the merge of itself and `b` at `j`. */
function mergeFunction(name, kernel) {
  const at = (array, index, k) => `${array}[${k === 0 ? index : `${index} + ${k}`}]`
  const merges = {
    staged: () => [
      ...kernel.names.flatMap((letter, k) => [`const ${letter}a = ${at('a', 'i', k)}!`, `const ${letter}b = ${at('b', 'j', k)}!`]),
      ...kernel.merge.before,
      ...kernel.merge.partial.map((text, k) => `${at('a', 'i', k)} = ${text}`),
    ],
    together: () => kernel.kernels.map((inner, k) => `${at('a', 'i', k)} = ${reductions[inner].merge(`${at('a', 'i', k)}!`, `${at('b', 'j', k)}!`)}`),
    first: () => [
      'const best = a[i]!',
      'const value = b[j]!',
      'const count = a[i + 2]!',
      `if (b[j + 2]! > 0 && (count === 0 || (best === best && (value !== value || ${reductions[kernel.kernel].beats('best', 'value')})))) {`,
      '  a[i] = value',
      '  a[i + 1] = count + b[j + 1]!',
      '}',
      'a[i + 2] = count + b[j + 2]!',
    ],
    lanes: () => [`a[i] = ${kernel.merge('a[i]!', 'b[j]!')}`],
  }
  const lines = (merges[kernel.family] ?? merges.lanes)()
  return [`function ${name}Merge(a: Float64Array, i: number, b: Float64Array, j: number): void {`, indent(lines, 2), '}']
}

const blockOf = { lanes: lanesBlock, selection: selectionBlock, staged: stagedBlock, together: togetherBlock, first: firstBlock }

// Compensated kernels are written by hand.
const kernels = Object.entries(reductions).filter(([, { family }]) => family !== 'compensated')
const firsts = new Set(kernels.flatMap(([, { family, kernel }]) => (family === 'first' ? [kernel] : [])))
const functions = kernels.flatMap(([name, kernel]) => [
  ...types.flatMap((type) => ['', ...blockOf[kernel.family](name, kernel, type)]),
  ...(firsts.has(name) ? types.flatMap((type) => ['', ...selectionValue(name, kernel, type)]) : []),
  '',
  ...mergeFunction(name, kernel),
])

/** What they need of src/kernels/math. */
function imports() {
  const names = new Map([['exp.ts', new Set(['exp'])]])
  for (const [file, needed] of inliner.used) names.set(file, new Set([...(names.get(file) ?? []), ...needed]))
  return [...names].sort().map(([file, needed]) => `import { ${[...needed].sort().join(', ')} } from './math/${file}'`)
}

const lines = [
  '// Generated by scripts/generate-kernels.mjs from src/kernels/table.ts: do not edit, run `npm run generate`.',
  ...imports(),
  "import { staged, stagedWords } from './short/stage.ts'",
  '',
  `/** Lanes of the passes over a block that are done; overwritten by every block. A block is ${BLOCK} elements at the most. */`,
  ...scratch.map((array) => `const ${array} = new Float64Array(${LANES})`),
  '',
  '/** The sum of the lanes, in halves. */',
  'function foldLanes(): number {',
  ...indent([...foldScratch('s', { scratch: 'lanes', merge: reductions.sum.merge }), 'return s'], 2),
  '}',
  '',
  '/** Elements up to which products find zeros: a view of another type costs more. */',
  'const FEW_SIGNS = 256',
  '',
  '/** Which half of a double holds its sign. */',
  'const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0]!',
  ...types.flatMap((type) => ['', ...selectionHelpers(type)]),
  ...functions,
  '',
  '/** The stamped functions of each kernel. */',
  'export const generated = {',
  ...kernels.map(([name]) => `  ${name}: { float64: ${name}BlockFloat64, float32: ${name}BlockFloat32, merge: ${name}Merge },`),
  '}',
  '',
]
const text = lines.flat(Infinity).join('\n')

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/kernels/generated.ts is stale: run `npm run generate`')
    process.exitCode = 1
  }
} else {
  writeFileSync(target, text)
}
