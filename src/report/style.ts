/** Escape codes of a terminal, only where somebody can see them. */

export interface Style {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
}

const plain: Style = { bold: (text) => text, dim: (text) => text }
const ansi: Style = { bold: (text) => `\u001B[1m${text}\u001B[22m`, dim: (text) => `\u001B[2m${text}\u001B[22m` }

/** No colours for files and pipes, nor where NO_COLOR (any non-empty value) asks for none. */
export function styleFor(stream: { isTTY?: boolean }, environment: Record<string, string | undefined> = process.env): Style {
  const wanted = stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
  return wanted ? ansi : plain
}
