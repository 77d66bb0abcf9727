/** Waiting for a child process while this thread is blocked, so that no event can tell. */
import { readFileSync } from 'node:fs'
import { builtin } from '../../common/builtin.ts'

/** Pause between two looks, in milliseconds: a process that ends costs the waiter half of it on average. */
const PAUSE = 5

/** Blocks until process `pid` has ended (it may be waiting to be reaped by us), `milliseconds` at the most. */
export function waitForProcess(pid: number, milliseconds: number): void {
  const until = performance.now() + milliseconds
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let left = milliseconds; left > 0 && runs(pid); left = until - performance.now()) Atomics.wait(sleeper, 0, 0, Math.min(PAUSE, left))
}

/**
 * Exit code of a child process that has ended and that the event loop hasn't reaped yet: minus the number of the signal that ended it. Undefined while it
 * runs, and where the system doesn't tell (anywhere but on Linux).
 */
export function exitCodeOf(pid: number): number | undefined {
  const stat = process.platform === 'linux' ? linuxStat(pid) : undefined
  if (stat === undefined || !hasEnded(stat[0])) return undefined
  const status = Number(stat.trimEnd().split(' ').at(-1))
  const signal = status & 0x7f
  return signal === 0 ? (status >> 8) & 0xff : -signal
}

function runs(pid: number): boolean {
  const state = process.platform === 'linux' ? linuxStat(pid)?.[0] : posixState(pid)
  return state !== undefined && !hasEnded(state)
}

function hasEnded(state: string | undefined): boolean {
  return state === 'Z' || state === 'X'
}

/** What the system says of a process, from its state on. */
function linuxStat(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2)
  } catch {
    return undefined
  }
}

function posixState(pid: number): string | undefined {
  try {
    if (process.platform === 'win32') return process.kill(pid, 0) ? 'R' : undefined
    return builtin('node:child_process').execFileSync('/bin/ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim()[0]
  } catch {
    return undefined
  }
}
