/**
 * A network as an entry of RobustBench's leaderboards, from the evaluations there are of these very weights.
 *
 * @module
 */
import { dirname, join, relative } from 'node:path';
import { writeFileAtomically } from '../../engine/atomic-file.js';
import { SaddlepointError } from '../../engine/index.js';
import { describeSource, networkKey, type NetworkProvenance } from '../../evaluation/index.js';
import { RunFolder } from '../../monitoring/index.js';
import { belongTogether, type FoundResult } from '../../report/belonging.js';
import { readJson } from '../../report/read-json.js';
import { evaluationSchema } from '../../report/schemas.js';
import { recipeOfWeights, type Recipe } from '../../training/index.js';
import { openSubject, type EvaluationSubject, type SubjectOptions } from '../evaluate-subject.js';
import { networkName } from '../network-name.js';
import { entryText, type Entry } from './entry-text.js';
import { ALL_IMAGES, candidatesAmong } from './leaderboards.js';
import { architectureName, modelInfo } from './model-info.js';
import { readPaper, type Paper } from './paper.js';

export interface ExportRobustBenchOptions extends Omit<SubjectOptions, 'out'> {
  /** A file with what the paper says: `id`, `title`, `link`, `authors`, `venue` and more. Default: left open. */
  readonly paper?: string | undefined;
  /** Evaluations on the first so many test images in place of all, with a footnote. */
  readonly examples?: number | undefined;
}

/** What {@link exportRobustBench} wrote. */
export interface RobustBenchEntry {
  readonly folder: string;
  /** Below it: a JSON a leaderboard, and the text that asks for the entry. */
  readonly files: readonly string[];
  /** What speaks against handing it in as it is, in sentences. */
  readonly remarks: readonly string[];
}

/** What of the paper has to be there before an entry is handed in. */
const NEEDED = ['title', 'link', 'authors', 'venue'] as const;

/**
 * Writes `model_info/<data set>/<threat model>/<id>.json` by RobustBench's keys, and `<id>.md`, the text that asks for
 * the entry. Figures are of evaluations of these very weights: AutoAttack, standard, exact order, searched in float32
 * and verified from the saved images, at the leaderboard's budget, on all test images unless `examples` says otherwise.
 *
 * @param path a run, or a checkpoint or a file of weights beside its evaluations
 * @throws SaddlepointError EVALUATION where no evaluation is what RobustBench takes, with what there is and the command
 *   that makes one; RECIPE for the paper's file; ARGUMENT where nothing tells whether there was additional data
 */
export function exportRobustBench(
  path: string,
  folder: string,
  { paper: paperFile, examples = ALL_IMAGES, ...network }: ExportRobustBenchOptions = {},
): RobustBenchEntry {
  const paper = paperFile === undefined ? {} : readPaper(paperFile);
  const subject = openSubject(path, network);
  try {
    const provenance = describeSource(subject.model, subject.source);
    const recipe = subject.recipe ?? recipeOfWeights(subject.source.file ?? path);
    const { found, reasons } = candidatesAmong(resultsOf(subject, provenance), examples);
    if (found.length === 0)
      throw nothing(subject.recipe === undefined ? `${path} --dataset cifar-10` : path, examples, reasons);
    const id = paper.id ?? idFrom(path);
    const facts = {
      paper,
      architecture: paper.architecture ?? architectureName(subject.description),
      additionalData: additionalData(paper, recipe),
      generatedImages: recipe?.dataset.extra !== undefined && paper.additionalData === false,
    };
    const entries = found.map((candidate): Entry => ({ candidate, info: modelInfo({ ...facts, candidate }) }));
    const files = entries.map(({ candidate: { leaderboard }, info }) => {
      const file = join('model_info', leaderboard.dataset, leaderboard.threatModel, `${id}.json`);
      writeFileAtomically(join(folder, file), `${JSON.stringify(info, null, 2)}\n`);
      return file;
    });
    const text = `${id}.md`;
    writeFileAtomically(join(folder, text), entryText(id, paper, entries, provenance.weights));
    return { folder, files: [...files, text], remarks: remarksOn(paper, examples) };
  } finally {
    subject.lock?.release();
    subject.model.dispose();
  }
}

function idFrom(path: string): string {
  return networkName(path).replaceAll(/[^\w-]+/g, '_') || 'network';
}

/** The evaluations of this network where its results lie, without those that cannot be right. */
function resultsOf({ output }: EvaluationSubject, network: NetworkProvenance): readonly FoundResult[] {
  const folder = new RunFolder(dirname(output));
  const found = folder.evaluations.flatMap((file): FoundResult[] => {
    const { value } = readJson(folder, file, evaluationSchema);
    const isOfIt = value?.of !== undefined && networkKey(value.of.network) === networkKey(network);
    return isOfIt ? [{ file: relative(folder.path, file), result: value }] : [];
  });
  return belongTogether(found).kept;
}

function additionalData({ additionalData: said }: Paper, recipe: Recipe | undefined): boolean {
  if (said !== undefined) return said;
  if (recipe !== undefined && recipe.dataset.extra === undefined) return false;
  const received =
    recipe === undefined
      ? 'nothing that tells what it was trained with'
      : `a recipe that mixes in ${recipe.dataset.extra!.file}`;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected additionalData in the file of --paper, received ${received}: true where it has seen other real images than the data set's, false where it has not, or has seen generated ones`,
  );
}

/** @param evaluated the network and, where it has to be said, the data set: as `evaluate` takes them */
function nothing(evaluated: string, examples: number, reasons: readonly string[]): SaddlepointError {
  const there = reasons.length === 0 ? 'there is none of these weights' : reasons.join('; ');
  return new SaddlepointError(
    'EVALUATION',
    `expected an evaluation as RobustBench takes it (AutoAttack, standard, exact order, searched in float32, verified, ${examples} test images, ` +
      `CIFAR-10 or CIFAR-100 at linf 8/255, or CIFAR-10 at l2 0.5): ${there}. ` +
      `saddlepoint evaluate ${evaluated} --attack autoattack --norm linf --epsilon 8/255 --examples ${examples} makes one`,
  );
}

function remarksOn(paper: Paper, examples: number): string[] {
  const open = NEEDED.filter((key) => paper[key] === undefined);
  return [
    ...(examples < ALL_IMAGES
      ? [`RobustBench takes evaluations on all ${ALL_IMAGES} test images, this one is on ${examples}`]
      : []),
    ...(open.length > 0 ? [`left open for want of --paper: ${open.join(', ')}`] : []),
  ];
}
