/**
 * A network as a static site on which visitors attack it, by itself or beside others.
 *
 * @module
 */
import { join } from 'node:path';
import { SaddlepointError, writeFileAtomically } from '../engine/index.js';
import { budgetScales } from '../web/budget-scales.js';
import { siteFiles } from '../web/site-files.js';
import type { SubjectOptions } from './evaluate-subject.js';
import { networkName } from './network-name.js';
import { isNamed, webNetwork, type WebNetwork } from './web-network.js';
import { webPictures, type WebPicturesOptions } from './web-pictures.js';

export interface ExportWebOptions extends Omit<SubjectOptions, 'out'>, WebPicturesOptions {
  /** Networks of the same images and classes, to be attacked beside it: runs, checkpoints or files of weights. */
  readonly beside?: readonly string[] | undefined;
  /** Height and width of the images, of a network that does not say it. */
  readonly size?: number | undefined;
}

/** The site that {@link exportWeb} wrote. */
export interface WebSite {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** What there is to know of it. */
  readonly notes: readonly string[];
}

const STEPS = 20;

/**
 * Writes a folder that any web server serves: a page that computes the networks' gradients with ONNX Runtime Web and
 * shows PGD step by step, with some test images where the data set is on this machine. Other files in the folder stay.
 *
 * @example
 * exportWeb('runs/adversarial', 'site', { beside: ['runs/standard'] });
 *
 * @param path a run, a checkpoint or a file of weights
 * @throws SaddlepointError before anything is written: FILE where ONNX Runtime Web is not installed; CHECKPOINT for what
 *   is no network; ARGUMENT for one whose gradient ONNX cannot express, too many classes, or networks that do not fit
 *   each other; DATA for a data set that does not fit
 */
export function exportWeb(path: string, folder: string, options: ExportWebOptions = {}): WebSite {
  const { beside = [], size, dataset, data, ...network } = options;
  const first = webNetwork(path, network, size);
  const networks = [
    first,
    ...beside.map((other) => requireAlike(first, webNetwork(other, {}, first.image.size), other)),
  ];
  const pictures = webPictures(first, { dataset, data });
  const known = typeof pictures === 'string' ? undefined : pictures;
  const names = shortNames([path, ...beside]);
  const { channels, size: side } = first.image;
  const files = siteFiles({
    title: first.name,
    image: first.image,
    classes: classNames(networks) ?? known?.classes ?? first.classes,
    networks: networks.map(({ about, onnx }, i) => ({ name: names[i]!, about, onnx })),
    norm: first.measured.l2 === undefined ? 'linf' : 'l2',
    scales: budgetScales([channels, side, side], first.measured, first.trained),
    steps: STEPS,
    pictures: known,
  });
  for (const { path: name, content } of files) writeFileAtomically(join(folder, name), content);
  return {
    folder,
    files: files.length,
    bytes: files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0),
    notes: typeof pictures === 'string' ? [`without test images: ${pictures}`] : [],
  };
}

/** For whoever is to put it on a server: lines. */
export function describeSite({ folder, files, bytes, notes }: WebSite): string {
  const size = `${files} files, ${(bytes / 1e6).toFixed(1)} MB`;
  const serve = `npx http-server "${folder}", or python3 -m http.server --directory "${folder}"`;
  return [`${folder}: ${size}`, ...notes, `Any web server serves it, e.g. ${serve}`]
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * The networks' names, without what all have in common at their beginning: `robust` and `standard`, not
 * `cifar10-resnet18-robust` and `cifar10-resnet18-standard`. The whole paths where that would not tell them apart.
 */
export function shortNames(paths: readonly string[]): readonly string[] {
  const names = paths.map(networkName);
  if (names.length === 1) return names;
  if (new Set(names).size < names.length) return paths;
  // A number such as 0.5 is one part.
  const parts = names.map((name) => name.split(/(?<=[-_.])(?!(?<=\d\.)\d)/));
  const shortest = Math.min(...parts.map(({ length }) => length)) - 1;
  const common = Array.from({ length: shortest }).findIndex((_, i) => parts.some((part) => part[i] !== parts[0]![i]));
  return parts.map((part) => part.slice(common < 0 ? shortest : common).join(''));
}

function classNames(networks: readonly WebNetwork[]): readonly string[] | undefined {
  return networks.find(isNamed)?.classes;
}

function requireAlike(first: WebNetwork, other: WebNetwork, path: string): WebNetwork {
  const says = ({ image: { channels, size }, classes }: WebNetwork) =>
    `images of ${channels} × ${size} × ${size} in ${classes.length} classes`;
  const sameNames = !isNamed(first) || !isNamed(other) || first.classes.join('\n') === other.classes.join('\n');
  if (says(first) === says(other) && sameNames) return other;
  const difference = says(first) === says(other) ? 'one whose classes have other names' : `one of ${says(other)}`;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected --beside networks of ${says(first)}, as ${first.name} is, received ${difference}: ${path}`,
  );
}
