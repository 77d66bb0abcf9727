/**
 * Batching: the sum of the squares of 0 … 999 999 in batches of 50 000, spread over workers. A batch travels as two numbers,
 * its result as one: the message costs as much for a million numbers as for one.
 *
 *     node dist/examples/sum-of-squares.js
 */
import { sumOfSquaresSync } from 'manycore'
import { cpuCount, Pool, range } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'

export async function startBatches({ n = 1_000_000, batchSize = 50_000, processes = cpuCount() } = {}) {
  const worker = new URL('./sum-of-squares-worker.ts', import.meta.url)
  const pool = new Pool<typeof import('./sum-of-squares-worker.ts')>(worker, { processes })
  const run = async () => {
    const parts = await pool.mapBatches('processBatch', range(n), { batchSize })
    return parts.reduce((total, part) => total + part, 0n)
  }
  const close = async () => {
    pool.close()
    await pool.join()
  }
  // The first round starts the workers.
  await run()
  return { processes, run, close }
}

async function main() {
  const n = 1_000_000
  const batches = await startBatches({ n })
  const start = performance.now()
  const total = await batches.run()
  console.log(`${batches.processes} workers: ${total} in ${(performance.now() - start).toFixed(2)} ms`)
  await batches.close()

  const x = Float64Array.from({ length: n }, (_, i) => i)
  const again = performance.now()
  const result = sumOfSquaresSync(x)
  console.log(`one kernel call:  ${result} in ${(performance.now() - again).toFixed(2)} ms`)
}

if (isProgram(import.meta.url)) void main()
