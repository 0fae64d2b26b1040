/**
 * Writes zip archives of stored files, as PyTorch does, so that tests can make sound ones to break.
 *
 * @module
 */
import { crc32 } from '../../src/data/crc32.js';

/** A field of a record: how many bytes it has, and its number. */
type Field = readonly [bytes: 2 | 4, value: number];

const record = (signature: string, fields: readonly Field[]): Buffer =>
  Buffer.concat([
    Buffer.from(signature, 'latin1'),
    ...fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  ]);

/** An archive of these files, by their names in it. */
export function storedZip(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const bodies: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const common: Field[] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [2, 0],
      [4, crc32(content)],
      [4, content.length],
      [4, content.length],
      [2, name.length],
      [2, 0],
    ];
    const body = Buffer.concat([record('PK\x03\x04', [[2, 20], ...common]), Buffer.from(name), content]);
    const where: Field[] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, offset],
    ];
    list.push(Buffer.concat([record('PK\x01\x02', [[2, 20], [2, 20], ...common, ...where]), Buffer.from(name)]));
    bodies.push(body);
    offset += body.length;
  }
  const length = list.reduce((sum, entry) => sum + entry.length, 0);
  const end: Field[] = [
    [2, 0],
    [2, 0],
    [2, files.size],
    [2, files.size],
    [4, length],
    [4, offset],
    [2, 0],
  ];
  return Buffer.concat([...bodies, ...list, record('PK\x05\x06', end)]);
}
