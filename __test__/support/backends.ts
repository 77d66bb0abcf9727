/** The backends that work on this machine, for tests that run on each. */
import { setBackend, type BackendName } from 'manycore'

/** Both, or `workers` alone where the native core was not built (the build step has said so). */
export const backends: readonly BackendName[] = available()

function available(): BackendName[] {
  try {
    setBackend('native')
    return ['native', 'workers']
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MANYCORE_NATIVE_LOAD') throw error
    return ['workers']
  } finally {
    setBackend('auto')
  }
}

/** What `body` gives on one backend. The choice is made when a call starts, so promise forms keep it. */
export function on<T>(backend: BackendName, body: () => T): T {
  setBackend(backend)
  try {
    return body()
  } finally {
    setBackend('auto')
  }
}
