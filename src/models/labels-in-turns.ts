/** Numbering labels between turns of the event loop. */
import { detachedError } from '../common/arrays.ts'
import { runSliced } from '../dispatch/index.ts'
import { encodeLabels, labelKind, type EncodedLabels, type Label, type Labels } from './labels.ts'

/** Labels that are numbered in one go: a fraction of a millisecond, of strings too. */
const SLICE = 1 << 14

/**
 * The same as `encodeLabels(y)`, slice by slice. `check` throws when the work may not go on; rejects with what `encodeLabels` throws.
 */
export async function encodeInTurns(y: unknown, check: () => void): Promise<EncodedLabels> {
  const kind = labelKind(y)
  const labels = y as Labels
  const n = labels.length
  if (n <= SLICE) return encodeLabels(y)
  const indices = new Int32Array(n)
  const order = new Map<Label, number>()
  let failed = false
  await runSliced({
    pieces: Math.ceil(n / SLICE),
    pieceMilliseconds: 0.3,
    check() {
      check()
      if (labels.length < n) throw detachedError('y')
    },
    run(first, last) {
      for (let start = first * SLICE; start < Math.min(n, last * SLICE) && !failed; start += SLICE) failed = !encodeSlice(labels, kind, start, indices, order)
    },
  })
  // Its message names the row.
  if (failed) return encodeLabels(y)
  const { classes, indices: ranks } = encodeLabels([...order.keys()])
  if (ranks.some((rank, k) => rank !== k)) {
    await runSliced({
      pieces: Math.ceil(n / SLICE),
      pieceMilliseconds: 0.05,
      check,
      run(first, last) {
        for (let i = first * SLICE; i < Math.min(n, last * SLICE); i++) indices[i] = ranks[indices[i]!]!
      },
    })
  }
  return { indices, classes, kind }
}

/** Numbers a slice's labels in the order of the classes' appearance; false if they are not all of the kind. */
function encodeSlice(y: Labels, kind: string, start: number, indices: Int32Array, order: Map<Label, number>): boolean {
  let slice: EncodedLabels
  try {
    slice = encodeLabels(y.slice(start, start + SLICE))
  } catch {
    return false
  }
  if (slice.kind !== kind) return false
  const places = slice.classes.map((label) => {
    let place = order.get(label)
    if (place === undefined) order.set(label, (place = order.size))
    return place
  })
  for (const [i, index] of slice.indices.entries()) indices[start + i] = places[index]!
  return true
}
