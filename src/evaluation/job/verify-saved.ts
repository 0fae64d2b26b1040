/**
 * Verifies an evaluation from what lies on the disk: its adversarial images are read back from their file, and the
 * network from its own, where it is known. What the process has in memory since hours is asked for nothing.
 *
 * @module
 */
import { readSafetensors, SaddlepointError, type Tensor } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { hashArchitecture, hashModel } from '../provenance/index.js';
import { verify, type Verification } from '../verifier/index.js';
import { readLabels, type JobFacts, type JobOptions } from './facts.js';
import type { Identity } from './identity.js';
import { STANDING, WRONG } from './merge.js';

/**
 * @param file `adversarial.safetensors`
 * @throws SaddlepointError EVALUATION when there is no number to issue: as {@link verify}, where the file is of other
 *   examples, or the network's file holds another network by now; CHECKPOINT for a file that cannot be read
 */
export async function verifySaved(
  options: JobOptions,
  facts: JobFacts,
  file: string,
  identity: Identity,
): Promise<Verification> {
  const { batchSize = 100, signal } = options;
  const { plan, split, selection } = facts;
  const { positions } = selection;
  const { tensors } = readSafetensors(file);
  const anew = options.source?.load?.();
  try {
    if (anew !== undefined) requireSameNetwork(anew, options, identity);
    requireSameExamples(tensors, facts, file);
    const adversarial = tensors.get('images')!;
    const flags = tensors.get('fooled_by')!.toNumbers();
    const wrong = flags.map((flag) => flag === WRONG);
    const fooled = flags.map((flag) => flag !== STANDING);
    const { norm, epsilon, draws } = plan;
    anew?.to(split.images.device);
    const verification = await verify(
      anew ?? options.model,
      split,
      { adversarial, positions, fooled, wrong, parameters: tensors.get('parameters') },
      { norm, epsilon, batchSize, draws, signal },
    );
    return { ...verification, network: anew === undefined ? 'memory' : 'file' };
  } finally {
    anew?.dispose();
    for (const tensor of tensors.values()) tensor.dispose();
  }
}

/** A training or a person may have written the file anew while the attacks ran. */
function requireSameNetwork(anew: Module, { source }: JobOptions, identity: Identity): void {
  const [weights, architecture] = [hashModel(anew), hashArchitecture(anew, source?.description)];
  if (weights === identity.model && architecture === identity.architecture) return;
  throw new SaddlepointError(
    'EVALUATION',
    `no robust error is issued: expected ${source?.file ?? 'the file of the network'} to hold the network that was attacked, but it holds another one by now (weights ${weights.slice(0, 12)}…, attacked ${identity.model.slice(0, 12)}…). Evaluate it again`,
  );
}

function requireSameExamples(tensors: ReadonlyMap<string, Tensor>, facts: JobFacts, file: string): void {
  const { split, selection } = facts;
  const expected = {
    indices: selection.positions.map((position) => split.offset + position),
    labels: readLabels(facts),
  };
  const parts = ['images', 'fooled_by', ...Object.keys(expected)];
  const missing = parts.find((name) => !tensors.has(name));
  const other = Object.entries(expected).find(
    ([name, values]) => tensors.get(name)?.toNumbers().join() !== values.join(),
  );
  if (missing === undefined && other === undefined) return;
  const problem = missing === undefined ? `its ${other![0]} are others` : `it has no ${missing}`;
  throw new SaddlepointError('EVALUATION', `no robust error is issued: ${file} is not of these examples, ${problem}`);
}
