/** Types by module: what `typeof import('./tasks.ts')` allows to be called, and with what. */
import type { Range } from '../common/range.ts'

/** A module whose types aren't known. */
export type AnyModule = Record<string, (...args: unknown[]) => unknown>

type AnyFunction = (...args: never[]) => unknown

/** Names of the functions that a module exports. */
export type FunctionName<M> = { [K in keyof M]: M[K] extends AnyFunction ? K : never }[keyof M] & string

/** Names of those that can be called without arguments. */
export type NullaryName<M> = { [K in keyof M]: M[K] extends () => unknown ? K : never }[keyof M] & string

/** Names of those that can be called with one argument. */
export type UnaryName<M> = { [K in keyof M]: M[K] extends (item: never) => unknown ? K : never }[keyof M] & string

/** Arguments of a function of the module. */
export type Arguments<M, K extends keyof M> = M[K] extends (...args: infer A) => unknown ? A : never

/** The one argument of a function under `map`. */
export type Item<M, K extends keyof M> = Arguments<M, K> extends [] ? unknown : Arguments<M, K>[0]

/** What a function of the module gives, awaited. */
export type Result<M, K extends keyof M> = M[K] extends (...args: never[]) => infer R ? Awaited<R> : never

export type NumberArray = Float64Array | Float32Array | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array

export type BigIntArray = BigInt64Array | BigUint64Array

/** Typed arrays and ranges whose elements the function takes. */
export type NumericItems<I> = (number extends I ? NumberArray | Range : never) | (bigint extends I ? BigIntArray : never)

/**
 * What `map` over a typed array or range gives: a Float64Array if the function gives numbers, else an array; for a function
 * that may give either (`number | null`), whichever its results allow.
 */
export type NumericResult<R> = [R] extends [number] ? Float64Array : number extends R ? R[] | Float64Array : R[]

export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>
