/**
 * Certification as a job: every image's certificate is saved when it is there, so that a killed job goes on with the
 * next image and comes to the identical certificates.
 *
 * @module
 */
import type { JobEnd, JobOptions } from '../job/index.js';
import { endWithoutTrace, withState } from '../job/state.js';
import type { JournalLine } from '../job/store.js';
import { silent } from '../../monitoring/index.js';
import type { SmoothingResult } from './certificate.js';
import { requireSmoothing } from './certify.js';
import { certify, settingsOf, type CertificateJournal, type CertifyOptions } from './certify-split.js';

/** As of every job, with the settings of the smoothing. `batchSize` are noisy copies of one image. */
export interface CertificationJobOptions
  extends
    Omit<JobOptions, 'chooseBackend' | 'parallel'>,
    Pick<CertifyOptions, 'sigma' | 'selectionSamples' | 'samples' | 'alpha'> {}

export interface FinishedCertification extends JobEnd {
  readonly result: SmoothingResult;
}

/**
 * Certifies, or does the rest of a certification, as {@link certify}; the network itself answers, as LibTorch computes
 * it in float32. The network is left in the mode it was in; no tensor stays alive.
 *
 * @throws SaddlepointError as {@link certify}; CHECKPOINT for a saved state of another network, data, seed or settings;
 *   FILE when the state cannot be written. After each of them the state is as it was
 */
export async function runCertification(options: CertificationJobOptions): Promise<FinishedCertification> {
  const { model, split, dataset, selection, seed, progress = silent, signal, batchSize } = options;
  const settings = settingsOf(options);
  requireSmoothing(settings);
  // Nothing is attacked: no threads for attacks, and the network computes as it is.
  const alone = { ...options, parallel: undefined, chooseBackend: undefined };
  return withState(alone, smoothingText(settings), async ({ store }) => {
    const known = knownFrom(store.lines);
    const journal: CertificateJournal = {
      known,
      save: (position, certificate) => {
        store.append({ kind: 'certificate', positions: [position], ...certificate });
      },
    };
    progress.start(`certificates, sigma ${settings.sigma}`, selection.positions.length, known.size);
    const result = await certify(
      model,
      split,
      {
        ...settings,
        seed,
        batchSize,
        selection,
        dataset: dataset.name,
        signal,
        onProgress: (done) => {
          progress.update(done);
        },
      },
      journal,
    );
    return { result, ...endWithoutTrace(store) };
  });
}

function knownFrom(lines: readonly JournalLine[]): CertificateJournal['known'] {
  return new Map(
    lines.flatMap((line) => {
      if (line.kind !== 'certificate') return [];
      const { answer, radius, agreeing, seconds } = line;
      return [[line.positions[0]!, { answer, radius, agreeing, seconds }]];
    }),
  );
}

/** All that decides a certification beside network, images and seed, in one text. */
export function smoothingText(settings: CertifyOptions): string {
  return JSON.stringify({ smoothing: settingsOf(settings) });
}
