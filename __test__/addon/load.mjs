// Run as a child process by load.spec.ts: prints info(), or the error's code.
import { info, sumSync } from '../../dist/index.js'

try {
  const { backend, tried, reason } = info()
  console.log(JSON.stringify({ backend, tried, reason, sum: sumSync(new Float64Array(1000).fill(1)) }))
} catch (error) {
  console.log(JSON.stringify({ code: error.code, message: error.message }))
}
