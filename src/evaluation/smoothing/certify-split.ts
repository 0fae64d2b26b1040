/**
 * Certificates for the images of a split, one after the other.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { disposeSplit, gatherBatch, pick, type Split } from '../../data/index.js';
import { SaddlepointError, tensor, tidy } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { checkBeforeEvaluation, logitsOf } from '../preflight/index.js';
import { hashExamples } from '../provenance/index.js';
import { selectExamples, type Selection } from '../job/index.js';
import { summarize } from './certified-curve.js';
import type { Certificate, ImageCertificate, SmoothingResult, SmoothingSettings } from './certificate.js';
import { certifyImage, requireSmoothing, SMOOTHING_DEFAULTS } from './certify.js';
import { SmoothedClassifier } from './smoothed-classifier.js';

export interface CertifyOptions {
  /** Standard deviation of the noise, for images in [0, 1]; above 0. */
  readonly sigma: number;
  /** The first images. Default: all. */
  readonly examples?: number | undefined;
  /** Noisy copies that choose the class. Default 100. */
  readonly selectionSamples?: number | undefined;
  /** Noisy copies that bound its probability. Default 1000; published figures have 100,000. */
  readonly samples?: number | undefined;
  /** A certificate is wrong with at most this probability. Default 0.001. */
  readonly alpha?: number | undefined;
  /** Of the noise. Default 1. */
  readonly seed?: number | undefined;
  /** Noisy copies at once; changes speed, not results beyond float rounding. Default 250. */
  readonly batchSize?: number | undefined;
  /** The data set's name, for the result. Default: the split's. */
  readonly dataset?: string | undefined;
  /** Which images, in place of `examples`. */
  readonly selection?: Selection | undefined;
  /** Called after each image. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Stops between two images. */
  readonly signal?: AbortSignal | undefined;
}

/** Certificates made before, by position, and where new ones go. */
export interface CertificateJournal {
  readonly known: ReadonlyMap<number, Certificate & { readonly seconds: number }>;
  save(position: number, certificate: Certificate & { readonly seconds: number }): void;
}

/**
 * Certifies a network's smoothed classifier on images of a split, by CERTIFY. The network is left in the mode it was
 * in; no tensor stays alive.
 *
 * @example
 * const { curve, averageRadius } = await certify(model, dataset.test, { sigma: 0.25, examples: 500 });
 *
 * @param split uint8 images, on the network's device
 * @throws SaddlepointError ARGUMENT for settings out of range or more images than there are; EVALUATION for a network
 *   that draws random numbers itself, mixes the images of a batch, or does not answer [N, K]; INTERRUPTED between two
 *   images after the signal
 */
export async function certify(
  model: Module,
  split: Split,
  options: CertifyOptions,
  journal?: CertificateJournal,
): Promise<SmoothingResult> {
  const { examples = split.labels.size(0), seed = 1, batchSize, dataset = split.name, onProgress, signal } = options;
  const settings = settingsOf(options);
  requireSmoothing(settings);
  const selection = options.selection ?? selectExamples(split, examples);
  const { positions, name } = selection;
  const classes = await requireCertifiable(model, split, selection, signal);
  const classifier = new SmoothedClassifier(model, classes, { sigma: settings.sigma, seed, batchSize });
  const certificates: ImageCertificate[] = [];
  let total = 0;
  for (const position of positions) {
    const { seconds, ...one } = certifyPosition(classifier, split, position, settings, journal);
    certificates.push(one);
    total += seconds;
    await nextTurn();
    onProgress?.(certificates.length, positions.length);
    if (signal?.aborted !== true || certificates.length === positions.length) continue;
    throw new SaddlepointError(
      'INTERRUPTED',
      `the certification was stopped after ${certificates.length} of ${positions.length} images`,
    );
  }
  return {
    ...settings,
    seed,
    examples: positions.length,
    data: { name: dataset, selection: name, sha256: hashExamples(split, positions) },
    ...summarize(certificates, settings.sigma),
    certificates,
    seconds: total,
  };
}

/** The settings that decide what is certified, with the defaults. */
export function settingsOf({
  sigma,
  selectionSamples = SMOOTHING_DEFAULTS.selectionSamples,
  samples = SMOOTHING_DEFAULTS.samples,
  alpha = SMOOTHING_DEFAULTS.alpha,
}: Pick<CertifyOptions, keyof SmoothingSettings>): SmoothingSettings {
  return { sigma, selectionSamples, samples, alpha };
}

/** What the journal knows, or else a new certificate, which it then knows. */
function certifyPosition(
  classifier: SmoothedClassifier,
  split: Split,
  position: number,
  settings: SmoothingSettings,
  journal?: CertificateJournal,
): ImageCertificate & { readonly seconds: number } {
  return tidy(() => {
    const { images, labels, indices } = gatherBatch(split, tensor(BigInt64Array.of(BigInt(position))));
    const image = { index: indices.item(), label: labels.item() };
    const known = journal?.known.get(position);
    if (known !== undefined) return { ...image, ...known };
    const started = performance.now();
    const certificate = certifyImage(classifier, images.select(0, 0), image.index, settings);
    const made = { ...certificate, seconds: (performance.now() - started) / 1000 };
    journal?.save(position, made);
    return { ...image, ...made };
  });
}

/**
 * A certificate is of a function: the same answer to the same image, whatever else is in the batch. How attacks see the
 * network does not matter here, nor whether its answers are logits: only the largest counts.
 *
 * @returns the number of classes
 */
async function requireCertifiable(
  model: Module,
  split: Split,
  { positions }: Selection,
  signal: AbortSignal | undefined,
): Promise<number> {
  const part = pick(split, positions);
  try {
    const { notes } = await checkBeforeEvaluation(model, part, {
      allLabels: split.labels,
      allow: ['repeatable', 'attack-network', 'logits-not-probabilities'],
      signal,
    });
    if (notes.some(({ check }) => check === 'repeatable')) {
      throw new SaddlepointError(
        'EVALUATION',
        'expected the same logits from two calls with the same images, received others: the network draws random ' +
          'numbers, and a certificate is of one function. Switch that off (dropout?)',
      );
    }
    return tidy(() => {
      const batch = gatherBatch(part, tensor(BigInt64Array.of(0n)));
      return Math.max(2, logitsOf(model, batch.images).size(1));
    });
  } finally {
    disposeSplit(part);
  }
}
