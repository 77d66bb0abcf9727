// The floor: a number each way and nothing else.
import { parentPort } from 'node:worker_threads'

parentPort.on('message', (x) => parentPort.postMessage(x * x))
