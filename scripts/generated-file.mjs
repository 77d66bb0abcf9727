// What the generators do with their text: write it, or with --check only say whether the file is stale (exit code 1).
import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './toolchain.mjs'

/** Keeps `lines` in the file at `target`. */
export function keep(target, lines) {
  const text = lines.join('\n')
  if (!process.argv.includes('--check')) return writeFileSync(target, text)
  let found
  try {
    found = readFileSync(target, 'utf8')
  } catch {}
  if (found === text) return
  console.error(`${relative(root, fileURLToPath(target))} is stale: run \`npm run generate\``)
  process.exitCode = 1
}
