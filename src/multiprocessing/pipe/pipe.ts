/** Two connections, each the other end of the other. */
import { argumentError } from '../../errors.ts'
import { checkNames } from '../../common/options.ts'
import { Connection } from './connection.ts'
import { makePair } from './end.ts'

export interface PipeOptions {
  /** Both ends send and receive (default), or the first only receives and the second only sends. */
  duplex?: boolean | undefined
}

/**
 * Two connected ends: what one sends, the other receives. Give one of them to a worker.
 *
 * ```ts
 * const [here, there] = Pipe()
 * new Process(url, 'work', [there]).start()
 * here.send('hello')
 * const answer = await here.receive()
 * ```
 */
export function Pipe<Here = unknown, There = Here>(options: PipeOptions = {}): [Connection<Here>, Connection<There>] {
  checkNames(options, ['duplex'])
  const { duplex = true } = options
  if (typeof duplex !== 'boolean') throw argumentError('OPTION', 'duplex', 'a boolean', duplex)
  const [first, second] = makePair()
  return [new Connection(first, { receives: true, sends: duplex }), new Connection(second, { receives: duplex, sends: true })]
}
