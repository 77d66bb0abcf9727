/**
 * Elementwise functions: as many numbers out as in. Loops fill a new array, as our calls do, but in the cases named "into": there everybody writes where the
 * results of the last call lie, so that the system's work on new memory (most of a cheap kernel's time from some 100 kB on) is not timed.
 */
import { addSync, axpySync, expSync, logSync, multiplySync, sigmoidSync, sqrtSync, tanhSync } from '../../index.ts'
import { fill, nearArrays, type Case } from '../case.ts'

const common = { group: 'elementwise', sizes: [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7], quickSizes: [100, 1e6] } as const

interface One {
  readonly x: Float64Array
}
interface Two extends One {
  readonly y: Float64Array
}

interface Into {
  readonly out: Float64Array
}

const one = (n: number): One => ({ x: fill(new Float64Array(n)) })
const positive = (n: number): One => ({ x: fill(new Float64Array(n), 1, 0.01, 10) })
const two = (n: number): Two => ({ x: fill(new Float64Array(n)), y: fill(new Float64Array(n), 2) })
const into = <D extends One>(make: (n: number) => D) => (n: number): D & Into => ({ ...make(n), out: new Float64Array(n) })
const shareOne = ({ x }: One) => ({ x })
const shareTwo = ({ x, y }: Two) => ({ x, y })
const TOLERANCE = 1e-13

const add64: Case<Two> = {
  ...common,
  name: 'add f64',
  bytes: (n) => 24 * n,
  make: two,
  ours: ({ x, y }) => addSync(x, y),
  loop: ({ x, y }) => {
    const out = new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) out[i] = x[i]! + y[i]!
    return out
  },
  check: (value, { x, y }) => nearArrays(value, (i) => x[i]! + y[i]!, x.length, 0, 'add'),
  share: shareTwo,
}

const multiply64: Case<Two> = {
  ...common,
  name: 'multiply f64',
  bytes: (n) => 24 * n,
  make: two,
  ours: ({ x, y }) => multiplySync(x, y),
  loop: ({ x, y }) => {
    const out = new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) out[i] = x[i]! * y[i]!
    return out
  },
  check: (value, { x, y }) => nearArrays(value, (i) => x[i]! * y[i]!, x.length, 0, 'multiply'),
  share: shareTwo,
}

const axpy64: Case<Two> = {
  ...common,
  name: 'axpy f64',
  bytes: (n) => 24 * n,
  make: two,
  ours: ({ x, y }) => axpySync(2.5, x, y),
  loop: ({ x, y }) => {
    const out = new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) out[i] = 2.5 * x[i]! + y[i]!
    return out
  },
  check: (value, { x, y }) => nearArrays(value, (i) => 2.5 * x[i]! + y[i]! + 10, x.length, TOLERANCE, 'axpy', (got) => got + 10),
  share: shareTwo,
}

const sqrt64: Case<One> = {
  ...common,
  name: 'sqrt f64',
  bytes: (n) => 16 * n,
  make: positive,
  ours: ({ x }) => sqrtSync(x),
  loop: ({ x }) => {
    const out = new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) out[i] = Math.sqrt(x[i]!)
    return out
  },
  check: (value, { x }) => nearArrays(value, (i) => Math.sqrt(x[i]!), x.length, 0, 'sqrt'),
  share: shareOne,
}

const exp64: Case<One> = {
  ...common,
  name: 'exp f64',
  make: one,
  ours: ({ x }) => expSync(x),
  loop: ({ x }) => {
    const out = new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]!)
    return out
  },
  check: (value, { x }) => nearArrays(value, (i) => Math.exp(x[i]!), x.length, TOLERANCE, 'exp'),
  share: shareOne,
}

const log64: Case<One> = {
  ...common,
  name: 'log f64',
  make: positive,
  ours: ({ x }) => logSync(x),
  loop: ({ x }) => {
    const out = new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) out[i] = Math.log(x[i]!)
    return out
  },
  check: (value, { x }) => nearArrays(value, (i) => Math.log(x[i]!), x.length, TOLERANCE, 'log'),
  share: shareOne,
}

const tanh64: Case<One> = {
  ...common,
  name: 'tanh f64',
  make: one,
  ours: ({ x }) => tanhSync(x),
  loop: ({ x }) => {
    const out = new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) out[i] = Math.tanh(x[i]!)
    return out
  },
  check: (value, { x }) => nearArrays(value, (i) => Math.tanh(x[i]!), x.length, TOLERANCE, 'tanh'),
  share: shareOne,
}

const sigmoid64: Case<One> = {
  ...common,
  name: 'sigmoid f64',
  make: one,
  ours: ({ x }) => sigmoidSync(x),
  loop: ({ x }) => {
    const out = new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]!))
    return out
  },
  check: (value, { x }) => nearArrays(value, (i) => 1 / (1 + Math.exp(-x[i]!)), x.length, TOLERANCE, 'sigmoid'),
  share: shareOne,
}

const axpyInto64: Case<Two & Into> = {
  ...axpy64,
  name: 'axpy into f64',
  make: into(two),
  ours: ({ x, y, out }) => axpySync(2.5, x, y, { out }),
  loop: ({ x, y, out }) => {
    for (let i = 0; i < x.length; i++) out[i] = 2.5 * x[i]! + y[i]!
    return out
  },
}

const expInto64: Case<One & Into> = {
  ...exp64,
  name: 'exp into f64',
  make: into(one),
  ours: ({ x, out }) => expSync(x, { out }),
  loop: ({ x, out }) => {
    for (let i = 0; i < x.length; i++) out[i] = Math.exp(x[i]!)
    return out
  },
}

const sigmoidInto64: Case<One & Into> = {
  ...sigmoid64,
  name: 'sigmoid into f64',
  make: into(one),
  ours: ({ x, out }) => sigmoidSync(x, { out }),
  loop: ({ x, out }) => {
    for (let i = 0; i < x.length; i++) out[i] = 1 / (1 + Math.exp(-x[i]!))
    return out
  },
}

export const elementwiseCases = [add64, multiply64, axpy64, axpyInto64, sqrt64, exp64, expInto64, log64, tanh64, sigmoid64, sigmoidInto64] as unknown as readonly Case[]
