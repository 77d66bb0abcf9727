/** Picks the backend, and can say why: the only place that knows both. */
import { load, packageVersion, target, type Addon, type Attempt } from '../addon/index.ts'
import { availableThreads } from '../common/parallelism.ts'
import { argumentError, makeError } from '../errors.ts'
import type { Backend, BackendName } from './backend.ts'
import { NativeBackend } from './native/index.ts'
import { WorkersBackend } from './workers/index.ts'

export type { Backend, BackendName } from './backend.ts'

/** What a user may ask for. */
export type BackendChoice = 'auto' | BackendName

const choices: readonly string[] = ['auto', 'native', 'workers']

interface Selection {
  readonly backend: Backend
  readonly reason: string
}

let selection: Selection | undefined
let native: NativeBackend | undefined
let workers: WorkersBackend | undefined
/** Threads that this thread has asked for. */
let asked: number | undefined

/** The backend in use; the first call picks one by `MANYCORE_BACKEND`, or the native one where it loads. */
export function active(): Backend {
  return (selection ??= fromEnvironment()).backend
}

/** Why the backend in use was picked, in words. */
export function reason(): string {
  return (selection ??= fromEnvironment()).reason
}

/** What `info()` says beside the backend itself. */
export function surroundings(): { version: string; target: string; tried: readonly Attempt[]; warning: string } {
  const { addon, tried: found } = load()
  const misfit = addon === undefined ? undefined : tryNative(addon)
  const tried = misfit === undefined ? found : found.map(({ path, error }) => ({ path, error: error ?? misfit }))
  return { version: packageVersion(), target: target(), tried, warning: addon?.warning() ?? '' }
}

/**
 * Picks a backend for the calls that follow, in this thread.
 *
 * @throws Error ERR_MANYCORE_NATIVE_LOAD if `'native'` was asked for and no binary works here; the backend in use stays.
 */
export function choose(choice: BackendChoice, who = 'setBackend'): void {
  selection = select(choice, who)
  const { backend } = selection
  if (asked !== undefined && backend.maxThreads !== asked) backend.setThreads(asked)
}

/** Sets the threads of the backend in use, and of those that this thread picks later. */
export function setThreads(count: number): void {
  active().setThreads(count)
  asked = count
}

function fromEnvironment(): Selection {
  const choice = process.env['MANYCORE_BACKEND']
  return select(choice === undefined || choice === '' ? 'auto' : (choice as BackendChoice), 'MANYCORE_BACKEND')
}

/** Names of CPU levels, of every platform: a level that this machine lacks gives the best one below it. */
const levels: readonly string[] = ['portable', 'avx2', 'avx512', 'neon']

/** Throws an OPTION error for a variable that holds what it can't mean; the native core would go on without a word. */
function checkEnvironment(): void {
  availableThreads()
  const level = process.env['MANYCORE_CPU_LEVEL']
  if (level === undefined || level === '' || levels.includes(level)) return
  throw argumentError('OPTION', 'MANYCORE_CPU_LEVEL', `one of ${levels.join(', ')}`, level, RangeError)
}

function select(choice: BackendChoice, who: string): Selection {
  checkEnvironment()
  if (!choices.includes(choice)) throw argumentError('OPTION', who, `one of ${choices.join(', ')}`, choice, RangeError)
  if (choice === 'workers') return { backend: (workers ??= new WorkersBackend()), reason: `${who} asked for it` }
  const { addon, tried } = load()
  const misfit = addon === undefined ? undefined : tryNative(addon)
  if (native !== undefined) return { backend: native, reason: choice === 'native' ? `${who} asked for it` : 'the native core loaded' }
  const attempts = tried.map(({ path, error }) => `${path}: ${error ?? misfit}`).join('; ')
  if (choice === 'native') {
    throw makeError('NATIVE_LOAD', `${who}: the native core could not be loaded (${attempts})`, { argument: who, got: 'native', wanted: 'auto or workers' })
  }
  return { backend: (workers ??= new WorkersBackend()), reason: `no native core could be loaded (${attempts})` }
}

/** Makes the native backend; gives what is wrong with a binary that loads, yet doesn't belong to this package's TypeScript. */
function tryNative(addon: Addon): string | undefined {
  try {
    native ??= new NativeBackend(addon)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
