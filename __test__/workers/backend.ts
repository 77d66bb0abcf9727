/**
 * The workers backend by itself, built as the package is (its workers are started from built files). The package doesn't show it, so a package of its own is made of it:
 * opening it to the tests would cut what everybody loads into more files.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bundle } from '../../scripts/bundle.mjs'
import type { WorkersBackend as Backend } from '../../src/backends/workers/index.ts'
import { fill } from '../kernels/data.ts'
import type { Floats } from '../kernels/reference.ts'

const place = mkdtempSync(join(tmpdir(), 'manycore-workers-'))
process.on('exit', () => rmSync(place, { recursive: true, force: true }))
writeFileSync(join(place, 'package.json'), '{ "type": "module" }\n')
await bundle(['backends/workers/index.ts', 'backends/workers/worker.ts'], place)

/** Where the built backend lies, for programs that run in processes of their own. */
export const builtBackend = pathToFileURL(join(place, 'backends/workers/index.js')).href

const built = (await import(builtBackend)) as { WorkersBackend: new () => Backend }

export const makeBackend = (): Backend => new built.WorkersBackend()

export function sharedView(Class: Float64ArrayConstructor | Float32ArrayConstructor, length: number, offset = 0): Floats {
  const buffer = new SharedArrayBuffer((offset + length) * Class.BYTES_PER_ELEMENT)
  return fill(new Class(buffer as unknown as ArrayBuffer, offset * Class.BYTES_PER_ELEMENT, length), length + offset)
}
