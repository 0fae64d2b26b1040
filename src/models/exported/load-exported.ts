/**
 * A network from a `.pt2` file of `torch.export.save`.
 *
 * @module
 */
import {
  ExportedArchive,
  HOW_TO_EXPORT,
  isArchiveError,
  SaddlepointError,
  tidy,
  type ExportedTensors,
  type Tensor,
} from '../../engine/index.js';
import type { ModelDescription } from '../architectures.js';
import { ProgramError, type Program } from './program.js';
import { readProgram } from './read-program.js';

/** What a `.pt2` file holds. */
export interface ExportedFile {
  readonly description: ModelDescription;
  readonly program: Program;
  /** New tensors on the CPU, by the names of the network that the description makes. */
  readonly state: ReadonlyMap<string, Tensor>;
  /** What is to be known of it, in sentences. */
  readonly notes: readonly string[];
}

/** Whether a file is an archive of torch.export, whatever it is called. */
export function isExported(path: string): boolean {
  try {
    using archive = new ExportedArchive(path);
    return archive.program.length > 0;
  } catch (error) {
    // What is called so is read as such, so that its faults are named.
    return path.endsWith('.pt2') && isArchiveError(error);
  }
}

/**
 * Reads a network that PyTorch exported. Executes nothing of the file but LibTorch's operators, when the network runs.
 *
 * @throws SaddlepointError CHECKPOINT for a file that is none, is cut off, lies about its lengths, is of a version that
 *   is not known, or whose program cannot be computed here; the message says how to export it
 */
export function readExported(path: string): ExportedFile {
  try {
    using archive = new ExportedArchive(path);
    const program = readProgram(archive.program);
    const state = tidy(() => stateOf(program, archive.tensors()));
    return { description: { architecture: 'exported', options: { program } }, program, state, notes: notesOn(program) };
  } catch (cause) {
    if (cause instanceof SaddlepointError) throw cause;
    const reason = (cause as Error).message;
    const sound = cause instanceof ProgramError || isArchiveError(cause);
    throw new SaddlepointError(
      'CHECKPOINT',
      sound ? `${path} is no exported network that can be read: ${reason}` : `${path} cannot be opened: ${reason}`,
      { cause },
    );
  }
}

function stateOf({ inputs }: Program, tensors: ExportedTensors): Map<string, Tensor> {
  const state = new Map<string, Tensor>();
  for (const { key, kind, dtype, shape } of inputs) {
    // Buffers that are not saved were among the weights before PyTorch 2.9.
    const found = tensors[kind].get(key) ?? tensors.weights.get(key) ?? tensors.constants.get(key);
    if (found === undefined)
      throw new ProgramError(`its ${kind === 'weights' ? 'weight' : 'constant'} ${key} is missing`);
    if (found.dtype !== dtype || found.shape.join() !== shape.join()) {
      throw new ProgramError(
        `its ${key} is ${found.dtype} [${found.shape.join(', ')}], expected ${dtype} [${shape.join(', ')}] as its program says`,
      );
    }
    state.set(`program.${kind}.${key}`, found);
  }
  return state;
}

function notesOn({ images, outputs }: Program): string[] {
  const [batch] = images.shape;
  const notes: string[] = [];
  if (outputs > 1)
    notes.push(`it returns ${outputs} values; the first that has one row an image is taken for the logits`);
  if (batch !== null && batch !== undefined) {
    notes.push(
      `it was exported for batches of ${batch}, and computes so many images at a time. One for any batch is faster. ${HOW_TO_EXPORT}`,
    );
  }
  return notes;
}
