/** Writes the protocol-buffer wire format: fields in any order, each a number, a wire type and a value. */
export class Message {
  readonly #chunks: Uint8Array[] = [];

  /** int32, int64, bool or enum. */
  integer(field: number, value: number): this {
    return this.#raw(varint(BigInt(field * 8))).#raw(varint(BigInt.asUintN(64, BigInt(value))));
  }

  float(field: number, value: number): this {
    return this.#raw(varint(BigInt(field * 8 + 5))).#raw(new Uint8Array(Float32Array.of(value).buffer));
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#raw(varint(BigInt(field * 8 + 2)))
      .#raw(varint(BigInt(value.length)))
      .#raw(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.encode());
  }

  /** One entry of a map<string, message>. */
  entry(field: number, key: string, value: Message): this {
    return this.message(field, new Message().string(1, key).message(2, value));
  }

  encode(): Uint8Array {
    const encoded = new Uint8Array(this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let offset = 0;
    for (const chunk of this.#chunks) {
      encoded.set(chunk, offset);
      offset += chunk.length;
    }
    return encoded;
  }

  #raw(chunk: Uint8Array): this {
    this.#chunks.push(chunk);
    return this;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
