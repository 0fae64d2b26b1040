/**
 * A run that is served: looked at again and again, it says what is new.
 *
 * @module
 */
import { duration } from '../monitoring/projected-time.js';
import { RunFolder } from '../monitoring/run-folder.js';
import { LatestImages } from '../monitoring/tensorboard/latest-images.js';
import { Curves, type Position } from './curves.js';
import type { FoundRun } from './find-runs.js';
import { factsSignature, readFacts, unreadableFacts, type RunFacts, type TrainingLength } from './run-facts.js';
import type { Progress, RunCard, RunStatus, RunUpdate } from './protocol.js';
import { runStatus } from './run-status.js';
import { Tail } from './tail.js';

/** Steps are whole, and an epoch's last batch may be a short one. */
const NEARLY = 0.9995;

export class WatchedRun {
  readonly name: string;
  /** Which folder it is, among those of its name. */
  readonly identity: string;
  readonly folder: RunFolder;
  readonly images: LatestImages;
  readonly #tail: Tail;
  readonly #curves = new Curves();
  #signature = '';
  #facts: RunFacts | undefined;
  /** Whoever knew a run of this name before is to forget its curves. */
  #anew = true;
  /** The card as it was told last. */
  #told = '';

  constructor({ name, path, identity = '' }: FoundRun & { readonly identity?: string }) {
    this.name = name;
    this.identity = identity;
    this.folder = new RunFolder(path);
    this.images = new LatestImages(path);
    this.#tail = new Tail(this.folder.metrics);
  }

  /** Looks at the files. @returns what is new; undefined where nothing is */
  async look(): Promise<RunUpdate | undefined> {
    await this.#tail.read({
      forget: () => {
        this.#curves.forget();
        this.#anew = true;
      },
      line: (text) => this.#curves.line(text),
    });
    this.#facts = this.#readFacts();
    const update = { card: this.#card(this.#facts), anew: this.#anew, curves: this.#curves.change() };
    const told = JSON.stringify(update.card);
    if (told === this.#told && !update.anew && Object.keys(update.curves).length === 0) return undefined;
    this.#told = told;
    this.#anew = false;
    return update;
  }

  /** All there is, for a page that opens; as of the last look. */
  whole(): RunUpdate | undefined {
    if (this.#facts === undefined) return undefined;
    return { card: this.#card(this.#facts), anew: true, curves: this.#curves.all() };
  }

  /** Those read last, where the files are the same. */
  #readFacts(): RunFacts {
    try {
      const signature = factsSignature(this.folder);
      if (this.#facts !== undefined && signature === this.#signature) return this.#facts;
      this.#signature = signature;
      return readFacts(this.folder);
    } catch (error) {
      return unreadableFacts(`the run's files cannot be read: ${(error as Error).message}`);
    }
  }

  #card({ length, evaluated, ...facts }: RunFacts): RunCard {
    const { position } = this.#curves;
    const share = position === undefined ? null : shareOf(position, length);
    // A folder of evaluations alone was trained elsewhere.
    const elsewhere = position === undefined && facts.training === '';
    const trained = elsewhere || length.took !== undefined || (share !== null && share >= NEARLY);
    const status = runStatus(this.folder, { trained, evaluated });
    const latest = (tag: string) => this.#curves.latest(tag) ?? null;
    return {
      name: this.name,
      path: this.folder.path,
      status,
      facts,
      progress: position === undefined ? null : this.#progress(position, length, share, status),
      validation: { clean: latest('validation/error'), attacked: latest('validation/adversarial_error') },
    };
  }

  #progress(position: Position, length: TrainingLength, share: number | null, { state }: RunStatus): Progress {
    const left = state === 'training' ? this.#secondsLeft(position, length, share) : undefined;
    return {
      ...position,
      lastLine: this.#tail.changed?.toISOString() ?? '',
      share,
      epochs: length.epochs ?? null,
      left: left === undefined ? '' : duration(left),
    };
  }

  #secondsLeft({ step, seconds }: Position, { within }: TrainingLength, share: number | null): number | undefined {
    if (within !== undefined) return Math.max(0, within - seconds);
    const pace = this.#curves.secondsPerStep;
    return pace === undefined || share === null || share === 0 ? undefined : pace * (step / share - step);
  }
}

/** A training by the clock has steps, another one epochs. */
function shareOf({ step, epoch }: Position, { steps, epochs }: TrainingLength): number | null {
  if (steps !== undefined) return Math.min(1, step / steps);
  return epochs === undefined || epochs <= 0 ? null : Math.min(1, epoch / epochs);
}
