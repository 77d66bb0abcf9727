/**
 * A reduction shared out over threads: what its messages carry, and the part that the calling thread and the workers do alike.
 *
 * Chunks are drawn from a common counter; a chunk's partial lands at its place whoever computes it. Computing a chunk twice writes the
 * same bits twice, so that one which seems lost (its thread died or got no processor) is just computed again.
 */
import type { FloatArray } from '../../common/arrays.ts'
import { chunkPartials, widthOf, type ReductionName } from '../../kernels/index.ts'

/** A job as it travels to the workers. */
export interface JobMessage {
  readonly id: number
  readonly kernel: ReductionName
  readonly x: FloatArray
  readonly y: FloatArray | undefined
  /** Chunk of x that chunk 0 of the job is. */
  readonly first: number
  readonly chunks: number
  /** Partials of all chunks, then the words below, then a word a chunk that is 1 when its partial is there. */
  readonly memory: SharedArrayBuffer
  /** Whether the worker says when it finds no more chunks to draw. */
  readonly answer: boolean
}

/** From a worker: there is nothing left to draw of the job. */
export interface AnswerMessage {
  readonly id: number
}

/** Makes a worker end right after its next draw; for tests. */
export interface SabotageMessage {
  readonly sabotage: true
}

const NEXT = 0
const DONE = 1
const CANCELLED = 2
const WORDS = 3

/** A job as each thread sees it. */
export class Job {
  readonly message: JobMessage
  readonly #partials: Float64Array
  readonly #words: Int32Array
  readonly #present: Int32Array

  constructor(message: JobMessage) {
    const { kernel, chunks, memory } = message
    this.message = message
    this.#partials = new Float64Array(memory, 0, chunks * widthOf(kernel))
    this.#words = new Int32Array(memory, this.#partials.byteLength, WORDS)
    this.#present = new Int32Array(memory, this.#partials.byteLength + this.#words.byteLength, chunks)
  }

  /** Bytes of the shared memory of a job. */
  static bytes(kernel: ReductionName, chunks: number): number {
    return chunks * widthOf(kernel) * Float64Array.BYTES_PER_ELEMENT + (WORDS + chunks) * Int32Array.BYTES_PER_ELEMENT
  }

  get complete(): boolean {
    return Atomics.load(this.#words, DONE) === this.message.chunks
  }

  /** A copy of the partials of all chunks: a thread that computes one a second time may still be writing. */
  results(): Float64Array {
    return this.#partials.slice()
  }

  /** Threads stop after the chunk that they are at. */
  cancel(): void {
    Atomics.store(this.#words, CANCELLED, 1)
  }

  get cancelled(): boolean {
    return Atomics.load(this.#words, CANCELLED) === 1
  }

  /** Draws a chunk, or gives undefined when there is none left or the job is cancelled. */
  draw(): number | undefined {
    const { chunks } = this.message
    while (!this.cancelled) {
      const chunk = Atomics.add(this.#words, NEXT, 1)
      if (chunk >= chunks) return undefined
      if (Atomics.load(this.#present, chunk) === 0) return chunk
    }
    return undefined
  }

  /** Lets the chunks that aren't there yet be drawn once more. */
  redraw(): void {
    Atomics.store(this.#words, NEXT, 0)
  }

  compute(chunk: number): void {
    const { kernel, x, y, first } = this.message
    const width = widthOf(kernel)
    chunkPartials(kernel, x, y, first + chunk, first + chunk + 1, this.#partials.subarray(chunk * width, (chunk + 1) * width))
    if (Atomics.exchange(this.#present, chunk, 1) !== 0) return
    Atomics.add(this.#words, DONE, 1)
    Atomics.notify(this.#words, DONE)
  }

  /** Blocks until the number of chunks that are there changes, the job is complete, or the time is over. */
  wait(milliseconds: number): void {
    const done = Atomics.load(this.#words, DONE)
    if (done < this.message.chunks) Atomics.wait(this.#words, DONE, done, milliseconds)
  }
}
