/**
 * Where a command writes: results to standard output, as text or as one JSON value; progress to standard error, so that a
 * pipe sees results only.
 */
import { styleFor, type Style } from '../report/index.ts'

interface Output {
  isTTY?: boolean
  write(text: string): unknown
}

export interface Terminal {
  /** Whether the caller wants data instead of text. */
  readonly json: boolean
  readonly style: Style
  /** A line of text; says nothing when data are wanted. */
  print(text?: string): void
  /** The result as data; says nothing when text is wanted. */
  data(value: unknown): void
  /** What is being done right now. On a terminal each message takes the place of the one before. */
  progress(message: string): void
  /** Takes the last progress message away. */
  progressEnd(): void
}

export function makeTerminal(json: boolean, stdout: Output = process.stdout, stderr: Output = process.stderr): Terminal {
  const rewrite = stderr.isTTY === true
  return {
    json,
    style: styleFor(stdout),
    print(text = '') {
      if (!json) stdout.write(`${text}\n`)
    },
    data(value) {
      if (json) stdout.write(`${JSON.stringify(value, replaceBigInt, 2)}\n`)
    },
    progress(message) {
      stderr.write(rewrite ? `\r\u001B[K${message}` : `${message}\n`)
    },
    progressEnd() {
      if (rewrite) stderr.write('\r\u001B[K')
    },
  }
}

/** JSON has no integers beyond doubles: they travel as text. */
function replaceBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
