/**
 * Attacks single pictures. Each gets two files, the adversarial picture and what was added to it, and one line. What is
 * said of the adversarial picture is what the network says of the file: of 8 bits, read back from the disk.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fixedTargets, formatBudget, OBJECTIVES, Pgd, THREAT_MODELS, withRestarts } from '../attacks/index.js';
import { decodePng, LARGEST_SIZE, readPictures, type FolderOptions } from '../data/index.js';
import {
  noGrad,
  RandomStream,
  requireKnown,
  SaddlepointError,
  tensor,
  tidy,
  writeFileAtomically,
  type Tensor,
} from '../engine/index.js';
import { encodePng, distanceIn, roundWithin } from '../evaluation/index.js';
import { confidence, predictions, type Module } from '../nn/index.js';
import { checkBudget } from './budget-hint.js';
import { openSubject, type EvaluationSubject, type SubjectOptions } from './evaluate-subject.js';
import { pictureNetwork, type PictureNetwork } from './picture-network.js';

/** What {@link attackPictures} attacks, and how; the network's own options besides. */
export interface AttackPicturesOptions extends Omit<SubjectOptions, 'out'> {
  readonly model: string;
  /** Default: that of the run's evaluation, else linf and 8/255. */
  readonly norm?: string;
  readonly epsilon?: number;
  /** Gradient steps. Default: 40. */
  readonly steps?: number;
  /** Random starts, the best of which counts. Default: 3. */
  readonly restarts?: number;
  /** The class that the network is to say; default: any other. */
  readonly target?: string;
  readonly classes?: readonly string[];
  readonly size?: number;
  /** Default: cover, which cuts off what is no square. */
  readonly resize?: FolderOptions['resize'];
  /** The folder of the pictures that are written. Default: adversarial. */
  readonly out?: string;
  /** Of the random starts. Default: 1. */
  readonly seed?: number;
  /** Is told of a budget that is unusual. Default: nobody. */
  readonly warn?: ((sentence: string) => void) | undefined;
}

/** One picture before and after. */
export interface AttackedPicture {
  readonly picture: string;
  readonly before: Said;
  readonly after: Said;
  /** Whether the network says another class of the file, or the target where there is one. */
  readonly fooled: boolean;
  readonly adversarial: string;
  readonly perturbation: string;
  readonly norm: string;
  readonly epsilon: number;
}
interface Said {
  readonly class: string;
  readonly confidence: number;
}

/**
 * Attacks pictures one after the other, and writes what came of each: the adversarial picture and its perturbation.
 *
 * @example
 * const model = 'models/cifar10-resnet18-16-linf.safetensors';
 * const [cat] = attackPictures(['cat.png'], { model, epsilon: 8 / 255 });
 * console.log(cat?.before, cat?.after, cat?.adversarial);
 *
 * @param paths PNG, JPEG or WebP files; what is written lies in `out`, by default the folder `adversarial`
 * @param each is told of every picture as soon as its files are written
 * @throws SaddlepointError ARGUMENT, DATA or CHECKPOINT before any file is written
 */
export function attackPictures(
  paths: readonly string[],
  options: AttackPicturesOptions,
  each: (picture: AttackedPicture) => void = () => undefined,
): AttackedPicture[] {
  if (options.norm !== undefined) THREAT_MODELS.get(options.norm);
  const subject = openSubject(options.model, options);
  try {
    const { norm, epsilon, unusual } = budgetOf(subject, options);
    if (unusual !== undefined) options.warn?.(unusual);
    const network = pictureNetwork(options.model, subject, options);
    const size = network.size;
    if (size !== undefined && size > LARGEST_SIZE)
      throw new SaddlepointError('ARGUMENT', `expected --size of at most ${LARGEST_SIZE}, received ${size}`);
    subject.model.eval();
    const names = outputFiles(paths, options.out ?? 'adversarial');
    // One by one where the network takes any size: pictures have their own. All are read before the first is attacked.
    const groups = size === undefined ? paths.map((path) => [path]) : [[...paths]];
    const pictures = groups.flatMap((group) => {
      const { bytes, shape } = withChannels(
        readPictures(group, { size, resize: options.resize ?? 'cover' }),
        network.channels,
      );
      const length = shape.reduce((product, side) => product * side, 1);
      return group.map((path, i) => ({ path, shape, original: bytes.slice(i * length, (i + 1) * length) }));
    });
    const { model } = subject;
    return pictures.map(({ path, shape, original }, index) => {
      const one = { original, shape, index, norm, epsilon, network, model, files: names.get(path)! };
      const attacked = attackOne(path, one, options);
      each(attacked);
      return attacked;
    });
  } finally {
    subject.lock?.release();
    subject.model.dispose();
  }
}

/** As asked for, else as the run is evaluated, else what people take for linf. */
function budgetOf({ recipe }: EvaluationSubject, options: AttackPicturesOptions) {
  const own = recipe?.evaluation.attack;
  const norm = options.norm ?? own?.norm ?? 'linf';
  const epsilon = options.epsilon ?? (own?.norm === norm ? own.epsilon : norm === 'linf' ? 8 / 255 : undefined);
  if (epsilon === undefined)
    throw new SaddlepointError('ARGUMENT', `expected --epsilon with --norm ${norm}, received none`);
  return { norm, epsilon, unusual: checkBudget(norm, epsilon) };
}

interface One {
  readonly original: Uint8Array;
  readonly shape: readonly number[];
  readonly index: number;
  readonly norm: string;
  readonly epsilon: number;
  readonly network: PictureNetwork;
  readonly model: Module;
  readonly files: { readonly adversarial: string; readonly perturbation: string };
}

function attackOne(path: string, one: One, options: AttackPicturesOptions): AttackedPicture {
  const { steps = 40, restarts = 3, target, seed = 1 } = options;
  const { original, shape, index, norm, epsilon, network, model, files } = one;
  return tidy(() => {
    const images = fractions(original, shape);
    const before = say(model, images, network);
    const wanted = target === undefined ? undefined : classOf(target, before.names);
    if (wanted === before.index)
      throw new SaddlepointError(
        'ARGUMENT',
        `expected --target other than ${before.names[wanted]!}, which the network says of ${path} as it is`,
      );
    const attack = new Pgd({
      norm: THREAT_MODELS.get(norm),
      epsilon,
      steps,
      // With a target, the last step is the furthest on the way there; any other class is none.
      ...(wanted === undefined
        ? {}
        : {
            objective: {
              ...OBJECTIVES['targeted-cross-entropy'],
              targets: fixedTargets(tensor(BigInt64Array.of(BigInt(wanted)))),
            },
            iterate: 'last' as const,
          }),
    });
    const randomness = { stream: new RandomStream(seed, 'picture', index), indices: tensor(BigInt64Array.of(0n)) };
    const labels = tensor(BigInt64Array.of(BigInt(before.index)));
    const found = withRestarts(attack, restarts, model, images, labels, randomness).images;
    const rounded = roundWithin(original, found.toTypedArray() as Float32Array, distanceIn(norm, shape), epsilon);
    writeFileAtomically(files.adversarial, encodePng(fractions(rounded, shape).squeeze(0)));
    const scale = Math.max(1, 0.5 / epsilon);
    writeFileAtomically(
      files.perturbation,
      encodePng(fractions(rounded, shape).sub(images).mul(scale).add(0.5).squeeze(0)),
    );
    const read = decodePng(readFileSync(files.adversarial));
    const after = say(model, fractions(read.planes, shape), network);
    const fooled = wanted === undefined ? after.index !== before.index : after.index === wanted;
    return { picture: path, norm, epsilon, before: before.said, after: after.said, fooled, ...files };
  });
}

const fractions = (bytes: Uint8Array, shape: readonly number[]): Tensor =>
  tensor(
    Float32Array.from(bytes, (byte) => byte / 255),
    { shape: [1, ...shape] },
  );

function say(model: Module, images: Tensor, network: PictureNetwork) {
  return tidy(() => {
    const logits = noGrad(() => model.forward(images));
    const index = predictions(logits).toNumbers()[0]!;
    const outputs = logits.size(1);
    const names = network.classes(outputs === 1 ? 2 : outputs);
    return {
      index,
      names,
      said: { class: names[index] ?? String(index), confidence: confidence(logits).toNumbers()[0]! },
    };
  });
}

/** By its name or its number. */
function classOf(target: string, names: readonly string[]): number {
  const byName = names.indexOf(target);
  if (byName >= 0) return byName;
  if (/^\d+$/.test(target) && Number(target) < names.length) return Number(target);
  return names.indexOf(requireKnown('a class', target, [...names]));
}

/** Grey networks see Pillow's grey of a colour picture (ITU-R 601), colour networks a grey picture three times. */
function withChannels(
  { bytes, shape }: ReturnType<typeof readPictures>,
  channels: 1 | 3,
): { bytes: Uint8Array; shape: readonly number[] } {
  const [has, height, width] = shape;
  if (has === channels) return { bytes, shape };
  const pixels = height * width;
  const changed = new Uint8Array((bytes.length / has) * channels);
  for (let image = 0; image < bytes.length / (has * pixels); image += 1) {
    for (let i = 0; i < pixels; i += 1) {
      if (channels === 3) {
        for (let channel = 0; channel < 3; channel += 1)
          changed[(3 * image + channel) * pixels + i] = bytes[image * pixels + i]!;
      } else {
        const [red, green, blue] = [0, 1, 2].map((channel) => bytes[(3 * image + channel) * pixels + i]!) as [
          number,
          number,
          number,
        ];
        changed[image * pixels + i] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
      }
    }
  }
  return { bytes: changed, shape: [channels, height, width] };
}

/** Beside each other in one folder, so names must differ. */
function outputFiles(paths: readonly string[], folder: string): Map<string, One['files']> {
  const seen = new Set<string>();
  const twice = paths.find((path, i) => paths.indexOf(path) < i);
  if (twice !== undefined)
    throw new SaddlepointError('ARGUMENT', `expected every picture once, received ${twice} twice`);
  return new Map(
    paths.map((path) => {
      const stem = basename(path, extname(path));
      const name = seen.has(stem) ? `${basename(dirname(path)) || seen.size}-${stem}` : stem;
      if (seen.has(name))
        throw new SaddlepointError(
          'ARGUMENT',
          `two pictures are called ${name}; attack them one after the other, with another --out`,
        );
      seen.add(name);
      return [
        path,
        {
          adversarial: join(folder, `${name}-adversarial.png`),
          perturbation: join(folder, `${name}-perturbation.png`),
        },
      ];
    }),
  );
}

/** One picture in one line. */
export function describePicture({
  picture,
  before,
  after,
  fooled,
  adversarial,
  norm,
  epsilon,
}: AttackedPicture): string {
  const said = ({ class: name, confidence: share }: Said) => `${name} (${(100 * share).toFixed(0)} %)`;
  const outcome = fooled ? adversarial : `not fooled; ${adversarial} is what came nearest`;
  return `${picture}: ${said(before)} → ${said(after)} within ${norm} ${formatBudget(epsilon)}, ${outcome}`;
}
