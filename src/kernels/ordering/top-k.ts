/**
 * The largest numbers and where they are. A few are kept in order as they come; of more, candidates are gathered until there are twice as many as wanted, then sorted and
 * cut. Which numbers those are doesn't depend on the way to them.
 */
import { elementTypes, type ElementTypeName, type NumericArray } from '../../common/arrays.ts'
import { isAbove } from './above.ts'
import { fallingIndices } from './arg-sort.ts'
import { topKs } from './generated-ordering.ts'
import { LOOK, type Look } from './look.ts'

/** Up to so many are kept in order as they come: each number that passes moves half of them on average, and all where x rises. */
export const FEW = 16

/** Least room for candidates: below it sorting costs more than gathering. */
const ROOM = 1024

/** Writes the largest numbers of x, as many as `values` has places for, and their indices: the largest first (NaN above all), equal ones by rising index. */
export function topK(x: NumericArray, type: ElementTypeName, values: NumericArray, indices: Uint32Array | Float64Array, look?: Look): void {
  const n = x.length
  const k = values.length
  if (k === 0) return
  if (k <= FEW) return (topKs[elementTypes.indexOf(type)] ?? few)(x as never, values as never, indices, look)
  const room = Math.min(n, Math.max(2 * k, ROOM))
  const Class = values.constructor as new (length: number) => Float64Array
  const candidates = new Class(room)
  const places = new Float64Array(room)
  const numbers = x as Float64Array
  let count = 0
  let least: number | undefined
  for (let i = 0; i < n; i++) {
    if (look !== undefined && i % LOOK === 0) look()
    const value = numbers[i]!
    // What equals the least of the k best so far comes later, so behind it.
    if (least !== undefined && !isAbove(value, least)) continue
    candidates[count] = value
    places[count++] = i
    if (count === room && i < n - 1) {
      count = keepLargest(candidates, places, count, k, type, look)
      if (count === k) least = candidates[k - 1]
    }
  }
  keepLargest(candidates, places, count, k, type, look)
  ;(values as Float64Array).set(candidates.subarray(0, k))
  indices.set(places.subarray(0, k))
}

/** `topK` where few are wanted, of Float16 arrays: for the other types it is written out (generated-ordering.ts). */
function few(x: Float64Array, values: Float64Array, indices: Uint32Array | Float64Array, look: Look | undefined): void {
  const k = values.length
  let count = 0
  for (let i = 0; i < x.length; i++) {
    if (look !== undefined && i % LOOK === 0) look()
    const value = x[i]!
    if (count === k) {
      const least = values[k - 1]!
      if (value < least || !isAbove(value, least)) continue
    } else count++
    let place = count - 1
    // What equals it came before, so it stays before it.
    for (; place > 0 && isAbove(value, values[place - 1]!); place--) {
      values[place] = values[place - 1]!
      indices[place] = indices[place - 1]!
    }
    values[place] = value
    indices[place] = i
  }
}

/** Puts the first `count` candidates in falling order and forgets all but k; gives how many there are then. */
function keepLargest(candidates: Float64Array, places: Float64Array, count: number, k: number, type: ElementTypeName, look: Look | undefined): number {
  const order = fallingIndices(candidates.slice(0, count), type, look)
  const kept = Math.min(k, count)
  const [values, indices] = [candidates.slice(0, count), places.slice(0, count)]
  for (let i = 0; i < kept; i++) {
    candidates[i] = values[order[i]!]!
    places[i] = indices[order[i]!]!
  }
  return kept
}
