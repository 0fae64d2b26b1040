/**
 * The chunks of a PNG file (W3C, "Portable Network Graphics", third edition, section 5), each with its checksum looked
 * at.
 *
 * @module
 */
import { crc32 } from '../crc32.js';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** The chunks that a decoder has to know. */
const CRITICAL = ['IHDR', 'PLTE', 'IDAT', 'IEND'];

export interface Chunks {
  readonly header: Buffer;
  /** The compressed pixels, of all IDAT chunks together. */
  readonly data: Buffer;
  readonly palette: Buffer | undefined;
  readonly transparency: Buffer | undefined;
}

/** @throws Error that says what is wrong: no PNG, cut off, a checksum, a chunk that is missing, twice or unknown */
export function readChunks(file: Buffer): Chunks {
  if (!file.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('it is no PNG file');
  const single = new Map<string, Buffer>();
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; !single.has('IEND');) {
    if (at + 12 > file.length) throw new Error('it ends too early');
    const length = file.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > file.length) throw new Error('it ends too early');
    const type = file.toString('latin1', at + 4, at + 8);
    if (crc32(file.subarray(at + 4, end)) !== file.readUInt32BE(end)) {
      throw new Error(`the checksum of its chunk ${JSON.stringify(type)} is wrong, so it was damaged`);
    }
    const content = file.subarray(at + 8, end);
    if (single.size === 0 && type !== 'IHDR') throw new Error('its header is missing');
    if (type === 'IDAT') data.push(content);
    else if (CRITICAL.includes(type) || type === 'tRNS') {
      if (single.has(type)) throw new Error(`it has two chunks ${type}`);
      single.set(type, content);
    } else if (/^[A-Z]/.test(type)) throw new Error(`it has the unknown chunk ${type}`);
    at = end + 4;
  }
  return {
    header: single.get('IHDR')!,
    data: Buffer.concat(data),
    palette: single.get('PLTE'),
    transparency: single.get('tRNS'),
  };
}
