// A Python program that answers requests: a line of JSON each way. It times itself; its calls alternate with ours.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { python } from './python.mjs'

/** Memory that looks like a folder where there is such a thing: data go through files in it. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'manycore-benchmark-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

let kept = false

/** From now on Python ends with this process: one that measures many rows imports the libraries once. */
export function keepPython() {
  kept = true
}

export class PythonServer {
  #program
  #running

  constructor(program) {
    this.#program = program
  }

  /** Asks, starting the process if need be; rejects with what it says is wrong. */
  async ask(request) {
    this.#running ??= start(this.#program)
    this.#running.child.stdin.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.#running.lines.next()
    if (done) throw new Error('Python ended')
    const answer = JSON.parse(value)
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }

  /** Ends the process, if one was started. */
  stop() {
    if (kept) return
    this.#running?.child.stdin.end()
    this.#running = undefined
  }
}

function start(program) {
  if (python === undefined) throw new Error('there is no virtual environment with NumPy (npm run bench makes it where python3 and pip exist)')
  // Settings that cripple OpenBLAS on machines like the one this was written on.
  const { OPENBLAS_CORETYPE: _coreType, OPENBLAS_L2_SIZE: _cacheSize, ...env } = process.env
  // Its threads spin for up to a second after a product, on the core that the next contestant needs: a millisecond is longer than the gap between two calls of
  // one sample, so that NumPy itself finds them awake.
  const settings = { ...env, OPENBLAS_THREAD_TIMEOUT: '21' }
  const child = spawn(python, [program], { env: settings, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => {})
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}
