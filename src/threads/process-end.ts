/** When a child process has ended and nothing more comes from it, on every runtime. */
import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'

/** A process that has ended and sent nothing for so long sends nothing more, though its channel isn't said to be closed: Deno doesn't say so of one that is killed while it sends. */
export const SILENCE_MILLISECONDS = 300

export interface ProcessEnd {
  /** Minus the number of the signal that ended it. */
  readonly exitCode: number
  readonly killed: boolean
}

export interface EndWatch {
  /** A message has come. False if it comes too late, after the end was told. */
  heard(): boolean
  /** Its end, when that is known, which is before its last messages have come. */
  readonly exited: ProcessEnd | undefined
  /** It never ran, or is given up: that is its end. */
  end(how: ProcessEnd): void
}

/** Calls `exited` when the process has ended, and `told` once, after its last message. */
export function watchEnd(child: Pick<ChildProcess, 'on' | 'connected' | 'disconnect'>, exited: () => void, told: (how: ProcessEnd) => void): EndWatch {
  let known: ProcessEnd | undefined
  let over = false
  let count = 0
  let silence: NodeJS.Timeout | undefined
  const end = (how: ProcessEnd): void => {
    clearTimeout(silence)
    if (over) return
    over = true
    known ??= how
    // A channel that is left open would keep this process alive, and its descriptor.
    if (child.connected) child.disconnect()
    told(how)
  }
  /** Ends after a while without a message. What came while this thread was busy is read between a timer and an immediate. */
  const endInSilence = (how: ProcessEnd): void => {
    silence = setTimeout(() => {
      const before = count
      setImmediate(() => {
        if (over) return
        if (count === before) end(how)
        else endInSilence(how)
      })
    }, SILENCE_MILLISECONDS)
  }
  child.on('exit', (code, signal) => {
    known = endOf(code, signal)
    exited()
    if (!over) endInSilence(known)
  })
  child.on('close', (code, signal) => end(endOf(code, signal)))
  return {
    heard: () => {
      count++
      return !over
    },
    get exited() {
      return known
    },
    end,
  }
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ProcessEnd {
  return { exitCode: code ?? -signalNumber(signal), killed: code === null }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : (constants.signals[signal] ?? 1)
}
