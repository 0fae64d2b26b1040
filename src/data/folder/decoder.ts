/**
 * A program of its own, which decodes images into one file of bytes: a picture that kills the decoder kills no
 * training, and the decoder's threads are none of LibTorch's. It reads a {@link DecoderTask} from standard input,
 * writes `output`, and says a {@link DecoderReport} on standard output.
 *
 * Pixels are those of Pillow's `convert('RGB')`, which torchvision's ImageFolder calls: transparency, colour profiles
 * and the EXIF orientation are not looked at, of 16 bits the upper 8 are taken. A JPEG may differ by two levels between
 * libraries. Grey of 16 bits, which Pillow cuts off at 255, and CMYK are refused.
 *
 * @module
 */
import { closeSync, fsyncSync, openSync, statSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import sharp from 'sharp';

export type Resize = 'cover' | 'contain' | 'exact';

export interface DecoderTask {
  readonly files: readonly string[];
  /** Height and width of the pixels; without it all files have to be of one size. */
  readonly size?: number | undefined;
  /** How a picture becomes a square: cut off what is too much, fill up with black, or distorted. */
  readonly resize: Resize;
  /**
   * A new file: `header` filled up with spaces to {@link HEADER} bytes, then the images' planes, one after the other.
   * Without it the files are looked at and no more.
   */
  readonly output?: string;
  readonly header?: Readonly<Record<string, unknown>>;
}

export interface DecoderReport {
  /** [C, H, W]; one channel where every file is grey. */
  readonly shape?: readonly [number, number, number];
  /** Widths and heights there are. */
  readonly sizes: readonly (readonly [number, number])[];
  /** Files that cannot be used, and why. */
  readonly bad: readonly (readonly [string, string])[];
}

/** Bytes of the header. */
export const HEADER = 1024;
const MOST_PIXELS = 2 ** 26;
const MOST_BYTES = 2 ** 27;
const FORMATS = ['jpeg', 'png', 'webp'];

interface Looked {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly grey: boolean;
  readonly transparent: boolean;
}

const open = (path: string) =>
  sharp(path, { failOn: 'error', limitInputPixels: MOST_PIXELS, ignoreIcc: true, sequentialRead: true });

/** @throws Error that says why it cannot be used */
async function look(path: string): Promise<Looked> {
  const { size } = statSync(path);
  if (size === 0) throw new Error('it is empty');
  if (size > MOST_BYTES)
    throw new Error(`it has ${(size / 2 ** 20).toFixed(0)} MiB, at most ${MOST_BYTES / 2 ** 20} are read`);
  const { format, width, height, space, channels, hasAlpha } = await open(path).metadata();
  if (!FORMATS.includes(format)) throw new Error(`it is a file of ${format}, expected JPEG, PNG or WebP`);
  if (width * height > MOST_PIXELS) {
    throw new Error(
      `it has ${((width * height) / 1e6).toFixed(0)} megapixels, at most ${(MOST_PIXELS / 1e6).toFixed(0)} are read`,
    );
  }
  if (space === 'grey16')
    throw new Error(
      'it is grey with 16 bits, of which some programs take the upper and some the lower 8; save it with 8 bits',
    );
  if (space === 'cmyk') throw new Error('its colours are CMYK, for printing; save it as RGB');
  return { path, width, height, grey: channels < 3 && space === 'b-w', transparent: hasAlpha };
}

/** uint8 [3, H, W] of a picture. */
async function decode({ path }: Looked, { size, resize }: DecoderTask): Promise<Buffer> {
  let picture = open(path).removeAlpha().toColourspace('srgb');
  if (size !== undefined) {
    const fit = resize === 'exact' ? 'fill' : resize;
    picture = picture.resize(size, size, { fit, background: { r: 0, g: 0, b: 0 } });
  }
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const pixels = info.width * info.height;
  const planes = Buffer.alloc(3 * pixels);
  for (let channel = 0; channel < 3; channel += 1) {
    const from = info.channels === 1 ? 0 : channel;
    for (let i = 0; i < pixels; i += 1) planes[channel * pixels + i] = data[i * info.channels + from]!;
  }
  return planes;
}

/** Goes through all, some at a time; what fails is kept with its reason. */
async function each<T, R>(
  all: readonly T[],
  nameOf: (item: T) => string,
  work: (item: T, index: number) => Promise<R>,
  bad: [string, string][],
): Promise<(R | undefined)[]> {
  const results = new Array<R | undefined>(all.length);
  let next = 0;
  const run = async () => {
    for (let i = next++; i < all.length; i = next++) {
      try {
        results[i] = await work(all[i]!, i);
      } catch (error) {
        bad.push([nameOf(all[i]!), reasonOf(error as Error)]);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, run));
  return results;
}

/** The decoder's first line, without the name of its function and the file's, which stand there already. */
function reasonOf({ message }: Error): string {
  const line = message
    .replace(/\s*\n\s*/g, ' ')
    .replace(/^Input file (contains|has) /, 'it $1 ')
    .trim()
    .slice(0, 200);
  if (/png read error|premature end|truncated/i.test(line)) return `it is damaged or cut off (${line})`;
  if (line.includes('unsupported image format')) return 'it is no JPEG, PNG or WebP file';
  if (line.includes('exceeds pixel limit')) return `it has more than ${(MOST_PIXELS / 1e6).toFixed(0)} megapixels`;
  return line;
}

const sorted = (bad: readonly [string, string][]) => [...bad].sort(([a], [b]) => (a < b ? -1 : 1));

async function run(task: DecoderTask): Promise<DecoderReport> {
  const bad: [string, string][] = [];
  const looked = (await each(task.files, (path) => path, look, bad)).filter((one) => one !== undefined);
  const [first] = looked;
  const sizes = [
    ...new Map(looked.map(({ width, height }) => [`${width} ${height}`, [width, height] as const])).values(),
  ];
  if (task.output === undefined) return { sizes, bad: sorted(bad) };
  if (task.size === undefined && first !== undefined) {
    for (const { path, width, height } of looked) {
      if (width === first.width && height === first.height) continue;
      bad.push([path, `it has ${width} × ${height} pixels after ${first.width} × ${first.height} in ${first.path}`]);
    }
  }
  if (bad.length > 0 || first === undefined) {
    await each(
      looked,
      ({ path }) => path,
      (one) => decode(one, task),
      bad,
    ); // whoever mends them wants to know of all
    return { sizes, bad: sorted(bad) };
  }
  const [height, width] = task.size === undefined ? [first.height, first.width] : [task.size, task.size];
  const channels = looked.every(({ grey }) => grey) ? 1 : 3;
  const length = channels * height * width;
  const file = openSync(task.output, 'wx');
  try {
    const header = JSON.stringify({
      ...task.header,
      shape: [channels, height, width],
      count: looked.length,
      transparent: looked.filter(({ transparent }) => transparent).length,
    });
    writeSync(file, header.padEnd(HEADER), 0);
    await each(
      looked,
      ({ path }) => path,
      async (one, index) => {
        const planes = await decode(one, task);
        writeSync(file, planes, 0, length, HEADER + index * length);
      },
      bad,
    );
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { shape: [channels, height, width], sizes, bad: sorted(bad) };
}

sharp.concurrency(1);
sharp.cache(false);
process.stdout.write(JSON.stringify(await run(JSON.parse(await text(process.stdin)) as DecoderTask)));
