// Worker functions for random kills. Each gives the square of its item, or the sum of its batch's squares, unless told to die.
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const square = (x) => x * x

/** Takes a millisecond of the processor. */
export function busy(x) {
  const end = performance.now() + 1
  while (performance.now() < end) { /* works */ }
  return x * x
}

/** Takes a millisecond of waiting. */
export async function slow(x) {
  await pause(1)
  return x * x
}

/** Ends its worker where it is told to. */
export function exits(x) {
  if (x < 0) process.exit(3)
  return x * x
}

/** Runs out of memory where it is told to. */
export function fills(x) {
  const all = []
  while (x < 0) all.push(new Array(100_000).fill(x))
  return x * x
}

/** The functions above, over a batch: a typed array, a Range, or a part of an array. */
const over = (call) => (batch) => {
  let total = 0
  for (const x of batch) total += call(x)
  return total
}
export const squareAll = over(square)
export const busyAll = over(busy)
export const exitsAll = over(exits)
export const fillsAll = over(fills)
export async function slowAll(batch) {
  let total = 0
  for (const x of batch) total += await slow(x)
  return total
}

/** Ends once `count` workers are in it: shows that so many are there. */
export function meet({ words, count }) {
  Atomics.add(words, 0, 1)
  Atomics.notify(words, 0)
  for (let there = Atomics.load(words, 0); there < count; there = Atomics.load(words, 0)) Atomics.wait(words, 0, there)
  return count
}

/** Takes long enough that another worker takes the next one. */
export async function pid() {
  await pause(3)
  return process.pid
}
