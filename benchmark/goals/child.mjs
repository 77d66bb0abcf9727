// Measures one row of a table of goals and prints what came out.
const { table, id, options } = JSON.parse(process.argv[2])
const { rows } = await import(`./${table}/index.mjs`)
const row = rows.find((candidate) => candidate.id === id)
const result = await row.measure(options).catch((error) => ({ contestants: [], error: error instanceof Error ? (error.stack ?? error.message) : String(error) }))
// Peers may leave behind what would keep the process.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
