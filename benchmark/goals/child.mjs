// Measures one row of a table of goals, or several in turn, and prints a line for each: what came out.
import { setBackend } from '../../dist/index.js'
import { keepPython } from '../python-server.mjs'

const { table, ids, options } = JSON.parse(process.argv[2])
const { rows } = await import(`./${table}/index.mjs`)
if (ids.length > 1) keepPython()
for (const id of ids) {
  const row = rows.find((candidate) => candidate.id === id)
  const result = await row.measure(options).catch((error) => ({ contestants: [], error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
  await new Promise((resolve) => process.stdout.write(`${JSON.stringify({ id, ...result })}\n`, resolve))
  setBackend('auto')
}
// Peers may leave behind what would keep the process.
process.exit(0)
