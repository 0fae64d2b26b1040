/**
 * What lies in a folder of images: its classes, the files of its two parts, and what was left out.
 *
 *     photos/train/cat/…  photos/test/cat/…     two parts; the second may be called val, valid or validation
 *     photos/cat/…        photos/dog/…          one folder: a part of each class is set apart for testing
 *
 * @module
 */
import { readdirSync, statSync, type Dirent } from 'node:fs';
import { extname, join } from 'node:path';
import { SaddlepointError } from '../../engine/index.js';
import { stratifiedOrder } from '../stratified-order.js';

/** One file and the number of its class. */
export interface Example {
  readonly path: string;
  readonly label: number;
}

export interface Listing {
  /** In the order of their names, which numbers them. */
  readonly classes: readonly string[];
  /** In an order in which every first or last N has each class in its share. */
  readonly train: readonly Example[];
  readonly test: readonly Example[];
  /** What is to be said to whoever uses the images. */
  readonly notes: readonly string[];
}

const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp'];
const TEST_NAMES = ['test', 'val', 'valid', 'validation'];
const MOST_CLASSES = 256;
/** Of what is wrong or left out, so many are named. */
const MOST_NAMED = 20;
/** The largest class has so many times the images of the smallest before that is said. */
const IMBALANCE = 3;

/** What systems leave in folders. Names that begin with a dot are hidden. */
const JUNK = /^(\.|thumbs\.db$|ehthumbs\.db$|desktop\.ini$|__macosx$|icon\r$)/i;

/**
 * @param testShare of each class, where the folder has no part of its own for testing
 * @throws SaddlepointError DATA with everything that is wrong, at once
 */
export function listFolder(folder: string, testShare: number): Listing {
  const junk: string[] = [];
  const top = foldersIn(folder, junk);
  const parts = top.includes('train') ? partsOf(folder, top, junk) : undefined;
  if (parts === undefined && top.some((name) => TEST_NAMES.includes(name)) && top.length <= TEST_NAMES.length) {
    throw new SaddlepointError('DATA', `expected a folder train beside ${top.join(', ')} in ${folder}, found none`);
  }
  const problems: string[] = [];
  const classes = classesOf(folder, parts?.classes ?? [top], problems);
  const examples = (within: string) =>
    classes.flatMap((name, label) => examplesOf(join(within, name), label, junk, problems));
  const listed =
    parts === undefined ? [examples(folder)] : [parts.train, parts.test].map((part) => examples(join(folder, part)));
  requireNone(folder, problems);
  const [train, test] = parts === undefined ? divided(classes, listed[0]!, testShare, folder) : listed.map(mixed);
  const notes = [describeCounts(classes, listed.flat())];
  if (parts === undefined)
    notes.push(`${test!.length} of ${listed[0]!.length} images, of each class its share, are set apart for testing`);
  if (parts !== undefined && parts.unused.length > 0) notes.push(`not used: ${parts.unused.join(', ')}`);
  if (junk.length > 0)
    notes.push(`${junk.length} entries that are no images were left out by their names: ${named(junk, 5)}`);
  return { classes, train: train!, test: test!, notes };
}

interface Parts {
  readonly train: string;
  readonly test: string;
  /** The names of the class folders of each. */
  readonly classes: readonly string[][];
  readonly unused: readonly string[];
}

function partsOf(folder: string, top: readonly string[], junk: string[]): Parts {
  const test = TEST_NAMES.find((name) => top.includes(name));
  if (test === undefined) {
    throw new SaddlepointError(
      'DATA',
      `expected a folder ${TEST_NAMES.slice(0, 3).join(', ')} beside train in ${folder}, found none. Put images that are not trained on there, or give the folder train itself, of which a part is then set apart`,
    );
  }
  const classes = ['train', test].map((part) => foldersIn(join(folder, part), junk));
  return { train: 'train', test, classes, unused: top.filter((name) => name !== 'train' && name !== test) };
}

/** The folders in one, links to folders among them; what is no folder is counted as left out. */
function foldersIn(folder: string, junk: string[]): string[] {
  const names: string[] = [];
  for (const { name } of entriesOf(folder)) {
    if (!JUNK.test(name) && isFolder(join(folder, name))) names.push(name);
    else junk.push(join(folder, name));
  }
  return names;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw new SaddlepointError(
      'DATA',
      `expected a folder of images ${folder}, it cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** Follows links; what a broken link leads to is no folder. */
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function classesOf(folder: string, [first, second]: readonly string[][], problems: string[]): string[] {
  const classes = first!;
  if (classes.length < 2 || classes.length > MOST_CLASSES) {
    throw new SaddlepointError(
      'DATA',
      `expected 2 to ${MOST_CLASSES} classes, a folder of images each, in ${folder}, received ${classes.length}${classes.length === 1 ? ` (${shown(classes[0]!)})` : ''}`,
    );
  }
  const only = (names: readonly string[], others: readonly string[], use: string) =>
    names.filter((name) => !others.includes(name)).map((name) => `the class ${shown(name)} is for ${use} only`);
  if (second !== undefined) problems.push(...only(second, classes, 'testing'), ...only(classes, second, 'training'));
  const seen = new Map<string, string>();
  for (const name of classes) {
    const key = name.normalize('NFC').toLowerCase();
    const other = seen.get(key);
    if (other !== undefined)
      problems.push(`the classes ${shown(other)} and ${shown(name)} differ by case or accents' encoding alone`);
    if (/\p{Cc}/u.test(name))
      problems.push(`the class ${shown(name)} has a line break or another control character in its name`);
    seen.set(key, name);
  }
  return classes;
}

function examplesOf(folder: string, label: number, junk: string[], problems: string[]): Example[] {
  if (!isFolder(folder)) return []; // a class of one part only: said already
  const examples: Example[] = [];
  for (const { name } of entriesOf(folder)) {
    const path = join(folder, name);
    if (JUNK.test(name)) junk.push(path);
    else if (isFolder(path)) problems.push(`${shown(path)} is a folder within a class`);
    else if (!EXTENSIONS.includes(extname(name).toLowerCase()))
      problems.push(`${shown(path)} is no JPEG, PNG or WebP file`);
    else examples.push({ path, label });
  }
  if (examples.length === 0) problems.push(`${shown(folder)} has no images`);
  return examples;
}

function requireNone(folder: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const [these, are] = problems.length === 1 ? ['this', 'is'] : ['these', 'are'];
  throw new SaddlepointError(
    'DATA',
    `the images in ${folder} cannot be used before ${these} ${are} mended: ${named(problems, MOST_NAMED, '; ')}`,
  );
}

const mixed = (examples: readonly Example[]): Example[] =>
  stratifiedOrder(examples.map(({ label }) => label)).map((position) => examples[position]!);

/** Each class's share for testing, by a fixed seed. */
function divided(
  classes: readonly string[],
  examples: readonly Example[],
  share: number,
  folder: string,
): [Example[], Example[]] {
  const order = mixed(examples);
  const held = Math.round(share * order.length);
  const parts: [Example[], Example[]] = [order.slice(0, order.length - held), order.slice(order.length - held)];
  const missing = classes.filter((_, label) => parts.some((part) => !part.some((example) => example.label === label)));
  if (missing.length === 0) return parts;
  throw new SaddlepointError(
    'DATA',
    `expected enough images of each class in ${folder} to set ${(100 * share).toFixed(0)} % of them apart for testing, received too few of ${missing.map(shown).join(', ')}. Add images, or make folders train and test`,
  );
}

function describeCounts(classes: readonly string[], examples: readonly Example[]): string {
  const counts = classes.map((_, label) => examples.filter((example) => example.label === label).length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const each =
    classes.length <= 10
      ? classes.map((name, label) => `${name} ${counts[label]!}`).join(', ')
      : `${least} to ${most} images each`;
  const odd =
    most < IMBALANCE * least
      ? ''
      : `; the largest class has ${(most / least).toFixed(0)} times the images of the smallest, and errors are of all images together`;
  return `${classes.length} classes: ${each}${odd}`;
}

/** A name that may hold anything, on one line. */
const shown = (name: string): string => (/\p{Cc}/u.test(name) ? JSON.stringify(name) : name);

/** The first few of a list, and how many more there are. */
export function named(all: readonly string[], most: number, separator = ', '): string {
  const more = all.length > most ? ` and ${all.length - most} more` : '';
  return `${all.slice(0, most).join(separator)}${more}`;
}
