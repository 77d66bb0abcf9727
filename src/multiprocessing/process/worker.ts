/** Entry of a Process: runs one function, once. */
import { boot } from '../../threads/boot.ts'
import type { Channel } from '../../threads/channel.ts'
import { getIdentity } from '../../threads/current.ts'
import { encodeError } from '../../threads/error-transport.ts'
import { revive } from '../../threads/encode.ts'
import { printError } from '../../threads/output.ts'
import { exportedFunction, loadModule } from '../../threads/load-module.ts'
import { expectTravellers } from '../arrivals.ts'
import type { ProcessSetup } from './process.ts'

boot((channel) => channel.onMessage((setup) => void run(setup as ProcessSetup, channel)))

async function run({ url, name, args, coded }: ProcessSetup, channel: Channel): Promise<void> {
  try {
    if (coded) await expectTravellers()
    const target = exportedFunction(await loadModule(url), name, url)
    await target(...((coded ? revive(args) : args) as unknown[]))
  } catch (error) {
    print(error)
    process.exit(1)
  }
  // From here on the worker lives as long as what the function left behind.
  channel.close()
}

/** To stderr itself: the parent may be blocked, and a worker's own stream goes through the parent. */
function print(error: unknown): void {
  const { base, stack, thrown } = encodeError(error)
  const text = base === undefined ? `Uncaught ${String(thrown)}` : withCauses(error as Error, stack)
  printError(`${getIdentity().name} failed: ${text}\n`)
}

function withCauses(error: Error, stack = String(error)): string {
  let text = stack
  for (let cause = error.cause, depth = 0; cause !== undefined && depth < 8; cause = cause instanceof Error ? cause.cause : undefined, depth++) {
    text += `\ncaused by: ${cause instanceof Error ? (cause.stack ?? String(cause)) : String(cause)}`
  }
  return text
}
