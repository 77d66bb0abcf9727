/** The far end of pipe.ts. */
import type { Connection } from 'manycore/multiprocessing'

/** Answers each text in capitals, until the other end is closed. */
export async function answer(connection: Connection<string>): Promise<void> {
  while (await connection.poll({ timeout: 60_000 })) {
    let text: string
    try {
      text = await connection.receive()
    } catch (error) {
      if ((error as { code?: string }).code === 'ERR_MANYCORE_END_OF_FILE') return
      throw error
    }
    connection.send(text.toUpperCase())
  }
}
