/**
 * An evaluation's state on disk. A process may die at any moment and loses at most the chunk it was at:
 *
 *     evaluation/<id>/
 *       state.json               what the state belongs to; as long as it is there, the evaluation is unfinished
 *       journal.jsonl            one line a chunk: what was attacked, and what fell
 *       found-<n>.safetensors    the adversarial images of line n, written before it
 *       lock                     which process works on it, locked by the system as long as it lives
 *       adversarial.safetensors  all images, when the evaluation is complete
 *
 * @module
 */
import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  readSafetensors,
  SaddlepointError,
  writeFileAtomically,
  writeSafetensors,
  type FileLock,
  type Tensor,
} from '../../engine/index.js';
import { makeFolder } from '../../engine/folders.js';
import { readWhole } from '../../engine/read-file.js';
import { backendInTodaysWords } from '../../monitoring/index.js';
import { orFileError } from './file-error.js';
import type { FoundImages } from './chunk.js';
import { EVALUATION_BACKENDS, identitySchema, requireSame, type EvaluationBackend, type Identity } from './identity.js';
import { lockEvaluation } from './lock.js';

const positions = z.array(z.int().min(0));
const lineSchema = z.discriminatedUnion('kind', [
  /** Looked at without perturbation. */
  z.object({ kind: z.literal('clean'), positions, wrong: positions, seconds: z.number() }),
  z.object({
    kind: z.literal('attack'),
    stage: z.string(),
    group: z.enum(['all', 'audit', 'rest']),
    round: z.int().min(0),
    positions,
    fooled: positions,
    seconds: z.number(),
  }),
  /** The sample an audited stage is tried on, drawn when it began with `of` examples still robust. */
  z.object({ kind: z.literal('audit'), stage: z.string(), of: z.int().min(0), positions }),
  /** A round of a search for confident errors. */
  z.object({
    kind: z.literal('attempt'),
    stage: z.string(),
    round: z.int().min(0),
    positions,
    /**
     * Where this round's image is worse for the network than those of the rounds before: these are saved, in that
     * order.
     */
    improved: positions,
    /** Of the improved ones: whether the network gets them wrong, and the largest probability of a wrong class. */
    wrong: z.array(z.boolean()),
    confidence: z.array(z.number()),
    seconds: z.number(),
  }),
  /** Images of a corruption at one severity: `stage` is its name, `wrong` the positions that the network gets wrong. */
  z.object({
    kind: z.literal('corruption'),
    stage: z.string(),
    severity: z.int().min(1),
    /** SHA-256 of the images. */
    images: z.string(),
    wrong: positions,
    seconds: z.number(),
  }),
  /** What randomised smoothing says of one image; its class is null where it abstains. */
  z.object({
    kind: z.literal('certificate'),
    positions: positions.length(1),
    answer: z.int().min(0).nullable(),
    radius: z.number().min(0),
    agreeing: z.int().min(0),
    seconds: z.number(),
  }),
]);

export type JournalLine = z.output<typeof lineSchema>;

/** The first format did not say which architecture, normalisation and version a state is of. */
const [FORMAT, FIRST_FORMAT] = ['saddlepoint-evaluation-2', 'saddlepoint-evaluation-1'];
/** In bytes. Of a state ours has 2 kB; a journal names every image once an attack. */
const [MAXIMUM_STATE, MAXIMUM_JOURNAL] = [2 ** 20, 2 ** 28];
const stateSchema = z.object({
  format: z.literal(FORMAT),
  backend: z.enum(EVALUATION_BACKENDS),
  identity: identitySchema,
});

/** The folder of one evaluation, locked until {@link close}. */
export class EvaluationStore {
  readonly path: string;
  readonly backend: EvaluationBackend;
  /** What was done before. */
  readonly lines: readonly JournalLine[];
  readonly #lock: FileLock;
  #written: number;
  #closed = false;

  private constructor(path: string, lock: FileLock, backend: EvaluationBackend, lines: readonly JournalLine[]) {
    this.path = path;
    this.#lock = lock;
    this.backend = backend;
    this.lines = lines;
    this.#written = lines.length;
  }

  /**
   * Opens the state of this evaluation, or begins one.
   *
   * @param backend asked for when there is no state yet
   * @param wanted refuses a state of another backend
   * @throws SaddlepointError CHECKPOINT for a state of another evaluation, a damaged one, or one that another process
   *   works on; FILE when the folder cannot be written
   */
  static open(
    path: string,
    identity: Identity,
    backend: () => EvaluationBackend,
    wanted?: EvaluationBackend,
  ): EvaluationStore {
    orFileError(path, () => makeFolder(path));
    const lock = lockEvaluation(path);
    try {
      const file = join(path, 'state.json');
      if (!existsSync(file)) {
        removeParts(path);
        const chosen = wanted ?? backend();
        writeFileAtomically(file, `${JSON.stringify({ format: FORMAT, backend: chosen, identity }, null, 2)}\n`);
        return new EvaluationStore(path, lock, chosen, []);
      }
      const state = readState(file);
      requireSame(state.identity, identity, path);
      if (wanted !== undefined && wanted !== state.backend) {
        throw new SaddlepointError(
          'CHECKPOINT',
          `${path} holds an unfinished evaluation in the backend ${state.backend}, which is kept; expected to go ` +
            `on with it, received the backend ${wanted}`,
        );
      }
      return new EvaluationStore(path, lock, state.backend, readJournal(join(path, 'journal.jsonl')));
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Saves what one chunk found, images first, so that no line speaks of images that are not there.
   *
   * @param found float32 [M, C, H, W] and, of a transformation, [M, P]: of `fooled`, or `improved`, in that order
   */
  append(line: JournalLine, { images, parameters }: Partial<FoundImages> = {}): void {
    if (images !== undefined) {
      const tensors = new Map([['images', images]]);
      if (parameters !== undefined) tensors.set('parameters', parameters);
      writeSafetensors(this.#imagesOf(this.#written), tensors);
    }
    const file = join(this.path, 'journal.jsonl');
    orFileError(file, () => {
      const handle = openSync(file, 'a');
      try {
        const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
        for (let done = 0; done < bytes.length;) done += writeSync(handle, bytes, done);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    });
    this.#written += 1;
  }

  /**
   * What was saved with a line, by its number: the images, or what they were made with. New tensors, of which those not
   * returned go with the scope.
   *
   * @throws SaddlepointError CHECKPOINT when they are not there
   */
  found(number: number, part: keyof FoundImages = 'images'): Tensor {
    const path = this.#imagesOf(number);
    const tensor = readSafetensors(path).tensors.get(part);
    if (tensor === undefined) throw new SaddlepointError('CHECKPOINT', `expected adversarial ${part} in ${path}`);
    return tensor;
  }

  saveAdversarial(tensors: ReadonlyMap<string, Tensor>, metadata: Readonly<Record<string, string>>): string {
    const path = join(this.path, 'adversarial.safetensors');
    writeSafetensors(path, tensors, metadata);
    return path;
  }

  /** The result is written: the state goes, the adversarial images stay. */
  finish(): void {
    rmSync(join(this.path, 'state.json'), { force: true });
    removeParts(this.path);
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lock.release();
  }

  #imagesOf(number: number): string {
    return join(this.path, `found-${String(number).padStart(6, '0')}.safetensors`);
  }
}

/** What the unfinished evaluation in a folder is of; undefined where there is none that can be gone on with. */
export function savedIdentity(path: string): Identity | undefined {
  try {
    return readState(join(path, 'state.json')).identity;
  } catch {
    return undefined; // whoever opens it says what is wrong with it
  }
}

function readState(file: string): z.output<typeof stateSchema> {
  try {
    const state = JSON.parse(readWhole(file, MAXIMUM_STATE).toString('utf8')) as { format?: unknown };
    if (state.format === FIRST_FORMAT) throw new EarlierState(file);
    return stateSchema.parse(backendInTodaysWords(state));
  } catch (cause) {
    if (cause instanceof EarlierState) throw cause;
    throw new SaddlepointError(
      'CHECKPOINT',
      `${file} is not the state of an evaluation, or is damaged. Remove its folder to begin anew`,
      { cause },
    );
  }
}

class EarlierState extends SaddlepointError {
  constructor(file: string) {
    super(
      'CHECKPOINT',
      `${file} is the state of an evaluation that an earlier version began; it does not say of which ` +
        'architecture and normalisation, so it is not gone on with. Remove its folder to begin anew',
    );
  }
}

/** The complete lines; half a line, which a killed process or a full disk leaves, is cut off. */
function readJournal(file: string): JournalLine[] {
  if (!existsSync(file)) return [];
  const content = orDamaged(file, () => readWhole(file, MAXIMUM_JOURNAL));
  const end = content.lastIndexOf('\n') + 1;
  if (end < content.length) {
    orFileError(file, () => {
      const handle = openSync(file, 'r+');
      try {
        ftruncateSync(handle, end);
      } finally {
        closeSync(handle);
      }
    });
  }
  return orDamaged(file, () => {
    const lines = content.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
    return lines.map((line) => lineSchema.parse(JSON.parse(line)));
  });
}

function orDamaged<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new SaddlepointError('CHECKPOINT', `${file} is damaged. Remove its folder to begin anew`, { cause });
  }
}

/** Removes what belongs to an unfinished evaluation. */
function removeParts(path: string): void {
  for (const name of readdirSync(path)) {
    if (name === 'journal.jsonl' || name.startsWith('found-') || name.endsWith('.tmp')) {
      rmSync(join(path, name), { force: true });
    }
  }
}
