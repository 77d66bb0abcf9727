/** Examples are programs and modules at once: this tells which one this is. */
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

/** Whether the module of this URL is the program that was started. (A worker has its parent's arguments, but is not the program.) */
export function isProgram(url: string): boolean {
  return isMainThread && process.argv[1] === fileURLToPath(url)
}
