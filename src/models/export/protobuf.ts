/** Writes protocol buffers (the wire format of proto3): just what ONNX needs. */

/** A message under construction. */
export class Message {
  readonly #parts: Uint8Array[] = []

  /** An integer field; −2^53 … 2^53, or any 64-bit bigint. */
  integer(field: number, value: number | bigint): this {
    return this.#tag(field, 0).#put(varint(BigInt.asUintN(64, BigInt(value))))
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, 2).#put(varint(BigInt(value.length))).#put(value)
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish())
  }

  finish(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of this.#parts) {
      out.set(part, at)
      at += part.length
    }
    return out
  }

  #tag(field: number, wire: 0 | 2): this {
    return this.#put(varint(BigInt(field * 8 + wire)))
  }

  #put(part: Uint8Array): this {
    this.#parts.push(part)
    return this
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = []
  let rest = value
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 128 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}
