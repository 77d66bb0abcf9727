/** The workers backend by itself, as built (its workers are started from the built files). */
import type { WorkersBackend as Backend } from '../../src/backends/workers/index.ts'
import { fill } from '../kernels/data.ts'
import type { Floats } from '../kernels/reference.ts'

const built = (await import(new URL('../../dist/backends/workers/index.js', import.meta.url).href)) as { WorkersBackend: new () => Backend }

export const makeBackend = (): Backend => new built.WorkersBackend()

/** Where the built backend lies, for programs that run in processes of their own. */
export const builtBackend = new URL('../../dist/backends/workers/index.js', import.meta.url).href

export function sharedView(Class: Float64ArrayConstructor | Float32ArrayConstructor, length: number, offset = 0): Floats {
  const buffer = new SharedArrayBuffer((offset + length) * Class.BYTES_PER_ELEMENT)
  return fill(new Class(buffer as unknown as ArrayBuffer, offset * Class.BYTES_PER_ELEMENT, length), length + offset)
}
