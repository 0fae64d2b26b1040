/**
 * Records: how an event file frames its messages (TFRecord). Each is the length of the data (64 bits), its masked
 * checksum, the data, and the data's masked checksum; all numbers are little-endian.
 *
 * @module
 */
import { maskedCrc32c } from './crc32c.js';

/** The record that holds `data`. */
export function frameRecord(data: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(8 + 4 + data.length + 4);
  record.writeUInt32LE(data.length, 0);
  record.writeUInt32LE(0, 4); // no message has 4 GiB
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return record;
}
