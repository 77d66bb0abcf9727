/**
 * A pipe: two ends that send and receive. A text goes to the worker and comes back in capitals.
 *
 *     node dist/examples/pipe.js
 */
import { Pipe, Process } from 'manycore/multiprocessing'
import { isProgram } from './entry.ts'
import { show, timed } from './outcome.ts'

export function run() {
  return timed('Pipe, both ways', async () => {
    const [here, there] = Pipe<string>()
    const process = new Process<typeof import('./pipe-worker.ts')>(new URL('./pipe-worker.ts', import.meta.url), 'answer', [there])
    process.start()
    const answers: string[] = []
    for (const text of ['hello', 'from the main thread']) {
      here.send(text)
      answers.push(await here.receive())
    }
    // The worker gets END_OF_FILE and ends.
    here.close()
    await process.join()
    return { result: answers.join(' · '), right: answers.join() === 'HELLO,FROM THE MAIN THREAD' }
  })
}

if (isProgram(import.meta.url)) void show(run())
