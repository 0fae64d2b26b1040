/**
 * AutoAttack in one call, on any network and any images.
 *
 * @module
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBudget, type AutoAttackVersion, type NormName } from '../attacks/index.js';
import { count, requireSplit, type Split } from '../data/index.js';
import {
  describeValue,
  keep,
  readSafetensors,
  requireKnown,
  requireOptions,
  SaddlepointError,
  tidy,
  type Tensor,
} from '../engine/index.js';
import {
  autoAttackPlan,
  classesOf,
  EVALUATION_ORDERS,
  runEvaluationJob,
  selectExamples,
  usualWorkers,
  type EvaluationOrder,
  type EvaluationResult,
} from '../evaluation/index.js';
import type { ModelDescription } from '../models/index.js';
import { silent, type Progress } from '../monitoring/index.js';
import { requireModule, type Module } from '../nn/index.js';
import { chooseEvaluationBackendMeanwhile } from './evaluate-backend.js';

/** What {@link autoAttack} measures, and how. */
export interface AutoAttackCall {
  /** linf, l2 or l1. Default linf. */
  readonly norm?: NormName | undefined;
  /** For images in [0, 1]: a number, or a fraction such as `8/255`. */
  readonly epsilon: number | string;
  /** Default: standard, the field's. */
  readonly version?: AutoAttackVersion | undefined;
  /** The first so many images. Default: all. */
  readonly examples?: number | undefined;
  /** sampled: FAB and Square on a sample, with a bound on what they could have found. Default: exact. */
  readonly order?: EvaluationOrder | undefined;
  /** Of the attacks' random numbers. Default 1. */
  readonly seed?: number | undefined;
  /** Images at once; changes speed, and how long other work waits, not results. Default 100. */
  readonly batchSize?: number | undefined;
  /**
   * What a network of ours is (`loadModel` says it): then all cores share the attacks. Default: one thread, any
   * `Module`.
   */
  readonly description?: ModelDescription | undefined;
  /** Where the state lies, so that the same call goes on after a stop. Default: a folder that is removed at the end. */
  readonly folder?: string | undefined;
  readonly progress?: Progress | undefined;
  /** Ends it with INTERRUPTED between two batches. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link autoAttack} found. */
export interface AutoAttackOutcome {
  /** Share of the images that are misclassified as they are, and with those that an attack fools. */
  readonly cleanError: number;
  readonly robustError: number;
  /** float32 [N, C, H, W] on the CPU: the image itself where no attack fooled it. The caller's to dispose. */
  readonly adversarial: Tensor;
  /** Intervals, stages, classes, what the verifier counted, and signs that the attack could not search. */
  readonly result: EvaluationResult;
}

/** Every option, so that a misspelt one is not ignored. */
const OPTIONS: Readonly<Record<keyof AutoAttackCall, true>> = {
  epsilon: true,
  norm: true,
  version: true,
  examples: true,
  order: true,
  seed: true,
  batchSize: true,
  description: true,
  folder: true,
  progress: true,
  signal: true,
};

/**
 * AutoAttack (Croce and Hein, ICML 2020), verified from the saved images. Of a network of ours, threads do the work,
 * and other work goes on. Of any other `Module` it goes on between two batches: a small network and 100 images keep it
 * for 1.5 seconds at a time, in Square for ten. A server then wants a smaller batch, or a worker thread.
 *
 * The network is left in the mode it was in.
 *
 * @example
 * const { model, description } = loadModel('models/cifar10-resnet18-16-linf.safetensors');
 * const { test } = loadDataset('cifar-10');
 * const { robustError } = await autoAttack(model, test, { epsilon: '8/255', examples: 100, description });
 *
 * @param data uint8 images [N, C, H, W] and int64 labels [N], on the model's device
 * @throws SaddlepointError ARGUMENT for a budget, norm or number that is none; EVALUATION where a check forbids the
 *   number, as for labels that do not fit the network
 */
export async function autoAttack(model: Module, data: Split, call: AutoAttackCall): Promise<AutoAttackOutcome> {
  requireOptions('autoAttack', call, OPTIONS);
  requireModule(model);
  requireSplit(data);
  const { norm = 'linf', version, order, seed = 1, batchSize = 100, description, progress = silent, signal } = call;
  requireOrder(order);
  const epsilon = parseBudget(call.epsilon);
  if (epsilon === undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected epsilon as a positive number or a fraction such as 8/255, received ${describeValue(call.epsilon)}`,
    );
  }
  const classes = classesOf(model, data);
  const plan = autoAttackPlan({ version, norm, epsilon, classes });
  const folder = call.folder ?? mkdtempSync(join(tmpdir(), 'saddlepoint-autoattack-'));
  const workers = usualWorkers(data.images.device, batchSize);
  try {
    // A state that is there has its own.
    const begun = existsSync(join(folder, 'state.json'));
    const backend = begun ? 'plain' : await chooseEvaluationBackendMeanwhile(model, data, description, classes);
    const { result, finish } = await runEvaluationJob({
      model,
      source: description && { description },
      split: data,
      dataset: { name: data.name, classes: Array.from({ length: classes }, (_, label) => String(label)) },
      plan,
      selection: selectExamples(data, call.examples ?? count(data)),
      seed,
      order,
      batchSize,
      parallel: description && { workers, description },
      chooseBackend: () => backend,
      folder,
      progress,
      signal,
    });
    const adversarial = tidy(() =>
      keep(readSafetensors(join(folder, 'adversarial.safetensors')).tensors.get('images')!),
    );
    finish();
    return { cleanError: result.clean.error, robustError: result.attacks.autoattack!.robustError, adversarial, result };
  } catch (error) {
    if (!(error instanceof SaddlepointError) || error.code !== 'INTERRUPTED') throw error;
    const message =
      call.folder === undefined
        ? 'AutoAttack was stopped, and nothing of it is kept; with a `folder` the same call goes on'
        : `AutoAttack was stopped; its state is in ${folder}, and the same call goes on`;
    throw new SaddlepointError('INTERRUPTED', message, { cause: error });
  } finally {
    if (call.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Programs in JavaScript may say anything. */
function requireOrder(order: string | undefined): void {
  if (order !== undefined) requireKnown('an order', order, EVALUATION_ORDERS);
}
