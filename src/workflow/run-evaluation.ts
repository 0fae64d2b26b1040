/**
 * An evaluation of a run or a file of weights: what is evaluated, on which examples, against which attacks; then the
 * jobs, one after the other.
 *
 * @module
 */
import { isUnionName } from '../attacks/index.js';
import { requireDevice, SaddlepointError } from '../engine/index.js';
import { count, disposeSplit } from '../data/index.js';
import { selectExamples, type EvaluationResult } from '../evaluation/index.js';
import { silent, type Progress } from '../monitoring/index.js';
import { checkBudget } from './budget-hint.js';
import { evaluateAttacks } from './evaluate-attacks.js';
import { evaluateCorruptions } from './evaluate-corruptions.js';
import { evaluateClean } from './evaluate-clean.js';
import { checkNames, normOf, plansOf } from './evaluate-plans.js';
import { openTestSet } from './evaluation-data.js';
import type { EvaluateOptions, EvaluationRun } from './evaluation-run.js';
import { openSubject, type EvaluationSubject } from './evaluate-subject.js';
import { normalizationNotes } from './normalization-notes.js';

const EXAMPLES = 1000;

/** What came of it, with what a table says beside the figures. */
export interface EvaluatedNetwork {
  readonly result: EvaluationResult;
  /** The training method, '' where nothing tells it. */
  readonly training: string;
  readonly architecture: string;
}

export interface EvaluationCalls {
  /** Is told one plain line now and then. Default: nobody. */
  readonly say?: ((line: string) => void) | undefined;
  /** Is told how far it is, as `createProgress()` shows it. Default: nobody. */
  readonly progress?: Progress | undefined;
  /** Ends it with INTERRUPTED; what is done is saved, and the same call goes on. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Evaluates a run, a checkpoint or a file of anybody's weights; writes results and adversarial images into its folder.
 *
 * @example
 * const attacked = { attack: ['pgd'], version: 'standard', order: 'exact', cleanOnly: false } as const;
 * const { result } = await evaluateNetwork('runs/adversarial', { ...attacked, steps: 20, examples: 100, device: 'cpu'
 * }); console.log(result.clean.error, result.attacks.pgd?.robustError);
 *
 * @param path a run folder, a checkpoint, a file of weights or `zoo:` and a name, as {@link loadModel} reads them
 * @throws SaddlepointError for options that fit no evaluation, and as `autoAttack` does
 */
export async function evaluateNetwork(
  path: string,
  options: EvaluateOptions,
  { say = () => undefined, progress = silent, signal = new AbortController().signal }: EvaluationCalls = {},
): Promise<EvaluatedNetwork> {
  checkNames(options);
  if (isUnattacked(options)) checkClean(options);
  requireDevice(options.device);
  const subject = openSubject(path, options);
  try {
    const run = { ...prepare(subject, options, say), progress };
    try {
      const evaluate =
        options.corruptions !== undefined ? evaluateCorruptions : options.cleanOnly ? evaluateClean : evaluateAttacks;
      const result = await evaluate(run, signal);
      const { recipe, description } = subject;
      return { result, training: recipe?.training.method ?? '', architecture: description.architecture };
    } finally {
      disposeSplit(run.dataset.test);
    }
  } finally {
    subject.lock?.release();
    subject.model.dispose();
  }
}

function isUnattacked({ cleanOnly, corruptions }: EvaluateOptions): boolean {
  return cleanOnly || corruptions !== undefined;
}

/** Without an attack nothing that describes one has an effect. @throws SaddlepointError ARGUMENT naming the option */
function checkClean(options: EvaluateOptions): void {
  const { attack, version, order, norm, epsilon, steps, stepSize, restarts, seed, timeLimit, workers, backend } =
    options;
  const attacking = {
    '--attack': attack[0],
    '--autoattack-version': version === 'standard' ? undefined : version,
    '--order': order === 'exact' ? undefined : order,
    '--norm': norm,
    '--epsilon': epsilon,
    '--steps': steps,
    '--step-size': stepSize,
    '--restarts': restarts,
    '--attack-option': options.attackOption?.[0],
    '--seed': seed,
    '--time-limit': timeLimit,
    '--workers': workers,
    '--backend': backend,
  };
  const { cleanOnly, corruptions, sample } = options;
  const corrupting = { '--clean-only': cleanOnly || undefined, '--sample': sample };
  const without = corruptions === undefined ? '--clean-only' : '--corruptions';
  const useless = corruptions === undefined ? attacking : { ...attacking, ...corrupting };
  const given = Object.entries(useless).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  const reason =
    given in corrupting ? 'which measures the first images and those without corruption' : 'which attacks nothing';
  throw new SaddlepointError('ARGUMENT', `expected no ${given} with ${without}, ${reason}, received it`);
}

/** Reads the data, and refuses what cannot be evaluated. */
function prepare(
  subject: EvaluationSubject,
  options: EvaluateOptions,
  say: (line: string) => void,
): Omit<EvaluationRun, 'progress'> {
  const { model, description, source, recipe, output } = subject;
  // A union has its budgets in its name.
  const unbounded = options.epsilon === undefined && !isUnionName(options.norm ?? '');
  const unknown = options.dataset === undefined || (unbounded && !isUnattacked(options));
  if (recipe === undefined && unknown) {
    throw new SaddlepointError(
      'ARGUMENT',
      'expected --dataset and --epsilon for a checkpoint outside of its run folder',
    );
  }
  const name = options.dataset ?? recipe?.dataset.name ?? '';
  // Refuses the data set's name with the rest; the number of classes is known only after it is loaded.
  if (options.epsilon !== undefined) {
    const unusual = checkBudget(normOf(options, recipe?.evaluation.attack.norm), options.epsilon);
    if (unusual !== undefined) say(`warning: ${unusual}`);
  }
  if (!isUnattacked(options)) plansOf(options, recipe, name, 10);
  const { dataset, classes } = openTestSet(subject, name, options, say);
  const { test } = dataset;
  const asked = options.examples ?? Math.min(recipe?.evaluation.examples ?? EXAMPLES, count(test));
  selectExamples(test, asked, options.sample); // refuses more than there are
  const notes = [...(source.notes ?? []), ...normalizationNotes(subject, test)];
  return {
    model,
    description,
    source: { ...source, notes },
    output,
    options,
    dataset,
    plans: isUnattacked(options) ? [] : plansOf(options, recipe, name, classes),
    seed: options.seed ?? recipe?.seed ?? 1,
    asked,
    elsewhere: dataset.name === recipe?.dataset.name ? undefined : dataset.name,
    say,
  };
}
