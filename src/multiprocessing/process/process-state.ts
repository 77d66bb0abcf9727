/** Waiting for a child process while this thread is blocked, so that no event can tell. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Pause between two looks, in milliseconds: a process that ends costs the waiter half of it on average. */
const PAUSE = 5

/** Blocks until process `pid` has ended (it may be waiting to be reaped by us), `milliseconds` at the most. */
export function waitForProcess(pid: number, milliseconds: number): void {
  const until = performance.now() + milliseconds
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let left = milliseconds; left > 0 && runs(pid); left = until - performance.now()) Atomics.wait(sleeper, 0, 0, Math.min(PAUSE, left))
}

function runs(pid: number): boolean {
  const state = process.platform === 'linux' ? linuxState(pid) : posixState(pid)
  return state !== undefined && state !== 'Z' && state !== 'X'
}

function linuxState(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything.
    return stat[stat.lastIndexOf(')') + 2]
  } catch {
    return undefined
  }
}

function posixState(pid: number): string | undefined {
  try {
    if (process.platform === 'win32') return process.kill(pid, 0) ? 'R' : undefined
    return execFileSync('/bin/ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim()[0]
  } catch {
    return undefined
  }
}
