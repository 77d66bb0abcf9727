// Counts the tests in what the runners print.

/** @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Results failures: what to show of them */

/**
 * cargo test: sums the "test result" lines of all test binaries.
 *
 * @param {string} output
 * @returns {Results}
 */
export function cargoResults(output) {
  const results = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const [, passed, failed, ignored] of output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    results.passed += Number(passed)
    results.failed += Number(failed)
    results.skipped += Number(ignored)
  }
  // cargo prints the panics of a test binary between these two lines.
  for (const [block] of output.matchAll(/^failures:\n\n----[^]*?^test result:.*$/gm)) results.failures.push(block)
  return results
}

/**
 * TAP, as ava writes it: counts the lines of the tests and keeps those that failed, with their details.
 *
 * @param {string} output
 * @returns {Results}
 */
export function tapResults(output) {
  const results = { passed: 0, failed: 0, skipped: 0, failures: [] }
  let failure
  for (const line of output.split('\n')) {
    if (/^(not )?ok \d+/.test(line)) {
      failure = undefined
      if (/# (SKIP|TODO)/i.test(line)) results.skipped += 1
      else if (line.startsWith('ok')) results.passed += 1
      else {
        results.failed += 1
        results.failures.push((failure = [line]))
      }
    } else if (line.startsWith('#') || /^\d+\.\.\d+/.test(line)) {
      failure = undefined
    } else failure?.push(line)
  }
  results.failures = results.failures.map((lines) => lines.join('\n'))
  return results
}
