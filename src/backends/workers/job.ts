/**
 * Work shared out over threads: what its messages carry, and the part that the calling thread and the workers do alike.
 *
 * Chunks are drawn from a common counter; a chunk's result lands at its place whoever computes it. Computing a chunk twice writes the
 * same bits twice, so that one which seems lost (its thread died or got no processor) is just computed again. That is why results lie
 * in memory of the job's own: a thread that wakes late must not write where the caller has gone on.
 */
import { tasks, type TaskName } from '../../kernels/tasks.ts'

/** A job as it travels to the workers. */
export interface JobMessage {
  readonly id: number
  readonly task: TaskName
  /** The task's arguments: numbers, names, and views of shared memory. */
  readonly args: readonly unknown[]
  /** Chunk of the task that chunk 0 of the job is. */
  readonly first: number
  readonly chunks: number
  /** Doubles of a chunk's result. */
  readonly width: number
  /** Results of all chunks, then the words below, then a word a chunk that is 1 when its result is there. */
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

/** Thrown through a chunk that nobody waits for any more. */
const givenUp = {}

const NEXT = 0
const DONE = 1
const CANCELLED = 2
const WORDS = 3

/** A job as each thread sees it. */
export class Job {
  readonly message: JobMessage
  readonly #results: Float64Array
  readonly #words: Int32Array
  readonly #present: Int32Array

  constructor(message: JobMessage) {
    const { width, chunks, memory } = message
    this.message = message
    this.#results = new Float64Array(memory, 0, chunks * width)
    this.#words = new Int32Array(memory, this.#results.byteLength, WORDS)
    this.#present = new Int32Array(memory, this.#results.byteLength + this.#words.byteLength, chunks)
  }

  /** Bytes of the shared memory of a job. */
  static bytes(width: number, chunks: number): number {
    return chunks * width * Float64Array.BYTES_PER_ELEMENT + (WORDS + chunks) * Int32Array.BYTES_PER_ELEMENT
  }

  get complete(): boolean {
    return Atomics.load(this.#words, DONE) === this.message.chunks
  }

  /** The results of all chunks. A thread that computes one a second time may still be writing the same bits there. */
  get results(): Float64Array {
    return this.#results
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

  /** Computes a chunk, unless the job is cancelled meanwhile: then a long one stops at its next look. */
  compute(chunk: number): void {
    const { task, args, first, width } = this.message
    try {
      tasks[task](args, first + chunk, this.#results.subarray(chunk * width, (chunk + 1) * width), this.#look)
    } catch (error) {
      if (error === givenUp) return
      throw error
    }
    if (Atomics.exchange(this.#present, chunk, 1) !== 0) return
    Atomics.add(this.#words, DONE, 1)
    Atomics.notify(this.#words, DONE)
  }

  readonly #look = (): void => {
    if (this.cancelled) throw givenUp
  }

  /** Blocks until the number of chunks that are there changes, the job is complete, or the time is over. */
  wait(milliseconds: number): void {
    const done = Atomics.load(this.#words, DONE)
    if (done < this.message.chunks) Atomics.wait(this.#words, DONE, done, milliseconds)
  }
}
