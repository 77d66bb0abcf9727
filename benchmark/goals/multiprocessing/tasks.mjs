// Worker functions: for our pool, Piscina and tinypool by name, for workerpool and poolifier through their workers here.
export const square = (x) => x * x

/** Of a typed array, or of a range as `mapBatches` hands it over. */
export function sumOfSquares(batch) {
  let total = 0
  if (ArrayBuffer.isView(batch)) {
    for (let i = 0; i < batch.length; i++) total += batch[i] * batch[i]
    return total
  }
  const { start, stop, step } = batch
  for (let x = start; x < stop; x += step) total += x * x
  return total
}

export const squares = (items) => items.map(square)

/** Plain loop. */
export function sumLoop(x) {
  let total = 0
  for (let i = 0; i < x.length; i++) total += x[i]
  return total
}

/** Ends once `count` workers are in it: shows that all of them have started. */
export function meet({ words, count }) {
  Atomics.add(words, 0, 1)
  Atomics.notify(words, 0)
  for (let there = Atomics.load(words, 0); there < count; there = Atomics.load(words, 0)) {
    if (Atomics.wait(words, 0, there, 10_000) === 'timed-out') throw new Error('the other workers never came')
  }
  return count
}

export const pid = () => process.pid

/** Ends its worker where it is told to. */
export function mayDie(x) {
  if (x < 0) process.exit(3)
  return x * x
}

/** Takes a while, and is killed from outside meanwhile. */
export function busy(x) {
  const end = performance.now() + x
  while (performance.now() < end) { /* works */ }
  return process.pid
}
