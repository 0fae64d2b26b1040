/**
 * A network that PyTorch exported: a `.pt2` file says itself what it computes.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import type { NetworkSource } from '../evaluation/index.js';
import {
  buildModel,
  normalizesItself,
  readExported,
  type AskedNetwork,
  type ModelDescription,
} from '../models/index.js';
import type { ForeignSubject } from './foreign-subject.js';

/**
 * @param asked nothing but a normalisation may be said of it
 * @throws SaddlepointError CHECKPOINT as {@link readExported}; ARGUMENT for an architecture or an option
 */
export function openExported(path: string, asked: AskedNetwork): ForeignSubject {
  const { normalize, ...others } = asked.options ?? {};
  const stray = asked.architecture ?? Object.keys(others)[0];
  if (stray !== undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected no ${stray} for ${path}: an exported network says itself what it is, but for --mean and --std or --preset`,
    );
  }
  const { model, description, notes, program } = load(path, normalize);
  const loadAs = ({ options }: ModelDescription) => load(path, (options as { normalize?: unknown }).normalize).model;
  const source: NetworkSource = { description, file: path, load: () => loadAs(description), notes };
  const normalizationKnown = asked.unnormalized === true || normalize !== undefined || normalizesItself(program);
  return { model, description, source, loadAs, normalizationKnown };
}

function load(path: string, normalize: unknown) {
  const { description, state, notes, program } = readExported(path);
  const options = { ...description.options, ...(normalize !== undefined && { normalize }) };
  const whole = { architecture: 'exported', options } as ModelDescription;
  try {
    const model = buildModel(whole);
    model.loadStateDict(state);
    return { model, description: whole, notes, program };
  } catch (cause) {
    throw new SaddlepointError('CHECKPOINT', `${path} cannot be computed here: ${(cause as Error).message}`, { cause });
  } finally {
    for (const tensor of state.values()) tensor.dispose();
  }
}
