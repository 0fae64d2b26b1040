/**
 * Reads event files for the tests: a decoder that shares nothing with the encoder but the specification, down to
 * a checksum computed bit by bit.
 *
 * @module
 */

/** The fields of a message by number, in the order of the file: numbers for varints, bytes for all else. */
export type Fields = Map<number, (number | Uint8Array)[]>;

/** The events of a file, decoded one level deep. Throws at a checksum that is wrong and at half a record. */
export function readEvents(file: Uint8Array): Fields[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: Fields[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    check(file.subarray(at, at + 8), view.getUint32(at + 8, true));
    const data = file.subarray(at + 12, at + 12 + length);
    check(data, view.getUint32(at + 12 + length, true));
    events.push(decode(data));
    at += 16 + length;
  }
  return events;
}

export function decode(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const kind = key & 7;
    const length = { 0: 0, 1: 8, 2: -1, 5: 4 }[kind];
    if (length === undefined) throw new Error(`wire type ${kind}`);
    const size = length === -1 ? varint() : length;
    const value = kind === 0 ? varint() : bytes.subarray(at, at + size);
    at += size;
    fields.set(key >>> 3, [...(fields.get(key >>> 3) ?? []), value]);
  }
  if (at !== bytes.length) throw new Error(`${at - bytes.length} bytes missing`);
  return fields;
}

/** The message, text, numbers or number in the only value of a field. */
export const message = (fields: Fields, field: number) => decode(raw(fields, field));
export const text = (fields: Fields, field: number) => Buffer.from(raw(fields, field)).toString();
export const float = (fields: Fields, field: number) => Buffer.from(raw(fields, field)).readFloatLE();
export const integer = (fields: Fields, field: number) => (fields.get(field)?.[0] ?? 0) as number;
export const doubles = (fields: Fields, field: number) => {
  const bytes = Buffer.from(raw(fields, field));
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(8 * index));
};
export const messages = (fields: Fields, field: number) =>
  (fields.get(field) ?? []).map((value) => decode(value as Uint8Array));

export function raw(fields: Fields, field: number): Uint8Array {
  const values = fields.get(field) ?? [];
  if (values.length !== 1 || typeof values[0] === 'number') throw new Error(`field ${field}: ${String(values)}`);
  return values[0]!;
}

function check(bytes: Uint8Array, masked: number): void {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  crc = ~crc >>> 0;
  const expected = (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  if (masked !== expected) throw new Error('a checksum is wrong');
}

/**
 * What the files of a run that was killed and went on say together: of a file that ends in half a record the whole
 * ones, and of events that a later start of the run took back none. In the order of their names, as TensorBoard reads.
 */
export function eventsOfRun(files: readonly Uint8Array[]): Fields[] {
  let events: Fields[] = [];
  for (const file of files) {
    for (const event of readEvents(wholeRecords(file))) {
      const restarts = event.has(7) && integer(message(event, 7), 1) === 1;
      if (restarts) events = events.filter((earlier) => integer(earlier, 2) < integer(event, 2));
      else events.push(event);
    }
  }
  return events;
}

function wholeRecords(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let end = 0;
  while (end + 12 <= file.length) {
    const next = end + 16 + Number(view.getBigUint64(end, true));
    if (next > file.length) break;
    end = next;
  }
  return file.subarray(0, end);
}

/** What a file says, in the form in which scripts/development/read-events.py prints what TensorBoard reads. */
export function contents(file: Uint8Array) {
  return contentsOf(readEvents(file));
}

/** What these events say together. */
export function contentsOf(events: readonly Fields[]) {
  const scalars: Record<string, [number, number][]> = {};
  const histograms: Record<string, [number, Record<string, number | number[]>][]> = {};
  const images: Record<string, [number, number, number, Uint8Array][]> = {};
  const texts: Record<string, [number, string][]> = {};
  const plugins: Record<string, string> = {};
  for (const event of events) {
    const step = integer(event, 2);
    for (const value of event.has(5) ? messages(message(event, 5), 1) : []) {
      const tag = text(value, 1);
      if (value.has(2)) (scalars[tag] ??= []).push([step, float(value, 2)]);
      if (value.has(5)) {
        const histogram = message(value, 5);
        const one = (field: number) => doubles(histogram, field)[0]!;
        const totals = { min: one(1), max: one(2), num: one(3), sum: one(4), sum_squares: one(5) };
        const buckets = { bucket_limit: doubles(histogram, 6), bucket: doubles(histogram, 7) };
        (histograms[tag] ??= []).push([step, { ...totals, ...buckets }]);
      }
      if (value.has(4)) {
        const image = message(value, 4);
        (images[tag] ??= []).push([step, integer(image, 2), integer(image, 1), raw(image, 4)]);
      }
      if (value.has(8)) {
        (texts[tag] ??= []).push([step, text(message(value, 8), 8)]);
        plugins[tag] = text(message(message(value, 9), 1), 1);
      }
    }
  }
  return { scalars, histograms, images, texts, plugins };
}
