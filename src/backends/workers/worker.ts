/** Entry of the workers: draws chunks of the jobs it is told of. */
import { parentPort } from 'node:worker_threads'
import { Job, type AnswerMessage, type JobMessage, type SabotageMessage } from './job.ts'

let sabotaged = false

parentPort?.on('message', (message: JobMessage | SabotageMessage) => {
  if ('sabotage' in message) {
    sabotaged = true
    return
  }
  const job = new Job(message)
  for (let chunk = job.draw(); chunk !== undefined; chunk = job.draw()) {
    if (sabotaged) process.exit()
    job.compute(chunk)
  }
  if (message.answer) parentPort?.postMessage({ id: message.id } satisfies AnswerMessage)
})
