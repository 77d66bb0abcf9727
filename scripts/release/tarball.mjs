// Reads a packed package in memory: nothing of a file that is not trusted yet is written to disk.
import { gunzipSync } from 'node:zlib'

const BLOCK = 512

/** The files of a gzipped tar archive by path, without their first folder (`package/`), as npm unpacks them. */
export function filesOf(tarball) {
  const archive = gunzipSync(tarball)
  const files = new Map()
  let path
  for (let offset = 0; offset + BLOCK <= archive.length; ) {
    const header = archive.subarray(offset, offset + BLOCK)
    if (header.every((byte) => byte === 0)) break
    const size = number(header, 124, 12)
    const content = archive.subarray(offset + BLOCK, offset + BLOCK + size)
    if (content.length < size) throw new Error('the archive ends in the middle of a file')
    const type = String.fromCharCode(header[156])
    if (type === 'x') path = extendedPath(content) ?? path
    else if (type === '0' || type === '\0') {
      const name = path ?? [text(header, 345, 155), text(header, 0, 100)].filter((part) => part !== '').join('/')
      files.set(name.split('/').slice(1).join('/'), content)
      path = undefined
    } else if (type !== '5' && type !== 'g') throw new Error(`the archive holds something that is no file (type ${type})`)
    offset += BLOCK * (1 + Math.ceil(size / BLOCK))
  }
  return files
}

function text(header, from, length) {
  const field = header.subarray(from, from + length)
  const end = field.indexOf(0)
  return field.subarray(0, end < 0 ? length : end).toString('utf8')
}

function number(header, from, length) {
  const digits = text(header, from, length).trim()
  if (!/^[0-7]+$/.test(digits)) throw new Error('this is no tar archive')
  return Number.parseInt(digits, 8)
}

/** Records of the form `24 path=some/long/path\n`. */
function extendedPath(content) {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1]
}
