/**
 * The files of a run, to the last one: what is put aside or removed when it is measured or begun anew. Nothing else in
 * its folder is touched, and no folder goes that is not empty.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RunFolder } from './run-folder.js';

/** Beside an unfinished file, what a killed process left of one. */
const TEMPORARY = /\.\d+-\d+\.tmp$/;
/** In a run folder itself. */
const RUN =
  /^(recipe\.yaml|environment\.json|metrics\.jsonl|plan\.json|time-plan\.json|report\.html|events\.out\.tfevents\..+)$/;
const CHECKPOINT = /^(last|best|failed-batch)\.safetensors$/;
/** How `saddlepoint evaluate` names what it measures: for attack, norm and budget. */
const ATTACKED = '[a-z-]+-(linf|l2|l1|l0|patch|frame|affine|rotation-translation|flow)-[\\d.e-]+.*';
/** Of all evaluations: the run's own, and those. */
const EVALUATION = new RegExp(`^(test|gallery|clean-.+|corruptions-.+|${ATTACKED})\\.json$`);
const EVALUATION_FOLDER = new RegExp(
  `^(test|curve|confidence|distal|smoothing|corruptions|corruptions-.+|earlier-\\d+|${ATTACKED})$`,
);
/** Certified errors, named for method, epsilon and images. */
const BOUNDS = /^(ibp|crown)-.+\.json$/;
const STATE = /^(state\.json|journal\.jsonl|found-\d+\.safetensors|adversarial\.safetensors)$/;
/** What the evaluation of the recipe itself leaves. */
const OWN_EVALUATION = [
  'test.json',
  'gallery.json',
  'test',
  'curve',
  'confidence',
  'distal',
  'smoothing',
  'corruptions',
];

/** The files of a run that lie in a folder, sorted; none where it has none. */
export function runFiles({ path }: RunFolder): string[] {
  const evaluation = join(path, 'evaluation');
  const states = entriesOf(evaluation, EVALUATION_FOLDER).filter(isFolder);
  const earlier = states.filter((folder) => basename(folder).startsWith('earlier-'));
  return [
    ...entriesOf(path, RUN),
    ...entriesOf(join(path, 'checkpoints'), CHECKPOINT),
    ...entriesOf(evaluation, EVALUATION),
    ...entriesOf(join(evaluation, 'bounds'), BOUNDS),
    ...states.flatMap((folder) => entriesOf(folder, STATE)),
    ...earlier.flatMap((folder) => [
      ...entriesOf(folder, /^(recipe\.yaml|test\.json|gallery\.json)$/),
      ...OWN_EVALUATION.flatMap((name) => entriesOf(join(folder, name), STATE)),
    ]),
  ]
    .filter((file) => !isFolder(file))
    .sort();
}

/** Removes a run's files, and its folders where nothing else is in them. */
export function removeRun(folder: RunFolder): void {
  const files = runFiles(folder);
  for (const file of files) rmSync(file, { force: true });
  const folders = new Set(files.flatMap((file) => foldersAbove(file, folder.path)));
  // The longest first: those inside of others.
  for (const one of [...folders].sort((a, b) => b.length - a.length)) {
    if (existsSync(one) && readdirSync(one).length === 0) rmdirSync(one);
  }
}

/**
 * Moves what the recipe's evaluation has left so far, finished or not, into a folder of its own, with the recipe it was
 * of.
 *
 * @returns that folder; undefined where there was nothing
 */
export function putEvaluationAside(folder: RunFolder, recipe: string): string | undefined {
  const evaluation = dirname(folder.evaluation);
  const there = OWN_EVALUATION.filter((name) => existsSync(join(evaluation, name)));
  if (there.length === 0) return undefined;
  let number = 1;
  while (existsSync(join(evaluation, `earlier-${number}`))) number += 1;
  const aside = join(evaluation, `earlier-${number}`);
  mkdirSync(aside);
  writeFileSync(join(aside, 'recipe.yaml'), recipe);
  for (const name of there) renameSync(join(evaluation, name), join(aside, name));
  return aside;
}

/** Paths of what a folder has by these names, also half of one. */
function entriesOf(folder: string, names: RegExp): string[] {
  if (!existsSync(folder)) return [];
  const whole = readdirSync(folder).filter((name) => names.test(name.replace(TEMPORARY, '')));
  return whole.map((name) => join(folder, name));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Inside of `top`, from the nearest on. */
function foldersAbove(file: string, top: string): string[] {
  const folder = dirname(file);
  return folder === top || folder === dirname(folder) ? [] : [folder, ...foldersAbove(folder, top)];
}
