// The two ends of the queue row. Times are of the clock that all threads share.
const now = () => performance.timeOrigin + performance.now()

export async function produce(queue, barrier, times, count, blocking) {
  await barrier.wait()
  times[0] = now()
  if (blocking) {
    for (let i = 0; i < count; i++) queue.putSync(i)
    queue.putSync(-1)
  } else {
    for (let i = 0; i < count; i++) await queue.put(i)
    await queue.put(-1)
  }
}

export async function consume(queue, barrier, times, blocking) {
  await barrier.wait()
  let count = 0
  let total = 0
  for (let item = blocking ? queue.getSync() : await queue.get(); item !== -1; item = blocking ? queue.getSync() : await queue.get()) {
    count++
    total += item
  }
  times[0] = now()
  times[1] = count
  times[2] = total
}
