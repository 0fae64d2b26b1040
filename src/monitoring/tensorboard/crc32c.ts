/**
 * CRC-32C, the Castagnoli polynomial (RFC 3720, appendix B.4), which event files protect their records with.
 * `node:zlib` has only the other CRC-32.
 *
 * @module
 */

/** 0x1EDC6F41 with its bits in reverse. */
const POLYNOMIAL = 0x82f63b78;

/** The checksum of every byte, and of every byte followed by one, two and three zeros: four bytes a turn. */
const TABLES = makeTables();

/** The checksum as an unsigned number of 32 bits. */
export function crc32c(bytes: Uint8Array): number {
  const [first, second, third, fourth] = TABLES;
  const fours = bytes.length - (bytes.length % 4);
  let crc = 0xffffffff;
  let at = 0;
  for (; at < fours; at += 4) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc = fourth[crc & 0xff]! ^ third[(crc >>> 8) & 0xff]! ^ second[(crc >>> 16) & 0xff]! ^ first[crc >>> 24]!;
  }
  for (; at < bytes.length; at += 1) crc = first[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

/**
 * The checksum as event files store it. It is masked because a checksum over data that holds its own checksum would
 * tell nothing.
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

function makeTables(): [Int32Array, Int32Array, Int32Array, Int32Array] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    return crc;
  });
  const extend = (table: Int32Array) => table.map((crc) => first[crc & 0xff]! ^ (crc >>> 8));
  const second = extend(first);
  const third = extend(second);
  return [first, second, third, extend(third)];
}
