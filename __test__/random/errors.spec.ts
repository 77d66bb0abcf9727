/** Bad arguments are typed errors before any work; time limits and signals are honoured. */
import test, { type ExecutionContext } from 'ava'
import { random } from 'manycore'
import { backends, on } from '../support/backends.ts'

type Loose = Record<string, (...parameters: unknown[]) => unknown>
const loose = random as unknown as Loose

/** Both forms: one throws, the other rejects. */
async function fails(t: ExecutionContext, name: string, parameters: unknown[], code: string, argument: string): Promise<void> {
  const thrown = t.throws(() => loose[`${name}Sync`]!(...parameters)) as { code?: string; argument?: string } | undefined
  t.is(thrown?.code, `ERR_MANYCORE_${code}`, `${name}Sync ${JSON.stringify(parameters, (_, value: unknown) => String(value))}`)
  t.is(thrown?.argument, argument)
  const rejected = (await t.throwsAsync(loose[name]!(...parameters) as Promise<unknown>)) as { code?: string } | undefined
  t.is(rejected?.code, `ERR_MANYCORE_${code}`)
}

test('counts', async (t) => {
  for (const name of ['uniform', 'normal', 'permutation']) {
    for (const n of [undefined, null, '5', 5n, {}]) await fails(t, name, [n], 'TYPE', 'n')
    for (const n of [-1, 0.5, NaN, Infinity, 2 ** 53]) await fails(t, name, [n], 'RANGE', 'n')
    await fails(t, name, [2 ** 50], 'RANGE', 'n')
  }
  for (const n of [-1, 0.5, 2 ** 50]) await fails(t, 'integers', [0, 1, n], 'RANGE', 'n')
})

test('options', async (t) => {
  for (const [name, parameters] of [['uniform', [3]], ['normal', [3]], ['integers', [0, 9, 3]], ['permutation', [3]]] as const) {
    const given = (options: unknown): unknown[] => [...parameters, options]
    await fails(t, name, given({ nonsense: 1 }), 'OPTION', 'nonsense')
    await fails(t, name, given(5), 'OPTION', 'options')
    for (const seed of ['5', null, {}, 0.5, NaN, Infinity, 2 ** 53, 2n ** 128n, -(2n ** 127n) - 1n]) await fails(t, name, given({ seed }), 'OPTION', 'seed')
    await fails(t, name, given({ threads: 0 }), 'OPTION', 'threads')
    await fails(t, name, given({ timeout: 0 }), 'TIMEOUT', 'timeout').catch(() => {})
    if (name === 'permutation') continue
    await fails(t, name, given({ type: 'float16' }), 'OPTION', 'type')
    await fails(t, name, given({ out: [1, 2, 3] }), 'TYPE', 'out')
    await fails(t, name, given({ out: new Uint8ClampedArray(3) }), 'TYPE', 'out')
    await fails(t, name, given({ out: new Float64Array(4) }), 'SHAPE', 'out')
    const gone = new Float64Array(3)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    await fails(t, name, given({ out: gone }), 'DETACHED', 'out')
  }
  await fails(t, 'uniform', [3, { out: new Float64Array(3), type: 'float32' }], 'TYPE', 'out')
  await fails(t, 'uniform', [3, { type: 'int32' }], 'OPTION', 'type')
})

test('ranges', async (t) => {
  for (const value of ['1', null, 1n]) {
    await fails(t, 'uniform', [3, { low: value }], 'OPTION', 'low')
    await fails(t, 'uniform', [3, { high: value }], 'OPTION', 'high')
    await fails(t, 'normal', [3, { mean: value }], 'OPTION', 'mean')
    await fails(t, 'normal', [3, { standardDeviation: value }], 'OPTION', 'standardDeviation')
  }
  for (const value of [NaN, Infinity, -Infinity]) {
    await fails(t, 'uniform', [3, { low: value }], 'RANGE', 'low')
    await fails(t, 'normal', [3, { mean: value }], 'RANGE', 'mean')
  }
  await fails(t, 'uniform', [3, { low: 1 }], 'RANGE', 'high')
  await fails(t, 'uniform', [3, { low: -1e308, high: 1e308 }], 'RANGE', 'high')
  await fails(t, 'uniform', [3, { low: 1 + 2 ** -50, high: 1 + 2 ** -49, type: 'float32' }], 'RANGE', 'high')
  await fails(t, 'normal', [3, { standardDeviation: -1 }], 'RANGE', 'standardDeviation')
  for (const value of ['1', null, undefined, {}]) {
    await fails(t, 'integers', [value, 5, 3], 'TYPE', 'low')
    await fails(t, 'integers', [0, value, 3], 'TYPE', 'high')
  }
  for (const value of [0.5, NaN, Infinity, 2 ** 53]) await fails(t, 'integers', [0, value, 3], 'RANGE', 'high')
  await fails(t, 'integers', [5, 5, 3], 'RANGE', 'high')
  await fails(t, 'integers', [0, 2 ** 31 + 1, 3], 'RANGE', 'high')
  await fails(t, 'integers', [-1, 5, 3, { type: 'uint32' }], 'RANGE', 'low')
  await fails(t, 'integers', [0, 257, 3, { type: 'uint8' }], 'RANGE', 'high')
  await fails(t, 'integers', [Number.MIN_SAFE_INTEGER, 2, 3, { type: 'float64' }], 'RANGE', 'high')
  await fails(t, 'integers', [-1n, 2n ** 63n, 3, { type: 'biguint64' }], 'RANGE', 'low')
  await fails(t, 'integers', [0n, 2n ** 63n + 1n, 3, { type: 'bigint64' }], 'RANGE', 'high')
})

/** What a call that is to fail threw or was rejected with. (`t.throws` would print the result of one that did not, which is millions of numbers here.) */
async function failure(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return 'nothing: the call had a result'
  } catch (error) {
    return error
  }
}

const codeOf = async (call: () => unknown): Promise<unknown> => ((await failure(call)) as { code?: string }).code

for (const backend of backends) {
  test.serial(`${backend}: time limits`, async (t) => {
    const options = { timeout: 1 }
    const n = 30_000_000
    for (const [sync, promise] of [[random.normalSync, random.normal], [random.permutationSync, random.permutation]] as const) {
      t.is(await codeOf(() => on(backend, () => sync(n, options))), 'ERR_MANYCORE_TIMEOUT')
      t.is(await codeOf(() => on(backend, () => promise(n, options))), 'ERR_MANYCORE_TIMEOUT')
      t.throws(() => on(backend, () => sync(5, { timeout: 0 })), { message: /0/ })
      t.is(on(backend, () => sync(5, { timeout: 1e6 })).length, 5)
    }
  })

  test.serial(`${backend}: signals`, async (t) => {
    const reason = new Error('enough')
    for (const name of ['uniform', 'normal', 'permutation'] as const) {
      const promise = random[name] as (n: number, options: object) => Promise<unknown>
      const sync = random[`${name}Sync`] as (n: number, options: object) => unknown
      t.is(t.throws(() => on(backend, () => sync(5, { signal: AbortSignal.abort(reason) }))), reason)
      t.is(await t.throwsAsync(on(backend, () => promise(5, { signal: AbortSignal.abort(reason) }))), reason)
      const controller = new AbortController()
      const call = on(backend, () => promise(30_000_000, { signal: controller.signal }))
      // At once: by the next turn of the event loop, threads of the core may be through with it.
      controller.abort(reason)
      t.is(await failure(() => call), reason)
    }
  })
}

test.serial('an `out` that goes away between slices is an error', async (t) => {
  const out = new Float64Array(20_000_000)
  const call = on('workers', () => random.normal(out.length, { out }))
  setImmediate(() => structuredClone(out.buffer, { transfer: [out.buffer] }))
  t.is(await codeOf(() => call), 'ERR_MANYCORE_DETACHED')
})
