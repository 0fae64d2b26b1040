/**
 * CRC-32 of PNG, zip and gzip (ISO 3309; PNG specification, annex D), eight bits a turn.
 *
 * @module
 */

/** What one byte makes of an empty register: the polynomial's remainders, lowest bit first. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

export function crc32(bytes: Uint8Array): number {
  let register = 0xffffffff;
  for (const byte of bytes) register = REMAINDERS[(register ^ byte) & 0xff]! ^ (register >>> 8);
  return (register ^ 0xffffffff) >>> 0;
}
