/** The native backend: names become numbers, outcomes become errors; the work is done by the addon. */
import { offAbort, onAbort } from '../../common/abort.ts'
import type { Addon } from '../../addon/index.ts'
import { elementCodeOf, elementTypes, nativeView, type NumericArray } from '../../common/arrays.ts'
import { timeoutError } from '../../common/options.ts'
import { makeError } from '../../errors.ts'
import { piecesOf, type AxisCall } from '../../kernels/axis.ts'
import { choleskySolve } from '../../kernels/cholesky.ts'
import { exactKernels, exactPieces, type ExactName } from '../../kernels/exact/kernels.ts'
import type { LogisticProblem, LogisticRequest } from '../../kernels/logistic-problem.ts'
import type { ChainResult, ModelChain } from '../../kernels/model-chain.ts'
import { mapNames } from '../../kernels/map-table.ts'
import type { MapCall } from '../../kernels/maps.ts'
import type { LinearCall } from '../../kernels/linear-algebra/call.ts'
import type { OrderCall, OutputShape } from '../../kernels/ordering/call.ts'
import type { Draw, Seed } from '../../kernels/random/index.ts'
import { LANES, BLOCK, CHUNK } from '../../kernels/order.ts'
import { reductions, type ReductionName } from '../../kernels/table.ts'
import type { SparseMatrix } from '../../common/sparse.ts'
import type { SparseProblem, SparseRequest } from '../../kernels/sparse-logistic.ts'
import type { Backend, FloatArray, Timeout } from '../backend.ts'
import { packChains, resultLength, unpackResults } from './chains.ts'
import { SharedOperands, ShortReductions } from './few.ts'
import { batches } from './logistic.ts'
import { mapArguments, mapAtOnce, ShortMaps } from './map.ts'
import { callPermutation, callRandom } from './random.ts'

/** Threads in a packed number: above the eight bits of the kernel's id. */
const THREADS = 256

/** The same for kernels of order, above the four bits of the element type. */
const ORDER_THREADS = 16

/** The same for linear algebra, above the element types of three arrays. */
const LINEAR_THREADS = 4096

/** Unknowns up to which the TypeScript factorisation beats a native call and its copies. */
const SMALL_CHOLESKY = 24

export class NativeBackend implements Backend {
  readonly name = 'native'
  readonly cpuLevel: string
  maxThreads: number
  readonly fewElements: ShortMaps | undefined
  readonly fewReductions: ShortReductions | undefined
  readonly #addon: Addon
  #nextOperation = 1

  constructor(addon: Addon) {
    checkSameOrder(addon)
    this.#addon = addon
    addon.prepareHeap()
    this.cpuLevel = addon.cpuLevel()
    this.maxThreads = addon.threads()
    const memory = addon.fewMemory()
    const operands = memory === undefined ? undefined : new SharedOperands(memory)
    this.fewElements = operands && new ShortMaps(addon, operands)
    this.fewReductions = operands && new ShortReductions(addon, operands)
  }

  get defaultThreads(): number {
    return this.maxThreads
  }

  setThreads(count: number): void {
    this.#addon.setThreads(count)
    this.maxThreads = this.#addon.threads()
  }

  reduceSync(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout, root?: Float64Array): number | undefined {
    const packed = reductions[kernel].id + THREADS * threads
    if (root !== undefined) return this.#addon.reduce(packed, x, y, timeout, root)
    if (timeout !== 0) return this.#addon.reduce(packed, x, y, timeout)
    return y === undefined ? this.#addon.reduce(packed, x) : this.#addon.reduce(packed, x, y)
  }

  async reduce(
    kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout, signal: AbortSignal | undefined,
    root?: Float64Array,
  ): Promise<number> {
    const packed = reductions[kernel].id + THREADS * threads
    const value = await this.#operation(signal, (id) => this.#addon.reduceAsync(packed, id, timeout, x, y, root))
    if (value === undefined) throw timeoutError(timeout)
    return value
  }

  partials(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, first: number, last: number, threads: number, out: Float64Array): void {
    this.#addon.partials(reductions[kernel].id + THREADS * threads, first, last, x, y, out)
  }

  map(call: MapCall, first: number, last: number, threads: number): number {
    return this.#addon.map(...mapArguments(call, first, last, threads, 0, 0)) as number
  }

  mapAtOnce(kernel: number, code: number, x: NumericArray, y: NumericArray | undefined, a: number, b: number, out: NumericArray): number {
    const few = this.fewElements
    return few === undefined ? mapAtOnce(this.#addon, kernel, code, x, y, a, b, out) : few.map(kernel, code, x, y, a, b, out)
  }

  mapAsync(call: MapCall, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<number | undefined> {
    return this.#operation(signal, (id) => this.#addon.map(...mapArguments(call, 0, call.out.length, threads, id, timeout)) as Promise<number | undefined>)
  }

  orderSync(call: OrderCall, threads: number, timeout: Timeout): number | undefined {
    return this.#order(call, threads, 0, timeout) as number | undefined
  }

  orderAtOnce(kernel: 'sort' | 'argSort', code: number, x: NumericArray, out: NumericArray): void {
    if (kernel === 'sort') this.#addon.sort(code + ORDER_THREADS, 0, 0, x, out)
    else this.#addon.argSort(code + ORDER_THREADS, 0, 0, x, out)
  }

  async order(
    call: OrderCall, _shapes: readonly OutputShape[], threads: number, timeout: Timeout, signal: AbortSignal | undefined,
  ): Promise<{ value: number; outputs: readonly NumericArray[] }> {
    const value = await this.#operation(signal, (id) => this.#order(call, threads, id, timeout) as Promise<number | undefined>)
    if (value === undefined) throw timeoutError(timeout)
    return { value, outputs: call.outputs }
  }

  #order({ kernel, type, x, numbers, more, outputs }: OrderCall, threads: number, id: number, timeout: Timeout): number | undefined | Promise<number | undefined> {
    const packed = elementTypes.indexOf(type) + ORDER_THREADS * threads
    return this.#addon[kernel](packed, id, timeout, ...numbers, x, ...more, ...outputs)
  }

  exact(kernel: ExactName, x: NumericArray, y: NumericArray | undefined, first: number, last: number, threads: number, out: Float64Array): void {
    this.#addon.exact(packedExact(kernel, x, threads), first, last, 0, 0, nativeView(x), y && nativeView(y), out)
  }

  async exactAsync(
    kernel: ExactName, x: NumericArray, y: NumericArray | undefined, threads: number, timeout: Timeout, signal: AbortSignal | undefined, out: Float64Array,
  ): Promise<boolean> {
    const done = await this.#operation(signal, async (id) =>
      this.#addon.exact(packedExact(kernel, x, threads), 0, exactPieces(x), id, timeout, nativeView(x), y && nativeView(y), out))
    return done !== undefined
  }

  axisSync(call: AxisCall, first: number, last: number, threads: number, out: Float64Array): void {
    const { rows, columns, size, x, y } = call
    this.#addon.reduceAxis(packAxis(call, threads), 0, 0, rows, columns, size, first, last, x, y, out)
  }

  async axis(call: AxisCall, threads: number, timeout: Timeout, signal: AbortSignal | undefined, out: Float64Array): Promise<boolean> {
    const { rows, columns, size, x, y } = call
    const done = await this.#operation(signal, async (id) =>
      this.#addon.reduceAxis(packAxis(call, threads), id, timeout, rows, columns, size, 0, piecesOf(call), x, y, out))
    return done !== undefined
  }

  sparseMoments({ values, columnIndices, rowOffsets, rows, columns }: SparseMatrix, threads: number, out: Float64Array): boolean {
    return this.#addon.sparseMoments(threads, rows, columns, values, columnIndices, rowOffsets, out)
  }

  columnMoments(x: FloatArray, rows: number, columns: number, threads: number, out: Float64Array): void {
    this.#addon.columnMoments(threads, rows, columns, x, out)
  }

  logisticSync(problem: LogisticProblem, requests: readonly LogisticRequest[], threads: number): void {
    for (const batch of batches(problem, requests, threads)) {
      const { rows, columns, x, y, center, inverseScale } = problem
      this.#addon.logistic(batch.packed, rows, columns, x, y, center, inverseScale, batch.coefficients, batch.out, ...batch.weights)
      batch.spread()
    }
  }

  async logistic(problem: LogisticProblem, requests: readonly LogisticRequest[], threads: number): Promise<void> {
    for (const batch of batches(problem, requests, threads)) {
      const { rows, columns, x, y, center, inverseScale } = problem
      await this.#operation(undefined, (id) =>
        this.#addon.logisticAsync(batch.packed, id, rows, columns, x, y, center, inverseScale, batch.coefficients, batch.out, ...batch.weights))
      batch.spread()
    }
  }

  fitChains({ rows, columns, x, y, center, inverseScale }: LogisticProblem, weights: Float64Array | null, chains: readonly ModelChain[], threads: number): ChainResult[] {
    const models = chains.reduce((sum, chain) => sum + chain.models.length, 0)
    const out = new Float64Array(models * resultLength(columns + 1))
    this.#addon.newton(2 * threads + Number(weights !== null), rows, columns, x, y, center, inverseScale, packChains(chains), out, weights)
    return unpackResults(out, columns + 1)
  }

  sparseLogisticSync(problem: SparseProblem, request: SparseRequest, threads: number): void {
    this.#sparseLogistic(0, problem, request, threads)
  }

  async sparseLogistic(problem: SparseProblem, request: SparseRequest, threads: number): Promise<void> {
    await this.#operation(undefined, async (id) => this.#sparseLogistic(id, problem, request, threads))
  }

  #sparseLogistic(
    id: number, { rows, columns, classes, values, columnIndices, rowOffsets, y }: SparseProblem, { weights, coefficients, out }: SparseRequest, threads: number,
  ): number | undefined | Promise<number | undefined> {
    const packed = 2 * threads + Number(weights !== null)
    return this.#addon.sparseLogistic(packed, id, 0, rows, columns, classes, values, columnIndices, rowOffsets, y, coefficients, out, weights)
  }

  decision(x: FloatArray, rows: number, columns: number, coefficients: Float64Array, vectors: number, threads: number, out: Float64Array): void {
    this.#addon.decision(threads, rows, columns, vectors, x, coefficients, out)
  }

  random(draw: Draw, seed: Seed, first: number, threads: number): void {
    callRandom(this.#addon, draw, seed, first, threads, 0, 0)
  }

  async randomOff(draw: Draw, seed: Seed, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<boolean> {
    return (await this.#operation(signal, async (id) => callRandom(this.#addon, draw, seed, 0, threads, id, timeout))) !== undefined
  }

  permutation(seed: Seed, out: Uint32Array, threads: number, timeout: Timeout): boolean {
    return callPermutation(this.#addon, seed, out, threads, 0, timeout) !== undefined
  }

  async permutationOff(seed: Seed, out: Uint32Array, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<boolean> {
    return (await this.#operation(signal, async (id) => callPermutation(this.#addon, seed, out, threads, id, timeout))) !== undefined
  }

  linearSync(call: LinearCall, out: FloatArray, threads: number, timeout: Timeout): number | undefined {
    return this.#linear(call, out, threads, 0, timeout) as number | undefined
  }

  async linear(call: LinearCall, out: FloatArray, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<number> {
    const value = await this.#operation(signal, (id) => this.#linear(call, out, threads, id, timeout) as Promise<number | undefined>)
    if (value === undefined) throw timeoutError(timeout)
    return value
  }

  #linear({ kernel, numbers, inputs }: LinearCall, out: FloatArray, threads: number, id: number, timeout: Timeout): number | undefined | Promise<number | undefined> {
    const arrays = [...inputs, out]
    const packed = arrays.reduce((sum, view, index) => sum + elementCodeOf(view) * 16 ** index, LINEAR_THREADS * threads)
    return this.#addon[kernel](packed, id, timeout, ...numbers, ...arrays)
  }

  choleskySolve(a: Float64Array, n: number, b: Float64Array): boolean {
    // The same bits either way; a small factorisation takes less time than the call.
    return n <= SMALL_CHOLESKY ? choleskySolve(a, n, b) : this.#addon.choleskySolve(n, a, b)
  }

  /** Runs an asynchronous operation that `signal` may stop; rejects with the signal's reason if it fired before the answer. */
  async #operation<T>(signal: AbortSignal | undefined, start: (id: number) => Promise<T>): Promise<T> {
    const id = this.#nextOperation++
    if (signal === undefined) return start(id)
    signal.throwIfAborted()
    const cancel = (): void => this.#addon.cancel(id)
    onAbort(signal, cancel)
    try {
      const value = await start(id)
      if (value === undefined) signal.throwIfAborted()
      return value
    } finally {
      offAbort(signal, cancel)
    }
  }
}

function packedExact(kernel: ExactName, x: NumericArray, threads: number): number {
  return exactKernels[kernel] + 2 ** 8 * elementCodeOf(x) + 2 ** 16 * threads
}

function packAxis({ kernel, axis }: AxisCall, threads: number): number {
  return reductions[kernel].id + THREADS * (axis + 2 * threads)
}

/** A binary whose order of arithmetic or kernel ids differ from this package's would give other bits: refuse it. */
function checkSameOrder(addon: Addon): void {
  const names = Object.entries(reductions).sort(([, a], [, b]) => a.id - b.id).map(([name]) => name).join()
  const order = [LANES, BLOCK, CHUNK].join()
  if (addon.order() !== order || addon.reductionNames() !== names) {
    throw makeError('NATIVE_LOAD', `the native core has order ${addon.order()} and kernels ${addon.reductionNames()}; this package has ${order} and ${names}`)
  }
  const elementwise = mapNames.join()
  if (addon.mapNames() !== elementwise) {
    throw makeError('NATIVE_LOAD', `the native core has elementwise kernels ${addon.mapNames()}; this package has ${elementwise}`)
  }
}
