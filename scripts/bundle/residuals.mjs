// CIFAR's images in a form that a general compressor packs a quarter tighter, and back, bit for bit: for each pixel what
// the median edge detector of LOCO-I (Weinberger, Seroussi and Sapiro, 2000, equation 1) could not foresee from its
// neighbours, red and blue as differences from green. All arithmetic is modulo 256.
const SIDE = 32;
const AREA = SIDE * SIDE;
/** One label, then the planes of red, green and blue. */
export const RECORD = 1 + 3 * AREA;
/** Where a difference of zero lies, far from where bytes wrap around. */
const MIDDLE = 128;

/**
 * @param {Uint8Array} plane one plane of an image, known before position `k`
 * @param {number} k
 */
function foreseen(plane, k) {
  if (k === 0) return MIDDLE;
  if (k < SIDE) return plane[k - 1] ?? 0;
  const above = plane[k - SIDE] ?? 0;
  if (k % SIDE === 0) return above;
  const [left, corner] = [plane[k - 1] ?? 0, plane[k - SIDE - 1] ?? 0];
  if (corner >= Math.max(left, above)) return Math.min(left, above);
  if (corner <= Math.min(left, above)) return Math.max(left, above);
  return left + above - corner;
}

/**
 * Records of CIFAR's binary layout to: all labels, all residuals of green, of red less green, of blue less green.
 * @param {Uint8Array} records
 */
export function toResiduals(records) {
  const images = records.length / RECORD;
  const residuals = new Uint8Array(records.length);
  const plane = new Uint8Array(AREA);
  for (let image = 0; image < images; image += 1) {
    const start = image * RECORD;
    residuals[image] = records[start] ?? 0;
    const [red, green, blue] = [0, 1, 2].map((c) => records.subarray(start + 1 + c * AREA, start + 1 + (c + 1) * AREA));
    [green, red, blue].forEach((colour, position) => {
      const out = images + (position * images + image) * AREA;
      for (let k = 0; k < AREA; k += 1) {
        plane[k] = position === 0 ? (colour?.[k] ?? 0) : (colour?.[k] ?? 0) - (green?.[k] ?? 0) + MIDDLE;
        residuals[out + k] = (plane[k] ?? 0) - foreseen(plane, k);
      }
    });
  }
  return residuals;
}

/**
 * The inverse of `toResiduals`.
 * @param {Uint8Array} residuals
 */
export function toRecords(residuals) {
  const images = residuals.length / RECORD;
  const records = new Uint8Array(residuals.length);
  const [green, difference] = [new Uint8Array(AREA), new Uint8Array(AREA)];
  for (let image = 0; image < images; image += 1) {
    const start = image * RECORD;
    records[start] = residuals[image] ?? 0;
    // The order of the residuals is green, red, blue; that of the record red, green, blue.
    [1, 0, 2].forEach((channel, position) => {
      const plane = position === 0 ? green : difference;
      const [from, to] = [images + (position * images + image) * AREA, start + 1 + channel * AREA];
      for (let k = 0; k < AREA; k += 1) {
        plane[k] = (residuals[from + k] ?? 0) + foreseen(plane, k);
        records[to + k] = position === 0 ? (plane[k] ?? 0) : (plane[k] ?? 0) + (green[k] ?? 0) - MIDDLE;
      }
    });
  }
  return records;
}
