// Run as a child process by exit.spec.ts.
import { Worker, isMainThread } from 'node:worker_threads'
import { sum, sumSync } from '../../dist/index.js'

const shared = new Float64Array(new SharedArrayBuffer(8 * 3_000_000)).fill(1)

async function use() {
  if (sumSync(shared) !== 3_000_000 || (await sum(shared)) !== 3_000_000 || (await sum(new Float64Array(3_000_000))) !== 0) process.exit(3)
}

const modes = {
  /** Ends by itself, though pools have been started. */
  returns: use,
  /** A pending promise keeps the process alive until it settles. */
  pending: async () => {
    process.exitCode = 4
    void sum(shared).then(() => {
      process.exitCode = 0
    })
  },
  /** Idle threads sleep: prints the CPU time of half a second of idleness, in microseconds. */
  idle: async () => {
    await use()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const before = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, 500))
    const { user, system } = process.cpuUsage(before)
    console.log(user + system)
  },
  /** Workers come and go, all with the addon loaded, while the main thread uses it too. */
  workers: async () => {
    for (let round = 0; round < 4; round++) {
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          const worker = new Worker(new URL(import.meta.url), { workerData: 'use' })
          const code = await new Promise((resolve) => worker.once('exit', resolve))
          if (code !== 0) process.exit(5)
        }),
      )
      await use()
    }
  },
  /** The addon is loaded in workers only, and unloaded with the last of them. */
  onlyWorkers: async () => {
    for (let round = 0; round < 3; round++) {
      const worker = new Worker(new URL(import.meta.url), { workerData: 'use' })
      if ((await new Promise((resolve) => worker.once('exit', resolve))) !== 0) process.exit(5)
    }
  },
}

if (!isMainThread) await use()
else await modes[process.argv[2]]()
