// Run as a child process by hazards.spec.ts, on any runtime: `hazards.mjs <name of a hazard>`. Each hazard takes memory away, or tries
// to, while a call over 128 MB reads it. Right answer or ERR_MANYCORE_DETACHED: exit code 0. A wrong number: 1. A crash: a signal.
import { createHash } from 'node:crypto'
import { MessageChannel, Worker, isMainThread, parentPort, workerData } from 'node:worker_threads'
import * as kernels from '../../dist/index.js'
import { allocate, sum, sumSync, dot, variance } from '../../dist/index.js'
import * as models from '../../dist/models/index.js'

const LENGTH = 16 * 1024 * 1024
const BYTES = LENGTH * 8
const turn = () => new Promise((resolve) => setImmediate(resolve))
const gc = globalThis.gc ?? globalThis.Bun?.gc?.bind(null, true)

function ones(buffer = new ArrayBuffer(BYTES)) {
  return new Float64Array(buffer).fill(1)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}

/** Equal results have equal texts. */
function digest(result) {
  const bytes = result?.data ?? result
  return ArrayBuffer.isView(bytes) ? createHash('md5').update(bytes).digest('hex') : JSON.stringify(result)
}

/** The promise may give the right sum, or say that the memory has gone; nothing else. */
async function settled(promise, expected = LENGTH) {
  try {
    const result = await promise
    const value = typeof result === 'object' ? result.result : result
    if (value !== expected) fail(`wrong: ${value} instead of ${expected}`)
    return 'right'
  } catch (error) {
    if (error.code !== 'ERR_MANYCORE_DETACHED') fail(`unexpected: ${error.stack}`)
    return 'detached'
  }
}

/** Takes memory away at once, and again from a call that has begun. */
async function takeAway(make, take) {
  for (const turns of [0, 1, 2]) {
    const x = make()
    const promise = sum(x)
    for (let i = 0; i < turns; i++) await turn()
    take(x)
    gc?.()
    const outcome = await settled(promise)
    if (turns === 0 && outcome !== 'detached') fail('memory that has gone before the first slice must be an error')
  }
}

/** Starts `body` as a worker of this file, and terminates it while its calls run. */
async function terminated(kind) {
  for (let i = 0; i < 3; i++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { kind } })
    await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    for (let k = 0; k < i * 2; k++) await turn()
    await worker.terminate()
  }
  const x = ones()
  if ((await sum(x)) !== LENGTH) fail('the next call is wrong')
}

async function workerBody({ kind }) {
  const make = {
    plain: () => ones(),
    shared: () => ones(new SharedArrayBuffer(BYTES)),
    allocated: () => allocate('float64', LENGTH).fill(1),
    transferred: () => ones(),
  }[kind]
  const calls = []
  for (let i = 0; i < 3; i++) {
    const x = make()
    calls.push(kind === 'transferred' ? sum(x, { transfer: true }) : sum(x), ...(kind === 'transferred' ? [] : [variance(x)]))
  }
  parentPort.postMessage('started')
  await Promise.allSettled(calls)
}

const hazards = {
  'structuredClone transfer': () => takeAway(ones, (x) => void structuredClone(x.buffer, { transfer: [x.buffer] })),
  'postMessage transfer': () =>
    takeAway(ones, (x) => {
      const { port1, port2 } = new MessageChannel()
      port1.postMessage(x.buffer, [x.buffer])
      port1.close()
      port2.close()
    }),
  'ArrayBuffer.prototype.transfer': async () => {
    if (ArrayBuffer.prototype.transfer === undefined) return
    await takeAway(ones, (x) => void x.buffer.transfer())
    await takeAway(ones, (x) => void x.buffer.transfer(8))
  },
  resize: async () => {
    await takeAway(() => ones(new ArrayBuffer(BYTES, { maxByteLength: BYTES })), (x) => x.buffer.resize(8))
    // A length-tracking view that grows: the length at the call counts.
    const buffer = new ArrayBuffer(BYTES, { maxByteLength: BYTES + 8 })
    const x = ones(buffer)
    const promise = sum(x)
    await turn()
    buffer.resize(BYTES + 8)
    new Float64Array(buffer)[LENGTH] = 5
    if ((await promise) !== LENGTH) fail('growing a buffer changed a sum')
  },
  'drop and collect': async () => {
    const promises = []
    for (const make of [ones, () => ones(new SharedArrayBuffer(BYTES)), () => allocate('float64', LENGTH).fill(1)]) {
      promises.push(sum(make()), variance(make()).then((value) => (value === 0 ? LENGTH : value)))
      gc?.()
      await turn()
      gc?.()
    }
    for (const promise of promises) if ((await settled(promise)) !== 'right') fail('dropped memory was lost')
  },
  'allocated memory, transferred': async () => {
    for (const turns of [0, 1]) {
      const x = allocate('float64', LENGTH).fill(1)
      const promises = [sum(x), sum(x), sum(x)]
      for (let i = 0; i < turns; i++) await turn()
      for (const take of [() => x.buffer.transfer?.(8), () => structuredClone(x.buffer, { transfer: [x.buffer] })]) {
        try {
          take()
        } catch {
          // An engine that refuses is as good.
        }
      }
      gc?.()
      for (const promise of promises) await settled(promise)
    }
  },
  'memory of every kind, taken from every call': async () => {
    const rows = 8000
    for (const backend of ['auto', 'workers']) {
      kernels.setBackend(backend)
      for (const make of [(n) => allocate('float64', n), (n) => new Float64Array(n)]) {
        for (const turns of [0, 3]) {
          const [x, y, X] = [1 << 18, 1 << 18, rows * 20].map((n) => kernels.random.normalSync(n, { seed: n, out: make(n) }))
          const labels = Int32Array.from({ length: rows }, (_, i) => (X[i * 20] > 0.1 ? 1 : 0))
          const matrix = new kernels.Matrix(X, rows, 20)
          const model = new models.LogisticRegression({ maxIterations: 5 }).fitSync(matrix, labels)
          const jobs = {
            ...Object.fromEntries(['sum', 'variance', 'argMax', 'logSumExp', 'describe', 'exp', 'sort', 'argSort', 'median', 'histogram', 'cumulativeSum'].map((name) => [name, [() => kernels[name](x), () => kernels[`${name}Sync`](x)]])),
            ...Object.fromEntries(['dot', 'add'].map((name) => [name, [() => kernels[name](x, y), () => kernels[`${name}Sync`](x, y)]])),
            ...Object.fromEntries(['gram', 'covariance'].map((name) => [name, [() => kernels[name](matrix), () => kernels[`${name}Sync`](matrix)]])),
            exact: [() => kernels.sum(x, { precision: 'exact' }), () => kernels.sumSync(x, { precision: 'exact' })],
            'along an axis': [() => kernels.sum(matrix, { axis: 0 }), () => kernels.sumSync(matrix, { axis: 0 })],
            fit: [async () => (await new models.LogisticRegression({ maxIterations: 5 }).fit(matrix, labels)).coefficients.data, () => model.coefficients.data],
            transform: [() => new models.StandardScaler().fitTransform(matrix), () => new models.StandardScaler().fitTransformSync(matrix)],
            probabilities: [() => model.predictProbabilities(matrix), () => model.predictProbabilitiesSync(matrix)],
            'cross-validation': [async () => (await models.crossValidate(model, matrix, labels, { cv: 3 })).scores, () => models.crossValidateSync(model, matrix, labels, { cv: 3 }).scores],
          }
          const truth = Object.entries(jobs).map(([, [, sync]]) => digest(sync()))
          const pending = Object.entries(jobs).map(([name, [start]]) => start().then((result) => [name, digest(result)], (error) => [name, error]))
          for (let i = 0; i < turns; i++) await turn()
          for (const { buffer } of [x, y, X]) {
            try {
              if (buffer.transfer === undefined) structuredClone(buffer, { transfer: [buffer] })
              else buffer.transfer(8)
            } catch {
              // An engine that refuses is as good.
            }
          }
          gc?.()
          for (const [i, [name, result]] of (await Promise.all(pending)).entries()) {
            if (result instanceof Error ? result.code !== 'ERR_MANYCORE_DETACHED' : result !== truth[i]) fail(`${name}, ${backend}, after ${turns} turns: ${String(result.stack ?? result).slice(0, 300)}`)
          }
        }
      }
    }
  },
  'more memory than the engine takes': async () => {
    // Node 20 refuses memory of others from 4 GiB on. Nothing of it is touched.
    for (let i = 0; i < 4; i++) {
      try {
        const x = allocate('float64', 2 ** 29 + 1, { zero: false })
        if (x.length !== 2 ** 29 + 1) fail('a wrong length')
      } catch (error) {
        if (error.code !== 'ERR_MANYCORE_RANGE') fail(`unexpected: ${error.stack}`)
      }
      gc?.()
    }
    for (let i = 0; i < 10_000; i++) allocate('float64', 100)
    if (sumSync(allocate('float64', 1000).fill(1)) !== 1000) fail('wrong afterwards')
  },
  'option transfer': async () => {
    const x = ones()
    const promise = sum(x, { transfer: true })
    if (x.length !== 0) fail('the view was not detached at once')
    gc?.()
    const { result, x: back } = await promise
    if (result !== LENGTH || back.length !== LENGTH || sumSync(back) !== LENGTH) fail('the array did not come back whole')
  },
  'a getter that transfers': async () => {
    for (const call of [sumSync, sum]) {
      const x = ones()
      const options = {
        get threads() {
          if (x.length > 0) structuredClone(x.buffer, { transfer: [x.buffer] })
          return 2
        },
      }
      let promise
      try {
        promise = Promise.resolve(call(x, options))
      } catch (error) {
        promise = Promise.reject(error)
      }
      if ((await settled(promise)) !== 'detached') fail('a view that was detached during the call must be an error')
    }
    const x = ones()
    const y = new Proxy(ones(), {})
    await dot(x, y).then(() => fail('a proxy is no typed array'), (error) => error.code === 'ERR_MANYCORE_TYPE' || fail(String(error)))
  },
  'terminate a worker, plain': () => terminated('plain'),
  'terminate a worker, shared': () => terminated('shared'),
  'terminate a worker, allocated': () => terminated('allocated'),
  'terminate a worker, transferred': () => terminated('transferred'),
  'process.exit': async () => {
    const x = ones(new SharedArrayBuffer(BYTES))
    for (let i = 0; i < 20; i++) void sum(x)
    void sum(ones())
    await turn()
    process.exit(0)
  },
}

if (isMainThread) {
  const name = process.argv[2]
  if (name === '--list') console.log(JSON.stringify(Object.keys(hazards)))
  else await hazards[name]()
} else {
  await workerBody(workerData)
}
