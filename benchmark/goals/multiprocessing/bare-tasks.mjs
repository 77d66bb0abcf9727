// What people write without a pool.
import { parentPort } from 'node:worker_threads'
import * as tasks from './tasks.mjs'

parentPort.on('message', ({ name, value }) => parentPort.postMessage(tasks[name](value)))
