/** Models as JSON and back, without losing a bit. */
import { argumentError, makeError } from '../errors.ts'
import type { Certificate, FittedLogistic } from './fitted.ts'
import { labelKinds, type Label, type LabelKind } from './labels.ts'
import { checkModelOptions, type LogisticRegressionOptions } from './options.ts'
import type { ClassWeight } from './weights.ts'

/** A number as JSON can hold it: JSON has no −0, no infinities and no NaN. */
export type JSONNumber = number | '-0' | 'Infinity' | '-Infinity' | 'NaN'

/** What `toJSON` gives: plain objects, arrays, numbers and strings. */
export interface LogisticRegressionJSON {
  readonly model: 'LogisticRegression'
  readonly version: 1
  readonly options: Readonly<Record<string, unknown>>
  /** null before fit. */
  readonly fitted: FittedJSON | null
}

export interface FittedJSON {
  readonly coefficients: readonly (readonly JSONNumber[])[]
  readonly intercepts: readonly JSONNumber[]
  /** What the labels came in: a typed array's class, or the type of an array's elements. */
  readonly labels: LabelKind
  /** BigInts as strings. */
  readonly classes: readonly (JSONNumber | string | boolean)[]
  readonly converged: boolean
  readonly certificate: Readonly<Record<string, JSONNumber | boolean>>
  /** Of the coefficients of an unpenalised fit, for `inference`. */
  readonly variances?: readonly JSONNumber[]
}

export function toJSONNumber(value: number): JSONNumber {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : (String(value) as JSONNumber)
}

export function fromJSONNumber(value: unknown, where: string): number {
  if (typeof value === 'number') return value
  if (value === '-0' || value === 'Infinity' || value === '-Infinity' || value === 'NaN') return Number(value)
  throw argumentError('TYPE', where, "a number, '-0', 'Infinity', '-Infinity' or 'NaN'", value)
}

/** Options as JSON: C may be Infinity, class weights a Map. */
export function optionsToJSON(options: LogisticRegressionOptions): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue
    if (typeof value === 'number') out[name] = toJSONNumber(value)
    else if (name === 'classWeight' && value instanceof Map) {
      out[name] = [...value].map(([label, weight]) => [labelToJSON(label as Label), typeof label, toJSONNumber(weight as number)])
    } else out[name] = value
  }
  return out
}

export function optionsFromJSON(json: unknown): LogisticRegressionOptions {
  if (typeof json !== 'object' || json === null) throw argumentError('TYPE', 'json.options', 'an object', json)
  const options: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(json)) {
    if (name === 'classWeight') options[name] = Array.isArray(value) ? classWeightMap(value) : value
    else options[name] = typeof value === 'string' && name !== 'solver' ? fromJSONNumber(value, `json.options.${name}`) : value
  }
  checkModelOptions(options)
  return options
}

function classWeightMap(entries: readonly unknown[]): ClassWeight {
  return new Map(
    entries.map((entry, i) => {
      if (!Array.isArray(entry)) throw argumentError('TYPE', `json.options.classWeight[${i}]`, 'a triple of label, type and weight', entry)
      return [labelFromJSON(entry[0], String(entry[1]), `json.options.classWeight[${i}]`), fromJSONNumber(entry[2], `json.options.classWeight[${i}]`)]
    }),
  )
}

export function fittedToJSON({ columns, vectors, packed, classes, kind, converged, certificate, variances }: FittedLogistic): FittedJSON {
  const width = columns + 1
  const rows = Array.from({ length: vectors }, (_, k) => Array.from(packed.subarray(k * width, (k + 1) * width), toJSONNumber))
  return {
    coefficients: rows.map((row) => row.slice(0, columns)),
    intercepts: rows.map((row) => row[columns]!),
    labels: kind,
    classes: classes.map(labelToJSON),
    converged,
    certificate: Object.fromEntries(Object.entries(certificate).map(([name, value]) => [name, typeof value === 'number' ? toJSONNumber(value) : (value as boolean)])),
    ...(variances === undefined ? {} : { variances: Array.from(variances, toJSONNumber) }),
  }
}

/** Checks as it reads, so that no file can make a model that fails later. */
export function fittedFromJSON(json: unknown): FittedLogistic | undefined {
  if (json === null || json === undefined) return undefined
  const { coefficients, intercepts, labels, classes, converged, certificate } = json as FittedJSON
  if (!Array.isArray(coefficients) || !Array.isArray(coefficients[0])) throw argumentError('TYPE', 'json.fitted.coefficients', 'nested arrays', coefficients)
  if (!Array.isArray(classes) || classes.length < 2) throw argumentError('TYPE', 'json.fitted.classes', 'an array of at least two labels', classes)
  if (!labelKinds.includes(labels)) throw argumentError('TYPE', 'json.fitted.labels', `one of ${labelKinds.join(', ')}`, labels)
  if (typeof certificate !== 'object' || certificate === null) throw argumentError('TYPE', 'json.fitted.certificate', 'an object', certificate)
  if (typeof converged !== 'boolean') throw argumentError('TYPE', 'json.fitted.converged', 'a boolean', converged)
  const vectors = classes.length === 2 ? 1 : classes.length
  const columns = coefficients[0].length
  if (columns === 0) throw makeError('SHAPE', 'json.fitted.coefficients: expected at least one column, got none', { argument: 'json.fitted.coefficients', got: 'no columns', wanted: 'at least one column' })
  if (!Array.isArray(intercepts) || coefficients.length !== vectors || intercepts.length !== vectors) {
    throw makeError('SHAPE', `json.fitted: expected ${vectors} rows of coefficients and intercepts for ${classes.length} classes`, { argument: 'json' })
  }
  const packed = new Float64Array(vectors * (columns + 1))
  for (let k = 0; k < vectors; k++) {
    const row = coefficients[k]
    if (!Array.isArray(row) || row.length !== columns) throw makeError('SHAPE', `json.fitted.coefficients[${k}]: expected ${columns} numbers`, { argument: 'json' })
    for (let j = 0; j < columns; j++) packed[k * (columns + 1) + j] = finiteFromJSON(row[j], `json.fitted.coefficients[${k}][${j}]`)
    packed[k * (columns + 1) + columns] = finiteFromJSON(intercepts[k], `json.fitted.intercepts[${k}]`)
  }
  const type = labels.startsWith('Big') ? 'bigint' : labels.endsWith('Array') ? 'number' : labels
  const known = classes.map((label, k) => labelFromJSON(label, type, `json.fitted.classes[${k}]`))
  const unsorted = known.findIndex((label, k) => k > 0 && !(known[k - 1]! < label))
  if (unsorted > 0) throw argumentError('TYPE', `json.fitted.classes[${unsorted}]`, `a label above ${String(known[unsorted - 1])}, as classes are sorted`, known[unsorted])
  const numbers = (name: keyof Certificate): number => fromJSONNumber(certificate[name], `json.fitted.certificate.${name}`)
  return {
    columns,
    vectors,
    packed,
    classes: known,
    kind: labels,
    converged,
    certificate: {
      objective: numbers('objective'),
      gradientNorm: numbers('gradientNorm'),
      conditionEstimate: numbers('conditionEstimate'),
      separated: certificate['separated'] === true,
      iterations: numbers('iterations'),
      seconds: numbers('seconds'),
      ridge: numbers('ridge'),
    },
    variances: variancesFromJSON((json as FittedJSON).variances, (vectors === 1 ? 1 : vectors - 1) * (columns + 1)),
  }
}

/** A number that must be finite. */
export function finiteFromJSON(value: unknown, where: string): number {
  const number = fromJSONNumber(value, where)
  if (!Number.isFinite(number)) throw argumentError('NOT_FINITE', where, 'a finite number', number)
  return number
}

function variancesFromJSON(values: unknown, length: number): Float64Array | undefined {
  if (values === undefined) return undefined
  if (!Array.isArray(values) || values.length !== length) throw makeError('SHAPE', `json.fitted.variances: expected ${length} numbers`, { argument: 'json' })
  return Float64Array.from(values, (value: unknown, i) => fromJSONNumber(value, `json.fitted.variances[${i}]`))
}

function labelToJSON(label: Label): JSONNumber | string | boolean {
  if (typeof label === 'bigint') return String(label)
  return typeof label === 'number' ? toJSONNumber(label) : label
}

function labelFromJSON(value: unknown, type: string, where: string): Label {
  if (type === 'bigint' && typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value)
  if (type === 'number') return fromJSONNumber(value, where)
  if ((type === 'string' || type === 'boolean') && typeof value === type) return value as Label
  throw argumentError('TYPE', where, `a label of type ${type}`, value)
}
