/** Columns brought to mean 0 and variance 1. */
import { Matrix, type MatrixLike } from '../common/matrix.ts'
import { checkCallOptions, checkNames, type CallOptions } from '../common/options.ts'
import { atOnce, type Pausing } from '../common/pausing.ts'
import { newResult } from '../common/results.ts'
import { isCSR, type CSR, type SparseMatrix } from '../common/sparse.ts'
import { backend, runPausing } from '../dispatch/index.ts'
import { argumentError, makeError } from '../errors.ts'
import { doBlocking, doInTurns, type Job } from './both-forms.ts'
import { Control } from './control.ts'
import { copyWith, ofSameClass, type Parameters } from './estimator.ts'
import { checkColumns, checkFinite, featuresFrom, sparseFeatures, stableCopy, widened, type Dense, type Features } from './input.ts'
import { ColumnMoments, constantColumns } from './scaling.ts'
import { finiteFromJSON, toJSONNumber, type JSONNumber } from './serialize.ts'
import { scannedSparse } from './sparse-moments.ts'
import { drive, driveSync, paused, type Work } from './work.ts'

export interface StandardScalerOptions {
  /** Whether to subtract the mean. Default true. */
  withMean?: boolean | undefined
  /** Whether to divide by the standard deviation. Default true. */
  withStd?: boolean | undefined
}

/** What `toJSON` gives. */
export interface StandardScalerJSON {
  readonly model: 'StandardScaler'
  readonly version: 1
  readonly options: StandardScalerOptions
  /** null before fit. */
  readonly fitted: { readonly mean: readonly JSONNumber[]; readonly variance: readonly JSONNumber[]; readonly scale: readonly JSONNumber[] } | null
}

interface FittedScaler {
  readonly mean: Float64Array
  readonly variance: Float64Array
  readonly scale: Float64Array
}

/** Elements that are scaled in one go: some 100 µs. */
const PIECE_ELEMENTS = 1 << 15

/**
 * Standardises columns: (x − mean) / scale, with the population variance. Means and variances are computed without cancellation, so columns whose offset is 10^8
 * times their spread lose nothing. A constant column has scale 1.
 *
 * With `withMean: false` a sparse X (CSR) stays sparse: zeros stay zeros, and moments count them. With the mean subtracted hardly any element of it would be 0, so X is made
 * dense then, and refused where that takes more than a gigabyte.
 *
 * Promise forms do long work in slices between turns of the event loop; `fit` and `transform` copy X first unless it lies in shared memory or memory from `allocate`.
 */
export class StandardScaler {
  /** The options as they were given; checked when they are used. */
  readonly options: Readonly<StandardScalerOptions>
  #fitted: FittedScaler | undefined

  constructor(options: StandardScalerOptions = {}) {
    this.options = typeof options === 'object' && options !== null ? { ...options } : options
  }

  /**
   * Learns the columns' means and variances. Gives the scaler.
   *
   * Rejects with ERR_MANYCORE_TYPE or SHAPE for what is no matrix with rows and columns, NOT_FINITE for NaN or Infinity (names row and column), RANGE for a sparse X that is too
   * large to have its means subtracted, OPTION, DETACHED.
   */
  async fit(X: Features, options?: CallOptions): Promise<this> {
    const control = this.#start(options)
    const scales = this.#scales()
    if (staysSparse(X, scales)) this.#fitted = await doInTurns(learnSparse(X, true, scales, control))
    else this.#fitted = await drive(learn(await stableCopy(await runPausing(denseFeatures(X), control.check), control), scales, control), backend(), control)
    return this
  }

  /** `fit`, blocking: throws what that rejects with. */
  fitSync(X: Features, options?: CallOptions): this {
    const control = this.#start(options)
    const scales = this.#scales()
    this.#fitted = staysSparse(X, scales) ? doBlocking(learnSparse(X, false, scales, control)) : driveSync(learn(widened(atOnce(denseFeatures(X))), scales, control), backend(), control)
    return this
  }

  /**
   * The scaled columns, in doubles; a CSR for a CSR that stays sparse. Rejects as `fit`, with SHAPE for another number of columns and with NOT_FITTED before fit.
   */
  async transform(X: MatrixLike, options?: CallOptions): Promise<Matrix>
  async transform(X: Features, options?: CallOptions): Promise<Matrix | CSR>
  async transform(X: Features, options?: CallOptions): Promise<Matrix | CSR> {
    return this.#applied(X, options, 'transform', false)
  }

  /** `transform`, blocking. */
  transformSync(X: MatrixLike, options?: CallOptions): Matrix
  transformSync(X: Features, options?: CallOptions): Matrix | CSR
  transformSync(X: Features, options?: CallOptions): Matrix | CSR {
    return this.#appliedSync(X, options, 'transformSync', false)
  }

  /** `fit` and `transform` of the same X. */
  async fitTransform(X: MatrixLike, options?: CallOptions): Promise<Matrix>
  async fitTransform(X: Features, options?: CallOptions): Promise<Matrix | CSR>
  async fitTransform(X: Features, options?: CallOptions): Promise<Matrix | CSR> {
    await this.fit(X, options)
    return this.transform(X, options)
  }

  /** `fitTransform`, blocking. */
  fitTransformSync(X: MatrixLike, options?: CallOptions): Matrix
  fitTransformSync(X: Features, options?: CallOptions): Matrix | CSR
  fitTransformSync(X: Features, options?: CallOptions): Matrix | CSR {
    return this.fitSync(X, options).transformSync(X, options)
  }

  /** Takes scaled columns back to where they came from: x · scale + mean. */
  async inverseTransform(X: MatrixLike, options?: CallOptions): Promise<Matrix>
  async inverseTransform(X: Features, options?: CallOptions): Promise<Matrix | CSR>
  async inverseTransform(X: Features, options?: CallOptions): Promise<Matrix | CSR> {
    return this.#applied(X, options, 'inverseTransform', true)
  }

  /** `inverseTransform`, blocking. */
  inverseTransformSync(X: MatrixLike, options?: CallOptions): Matrix
  inverseTransformSync(X: Features, options?: CallOptions): Matrix | CSR
  inverseTransformSync(X: Features, options?: CallOptions): Matrix | CSR {
    return this.#appliedSync(X, options, 'inverseTransformSync', true)
  }

  /** Mean of each column. A copy. Throws ERR_MANYCORE_NOT_FITTED before fit, as those that follow. */
  get mean(): Float64Array {
    return this.#needFitted('mean').mean.slice()
  }

  /** Population variance of each column. A copy. */
  get variance(): Float64Array {
    return this.#needFitted('variance').variance.slice()
  }

  /** What each column is divided by: its standard deviation, 1 for a constant column or without `withStd`. A copy. */
  get scale(): Float64Array {
    return this.#needFitted('scale').scale.slice()
  }

  /** The scaler as plain data for JSON.stringify; `fromJSON` gives it back bit for bit. */
  toJSON(): StandardScalerJSON {
    const fitted = this.#fitted
    const numbers = (values: Float64Array): JSONNumber[] => Array.from(values, toJSONNumber)
    return {
      model: 'StandardScaler',
      version: 1,
      options: { ...this.options },
      fitted: fitted === undefined ? null : { mean: numbers(fitted.mean), variance: numbers(fitted.variance), scale: numbers(fitted.scale) },
    }
  }

  /**
   * The scaler that `toJSON` described.
   *
   * @throws ERR_MANYCORE_TYPE, SHAPE or OPTION for anything else.
   */
  static fromJSON(json: StandardScalerJSON): StandardScaler {
    if (typeof json !== 'object' || json === null || json.model !== 'StandardScaler') {
      throw argumentError('TYPE', 'json', "an object with model: 'StandardScaler', as toJSON gives", json)
    }
    if (json.version !== 1) throw argumentError('TYPE', 'json.version', '1', json.version)
    const scaler = new StandardScaler(json.options)
    scaler.#scales()
    if (json.fitted === null) return scaler
    const read = (name: 'mean' | 'variance' | 'scale'): Float64Array => {
      const values: unknown = json.fitted?.[name]
      if (!Array.isArray(values)) throw argumentError('TYPE', `json.fitted.${name}`, 'an array of numbers', values)
      return Float64Array.from(values, (value: unknown, j) => finiteFromJSON(value, `json.fitted.${name}[${j}]`))
    }
    const fitted = { mean: read('mean'), variance: read('variance'), scale: read('scale') }
    if (fitted.mean.length !== fitted.scale.length || fitted.variance.length !== fitted.scale.length) {
      throw makeError('SHAPE', 'json.fitted: mean, variance and scale must have equal lengths', { argument: 'json' })
    }
    const flat = fitted.scale.findIndex((scale) => scale <= 0)
    if (flat >= 0) throw argumentError('RANGE', `json.fitted.scale[${flat}]`, 'a number above 0', fitted.scale[flat])
    scaler.#fitted = fitted
    return scaler
  }

  /** @internal */
  [copyWith](changes: Parameters): StandardScaler {
    const copy = ofSameClass<StandardScaler>(this, { ...this.options, ...changes })
    copy.#scales()
    return copy
  }

  #start(options: CallOptions | undefined): Control {
    if (options !== undefined) checkCallOptions(options)
    const control = new Control(options)
    control.check()
    this.#scales()
    return control
  }

  /** Whether to divide and to subtract, checked. */
  #scales(): Scales {
    checkNames(this.options, ['withMean', 'withStd'])
    const { withMean = true, withStd = true } = this.options
    if (typeof withMean !== 'boolean') throw argumentError('OPTION', 'withMean', 'a boolean', withMean)
    if (typeof withStd !== 'boolean') throw argumentError('OPTION', 'withStd', 'a boolean', withStd)
    return { withMean, withStd }
  }

  async #applied(X: Features, options: CallOptions | undefined, what: string, inverse: boolean): Promise<Matrix | CSR> {
    const fitted = this.#needFitted(what)
    const control = this.#start(options)
    const scales = this.#scales()
    if (staysSparse(X, scales)) return drive(applySparse(await runPausing(sparseFor(fitted, X, true), control.check), fitted, inverse), backend(), control)
    const features = await runPausing(denseFeatures(X), control.check)
    checkColumns(features.columns, fitted.mean.length)
    const dense = await stableCopy(features, control)
    return drive(apply(dense, fitted, scales.withMean, inverse), backend(), control)
  }

  #appliedSync(X: Features, options: CallOptions | undefined, what: string, inverse: boolean): Matrix | CSR {
    const fitted = this.#needFitted(what)
    const control = this.#start(options)
    const scales = this.#scales()
    if (staysSparse(X, scales)) return driveSync(applySparse(atOnce(sparseFor(fitted, X, false)), fitted, inverse), backend(), control)
    const features = atOnce(denseFeatures(X))
    checkColumns(features.columns, fitted.mean.length)
    return driveSync(apply(widened(features), fitted, scales.withMean, inverse), backend(), control)
  }

  #needFitted(what: string): FittedScaler {
    if (this.#fitted !== undefined) return this.#fitted
    throw makeError('NOT_FITTED', `${what}: the scaler has not been fitted; call fit or fitSync first`, { argument: what })
  }
}

interface Scales {
  readonly withMean: boolean
  readonly withStd: boolean
}

function staysSparse(X: Features, { withMean }: Scales): X is CSR {
  return !withMean && isCSR(X)
}

/** X as a dense matrix; of a sparse one that is too large for that the error says what to do. */
function* denseFeatures(X: Features): ReturnType<typeof featuresFrom> {
  try {
    return yield* featuresFrom(X)
  } catch (error) {
    if (!isCSR(X) || (error as { code?: unknown }).code !== 'ERR_MANYCORE_RANGE') throw error
    throw makeError('RANGE', `${(error as Error).message}, which subtracting the means would do: use withMean: false, and it stays sparse`, { argument: 'X', got: `${X.shape[0]} × ${X.shape[1]}`, wanted: 'withMean: false' })
  }
}

function* sparseFor({ mean }: FittedScaler, X: CSR, copy: boolean): Pausing<SparseMatrix> {
  const sparse = yield* sparseFeatures(X, copy)
  checkColumns(sparse.columns, mean.length)
  return sparse
}

function* learnSparse(X: CSR, copy: boolean, { withStd }: Scales, control: Control): Job<FittedScaler> {
  const { mean, variance } = (yield* scannedSparse(X, copy, backend(), control)).moments
  return { mean: mean.slice(), variance: variance.slice(), scale: variance.map((value) => (withStd && value > 0 ? Math.sqrt(value) : 1)) }
}

function* applySparse({ values, columnIndices, rowOffsets, rows, columns }: SparseMatrix, { scale }: FittedScaler, inverse: boolean): Generator<Work, CSR, void> {
  const out = newResult(Float64Array, values.length)
  const places = new Int32Array(values.length)
  yield {
    pieces: Math.ceil(values.length / PIECE_ELEMENTS),
    pieceMilliseconds: PIECE_ELEMENTS / 2e5,
    run(first, last) {
      const end = Math.min(values.length, last * PIECE_ELEMENTS)
      places.set(columnIndices.subarray(first * PIECE_ELEMENTS, end), first * PIECE_ELEMENTS)
      for (let at = first * PIECE_ELEMENTS; at < end; at++) {
        const divisor = scale[columnIndices[at]!]!
        out[at] = inverse ? values[at]! * divisor : values[at]! / divisor
      }
    },
  }
  return { values: out, columns: places, rowOffsets: rowOffsets.slice(), shape: [rows, columns] }
}

function* learn(dense: Dense, { withStd }: Scales, { threads }: Control): Generator<Work, FittedScaler, void> {
  const columns = new ColumnMoments(dense, backend(), threads)
  yield columns
  const moments = columns.finish()
  const { mean, variance } = moments
  const constant = yield* paused(constantColumns(dense, moments))
  const exact = variance.map((value, j) => (constant[j] === 1 ? 0 : value))
  return { mean: mean.slice(), variance: exact, scale: exact.map((value) => (withStd && value > 0 ? Math.sqrt(value) : 1)) }
}

function* apply({ x, rows, columns }: Dense, { mean, scale }: FittedScaler, withMean: boolean, inverse: boolean): Generator<Work, Matrix, void> {
  const out = newResult(Float64Array, rows * columns)
  const shift = withMean ? mean : new Float64Array(columns)
  const rowsPerPiece = Math.max(1, Math.floor(PIECE_ELEMENTS / columns))
  yield {
    pieces: Math.ceil(rows / rowsPerPiece),
    pieceMilliseconds: (rowsPerPiece * columns) / 2e5,
    run(first, last) {
      const end = Math.min(rows, last * rowsPerPiece) * columns
      let finite = 0
      for (let i = first * rowsPerPiece * columns; i < end; i += columns) {
        for (let j = 0; j < columns; j++) {
          const value = inverse ? x[i + j]! * scale[j]! + shift[j]! : (x[i + j]! - shift[j]!) / scale[j]!
          out[i + j] = value
          finite += value - value
        }
      }
      if (finite !== 0) checkFinite(x, columns)
    },
  }
  return new Matrix(out, rows, columns)
}
