// NumPy, numexpr and polars in one Python process, which times itself; calls alternate with ours, and data come by file.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PythonServer, temporaryFolder } from '../python-server.mjs'

const folder = temporaryFolder()
const server = new PythonServer(fileURLToPath(new URL('python.py', import.meta.url)))
const ask = (request) => server.ask(request)

/** Ends the Python process, if one was started. */
export function stop() {
  server.stop()
}

/** OpenBLAS's threads spin for a millisecond after a product (python-server.mjs), on the core that our helper needs. */
const spinning = /^(dot|sumOfSquares|matmul|matvec|gram)/
const SPIN = 10

let loaded

async function load(data, n, subject) {
  if (loaded?.data === data) return
  const values = { n }
  for (const [name, value] of Object.entries(subject.share?.(data) ?? {})) {
    if (typeof value === 'number') {
      values[name] = value
      continue
    }
    const path = join(folder, name)
    writeFileSync(path, new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
    values[name] = { path, type: value.constructor.name }
  }
  await ask({ op: 'load', values })
  loaded = { data }
}

/** The peers of a case: one for each library that knows it. */
export function pythonPeers(subject, names) {
  return names.map((library) => ({
    name: library,
    async make(data, n) {
      await load(data, n, subject)
      const measure = async (calls, path = null) => {
        const answer = await ask({ op: 'run', library, name: subject.name, calls, path })
        if (spinning.test(subject.name) && path === null) await new Promise((resolve) => setTimeout(resolve, SPIN))
        return answer
      }
      const value = async () => {
        const { value: number, array } = await measure(1, join(folder, 'out'))
        if (array === undefined) return number
        const bytes = readFileSync(array)
        return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
      }
      const answer = await value()
      return Object.assign(() => answer, { measure: async (calls) => ({ seconds: (await measure(calls)).seconds, value: answer }) })
    },
  }))
}

const groups = {
  NumPy: /./,
  numexpr: /^(sum|sumOfSquares|axpy|add|exp|log|sigmoid|(axpy|exp|sigmoid) into) f64$/,
  'polars (Python)': /^(sum f64|sum f32|mean f64|min f64|max f64|argMax f64|variance f64|sort f64|median f64|quantile f64)$/,
}

export const librariesFor = (subject) => Object.entries(groups).filter(([, pattern]) => pattern.test(subject.name)).map(([name]) => name)
