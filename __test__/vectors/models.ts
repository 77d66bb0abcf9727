/**
 * The vectors that hold the Rust kernels of the models to the TypeScript ones, bit for bit: computed here, written to
 * models.json by scripts/make-model-vectors.mjs, read by `cargo test` (crates/kernels/src/families/vectors.rs). Inputs come
 * from a generator that both languages have, so the file holds shapes and results only.
 */
import { readFileSync } from 'node:fs'
import { choleskySolve } from '../../src/kernels/cholesky.ts'
import { columnMoments } from '../../src/kernels/column-moments.ts'
import { decision } from '../../src/kernels/decision.ts'
import { logistic } from '../../src/kernels/logistic.ts'
import { exp } from '../../src/kernels/math/exp.ts'
import { expm1 } from '../../src/kernels/math/expm1.ts'
import { log } from '../../src/kernels/math/log.ts'
import { log1p } from '../../src/kernels/math/log1p.ts'
import { power } from '../../src/kernels/math/power.ts'
import { sigmoid } from '../../src/kernels/math/sigmoid.ts'
import { tanh } from '../../src/kernels/math/tanh.ts'
import { generator, makeProblem, makeRequest } from '../kernels-logistic/problems.ts'

const view = new DataView(new ArrayBuffer(8))

function bitsOf(x: number): string {
  view.setFloat64(0, x)
  return view.getBigUint64(0).toString(16).padStart(16, '0')
}

/** FNV-1a over the 32-bit words of the doubles, low word first, from two starting values. */
export function hashOf(values: ArrayLike<number>): string {
  let a = 0x811c9dc5
  let b = 0x01234567
  for (let i = 0; i < values.length; i++) {
    view.setFloat64(0, values[i]!)
    for (const word of [view.getUint32(4), view.getUint32(0)]) {
      a = Math.imul(a ^ word, 0x01000193)
      b = Math.imul(b ^ word, 0x01000193)
    }
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}

/** Shape, hash of the inputs, hash of the results, and the first results, to see more than that something differs. */
function line(shape: number[], inputs: ArrayLike<number>[], results: Float64Array): string {
  const inputHashes = inputs.map(hashOf).join(' ')
  return `${shape.join(' ')} | ${inputHashes} | ${hashOf(results)} | ${Array.from(results.subarray(0, 40), bitsOf).join(' ')}`
}

/** rows, columns, classes, weighted, twice the spread of the coefficients: around blocks, chunks and groups of eight. */
const logisticShapes = [
  [1, 1, 2, 0, 1],
  [2, 3, 2, 1, 1],
  [7, 6, 2, 0, 4],
  [63, 7, 2, 0, 1],
  [64, 8, 2, 1, 1],
  [65, 9, 2, 0, 1],
  [569, 30, 2, 0, 4],
  [200, 15, 2, 0, 2000],
  [1500, 31, 2, 1, 1],
  [5000, 23, 2, 0, 1],
  [3, 2, 3, 0, 1],
  [70, 5, 3, 1, 600],
  [129, 16, 4, 0, 1],
  [700, 64, 3, 0, 1],
  [150, 4, 10, 1, 3],
] as const

function logisticLines(): string[] {
  return logisticShapes.map(([rows, columns, classes, weighted, spread]) => {
    const problem = makeProblem({ rows, columns, classes })
    const request = makeRequest(problem, 2, { weighted: weighted === 1, spread: spread / 2 })
    logistic(problem, [request])
    const { x, y, center, inverseScale } = problem
    return line([rows, columns, classes, weighted, spread], [x, y, center, inverseScale, request.coefficients], request.out)
  })
}

function momentLines(): string[] {
  return [[1, 1], [2, 8], [64, 5], [65, 9], [569, 30], [3000, 40], [100, 700]].map(([rows, columns]) => {
    const { x } = makeProblem({ rows: rows!, columns: columns!, classes: 2 })
    const out = new Float64Array(2 * columns!)
    columnMoments(x, rows!, columns!, out)
    return line([rows!, columns!], [x], out)
  })
}

function decisionLines(): string[] {
  return [[1, 1, 1], [7, 7, 1], [8, 8, 1], [9, 9, 2], [65, 30, 1], [20, 64, 10], [3, 6, 3]].map(([rows, columns, vectors]) => {
    const { x } = makeProblem({ rows: rows!, columns: columns!, classes: 2 })
    const random = generator(rows! * columns! + vectors!)
    const coefficients = Float64Array.from({ length: vectors! * (columns! + 1) }, () => random() - 0.5)
    const out = new Float64Array(rows! * vectors!)
    decision(x, rows!, columns!, coefficients, vectors!, out)
    return line([rows!, columns!, vectors!], [x, coefficients], out)
  })
}

/** A matrix with a dominant diagonal, or with `shift` below 0 an indefinite one. */
function choleskyLines(): string[] {
  return [[1, 1], [2, 1], [7, 1], [8, 1], [9, 1], [31, 1], [64, 1], [65, 1], [97, 1], [201, 1], [12, -1], [70, -1]].map(([n, shift]) => {
    const random = generator(n!)
    const a = new Float64Array(n! * n!)
    for (let i = 0; i < n!; i++) {
      for (let j = i; j < n!; j++) a[i * n! + j] = a[j * n! + i] = random() - 0.5 + (i === j ? shift! * n! : 0)
    }
    const b = Float64Array.from({ length: n! }, () => random() - 0.5)
    const inputs = [a.slice(), b.slice()]
    return line([n!, shift!], inputs, choleskySolve(a, n!, b) ? b : new Float64Array(0))
  })
}

/** The points of math-truth.json at which a function is not correctly rounded: everywhere else it must be. */
function notCorrectlyRounded(name: string, f: (...xs: [number, number]) => number): string[] {
  const truth = JSON.parse(readFileSync(new URL('math-truth.json', import.meta.url), 'utf8')) as Record<string, string[]>
  return truth[name]!.flatMap((point) => {
    const words = point.split(' ').slice(0, -1)
    const y = words.pop()!
    const xs = words.map((word) => {
      view.setBigUint64(0, BigInt(`0x${word}`))
      return view.getFloat64(0)
    })
    const ours = bitsOf(f(...(xs as [number, number])))
    return ours === y ? [] : [`${words.join(' ')} ${ours}`]
  })
}

/** The whole file. */
export function modelVectors(): string {
  const vectors = {
    logistic: logisticLines(),
    moments: momentLines(),
    decision: decisionLines(),
    cholesky: choleskyLines(),
    exp: notCorrectlyRounded('exp', exp),
    log1p: notCorrectlyRounded('log1p', log1p),
    expm1: notCorrectlyRounded('expm1', expm1),
    log: notCorrectlyRounded('log', log),
    sigmoid: notCorrectlyRounded('sigmoid', sigmoid),
    tanh: notCorrectlyRounded('tanh', tanh),
    power: notCorrectlyRounded('power', power),
  }
  return `${JSON.stringify(vectors, null, 0).replaceAll('["', '[\n"').replaceAll('","', '",\n"').replaceAll('"]', '"\n]')}\n`
}
