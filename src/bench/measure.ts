/** Measures one case in one size, in this process. */
import { setBackend } from '../index.ts'
import type { Case } from './case.ts'
import { interleave, type Contestant } from './interleave.ts'
import { AGAIN, OURS, type Measurement, type Sampled } from './report.ts'

/** Another way of doing what a case does. `make` is called once, before any timing; what it throws becomes a row that says so. */
export interface Peer<D = unknown> {
  readonly name: string
  make(data: D, n: number): Run | Promise<Run>
}

/** A call, or one that times itself elsewhere. */
type Run = (() => unknown) & Pick<Contestant, 'measure'>

export interface MeasureOptions {
  readonly rounds: number
  readonly sampleTime: number
  readonly budget?: number | undefined
  readonly leastRounds?: number | undefined
  readonly patience?: number | undefined
  readonly seed?: number | undefined
  /** Beside this package's own backends and the plain loop. */
  readonly peers?: readonly Peer[] | undefined
  /** Called with everybody who takes part once the rounds are over, for further measuring; what it gives is kept with the measurement. */
  readonly also?: ((contestants: readonly Contestant[]) => unknown) | undefined
}

/**
 * Times this package's call, the same again, its workers backend, the plain loop and the peers, in interleaved rounds. Every answer is checked
 * before the timing and after it.
 */
export async function measureCase(subject: Case, n: number, { peers = [], also, ...interleaving }: MeasureOptions): Promise<Measurement> {
  const data = subject.make(n)
  const failed: Sampled[] = []
  const contestants: Contestant[] = []
  const add = async (name: string, make: () => Run | Promise<Run>, prepare?: () => void): Promise<void> => {
    try {
      prepare?.()
      const run = await make()
      subject.check(await run(), data)
      contestants.push({ name, run, ...(prepare === undefined ? {} : { prepare }), ...(run.measure === undefined ? {} : { measure: run.measure }) })
    } catch (error) {
      failed.push({ name, samples: [], calls: 0, error: error instanceof Error ? error.message : String(error) })
    }
  }
  const ours = () => () => subject.ours(data)
  await add(OURS, ours, () => setBackend('auto'))
  await add(AGAIN, ours, () => setBackend('auto'))
  await add('workers backend', ours, () => setBackend('workers'))
  const { loop } = subject
  if (loop !== undefined) await add('plain loop', () => () => loop(data))
  for (const peer of peers) await add(peer.name, () => peer.make(data, n))
  try {
    const timings = await interleave(contestants, interleaving)
    for (const { name, value } of timings) {
      try {
        subject.check(value, data)
      } catch (error) {
        throw new Error(`${name}, after the timing: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
      }
    }
    const sampled = timings.map(({ name, samples, calls }): Sampled => ({ name, samples, calls }))
    const further = also?.(contestants)
    return {
      name: subject.name, group: subject.group, n, bytes: subject.bytes?.(n) ?? null, contestants: [...sampled, ...failed],
      ...(further === undefined ? {} : { further }),
    }
  } finally {
    setBackend('auto')
  }
}
