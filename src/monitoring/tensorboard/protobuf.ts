/**
 * Protocol Buffers, the part that events need: one message written field by field.
 *
 * @module
 */

/** How a field's value is laid out, as its key says. */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** A message under way. Fields are numbered as in the `.proto` file; the order of the calls is that of the bytes. */
export class Message {
  #bytes: Buffer;
  #length = 0;

  constructor(expectedLength = 64) {
    this.#bytes = Buffer.allocUnsafe(expectedLength);
  }

  /** An int32, int64, bool or enum that is not negative. */
  integer(field: number, value: number): this {
    this.#key(field, VARINT);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#key(field, FIXED_32);
    this.#length = this.#reserve(4).writeFloatLE(value, this.#length);
    return this;
  }

  double(field: number, value: number): this {
    this.#key(field, FIXED_64);
    this.#length = this.#reserve(8).writeDoubleLE(value, this.#length);
    return this;
  }

  /** `repeated double`, packed. */
  doubles(field: number, values: ArrayLike<number>): this {
    const { length } = values;
    this.#key(field, LENGTH_DELIMITED);
    this.#varint(8 * length);
    const bytes = this.#reserve(8 * length);
    for (let index = 0; index < length; index += 1) {
      this.#length = bytes.writeDoubleLE(values[index]!, this.#length);
    }
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#key(field, LENGTH_DELIMITED);
    this.#varint(value.length);
    this.#reserve(value.length).set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(field: number, value: string): this {
    const length = Buffer.byteLength(value);
    this.#key(field, LENGTH_DELIMITED);
    this.#varint(length);
    this.#length += this.#reserve(length).write(value, this.#length);
    return this;
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  /** The bytes so far; valid until the next field. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #key(field: number, kind: number): void {
    this.#varint(field * 8 + kind);
  }

  /** Seven bits a byte, the lowest first. By division, since steps may be beyond 32 bits. */
  #varint(value: number): void {
    const bytes = this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    bytes[this.#length++] = rest;
  }

  /** Makes room for `more` bytes after the last, and returns the whole buffer. */
  #reserve(more: number): Buffer {
    const needed = this.#length + more;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.finish());
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}
