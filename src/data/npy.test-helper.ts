/**
 * Makes `.npy` files for tests.
 *
 * @module
 */

/** @param shape as Python writes a tuple */
export function npyFile(
  descr: string,
  shape: string,
  bytes: Uint8Array,
  { fortran = false, version = 1 }: { readonly fortran?: boolean; readonly version?: number } = {},
): Buffer {
  const wide = version > 1 ? 4 : 2;
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }`;
  const padded = `${text.padEnd(128 - 8 - wide - 1)}\n`;
  const length = Buffer.alloc(wide);
  length.writeUIntLE(padded.length, 0, wide);
  return Buffer.concat([Buffer.from(`\x93NUMPY`, 'latin1'), Buffer.of(version, 0), length, Buffer.from(padded), bytes]);
}
