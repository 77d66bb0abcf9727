// CPython's multiprocessing and joblib, in one Python process that times itself.
import { fileURLToPath } from 'node:url'
import { PythonServer } from '../../python-server.mjs'

const server = new PythonServer(fileURLToPath(new URL('toolkit.py', import.meta.url)))

/** A contestant whose sample is what Python measures. */
export function python(name, request, limits = {}) {
  return { name, ...limits, sample: async () => (await server.ask(request)).measured }
}

export const ask = (request) => server.ask(request)

export function stopPython() {
  server.stop()
}
