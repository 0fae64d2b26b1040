/**
 * A folder of made-up pictures to try `saddlepoint init` on: circles, squares and triangles of any colour, size and place on
 * noisy backgrounds, as JPEG files.
 *
 *   node scripts/development/make-shapes.mjs <folder> [pictures of each class, 400] [pixels, 64]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const [folder, pictures = '400', pixels = '64'] = process.argv.slice(2);
if (folder === undefined) throw new Error('expected a folder to write to');
const size = Number(pixels);

/**
 * Mulberry32: the same pictures on every machine.
 *
 * @param {number} seed
 */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = generator(20261129);
const between = (/** @type {number} */ low, /** @type {number} */ high) => low + (high - low) * random();

/**
 * Corners on a circle around the middle.
 *
 * @param {number} corners
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {number} turn
 */
function polygon(corners, x, y, radius, turn) {
  const points = Array.from({ length: corners }, (_, corner) => {
    const angle = turn + (2 * Math.PI * corner) / corners;
    return `${x + radius * Math.cos(angle)},${y + radius * Math.sin(angle)}`;
  });
  return `<polygon points="${points.join(' ')}"/>`;
}

/** @type {Record<string, (x: number, y: number, radius: number) => string>} */
const SHAPES = {
  circle: (x, y, radius) => `<circle cx="${x}" cy="${y}" r="${radius}"/>`,
  square: (x, y, radius) => polygon(4, x, y, 1.1 * radius, between(0, Math.PI)),
  triangle: (x, y, radius) => polygon(3, x, y, 1.25 * radius, between(0, Math.PI)),
};

/** @param {(x: number, y: number, radius: number) => string} shape */
function picture(shape) {
  const hue = between(0, 360);
  const radius = between(0.18, 0.3) * size;
  const [x, y] = [between(0.35, 0.65) * size, between(0.35, 0.65) * size];
  const light = random() < 0.5;
  const background = `hsl(${between(0, 360)}, ${between(0, 60)}%, ${light ? between(10, 35) : between(65, 90)}%)`;
  const colour = `hsl(${hue}, ${between(40, 100)}%, ${light ? between(60, 85) : between(15, 40)}%)`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">
    <rect width="100%" height="100%" fill="${background}"/><g fill="${colour}">${shape(x, y, radius)}</g></svg>`;
}

/**
 * Adds noise of up to ± 20 levels to every channel.
 *
 * @param {string} svg
 */
async function noisy(svg) {
  const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  for (let index = 0; index < data.length; index++)
    data[index] = Math.min(255, Math.max(0, (data[index] ?? 0) + Math.round(between(-20, 20))));
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

for (const [name, shape] of Object.entries(SHAPES)) {
  mkdirSync(join(folder, name), { recursive: true });
  for (let number = 0; number < Number(pictures); number++)
    await (await noisy(picture(shape))).jpeg({ quality: 90 }).toFile(join(folder, name, `${name}-${number}.jpg`));
}
console.log(`${Object.keys(SHAPES).length} classes of ${pictures} pictures of ${size} × ${size} in ${folder}`);
