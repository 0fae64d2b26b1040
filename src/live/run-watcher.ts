/**
 * All runs below some folders, watched while somebody looks.
 *
 * Files are asked after once a second, by the server alone: notices of the system do not come from network file systems,
 * where runs of a cluster lie.
 *
 * @module
 */
import { findRuns } from './find-runs.js';
import type { RunUpdate } from './protocol.js';
import { WatchedRun } from './watched-run.js';

/** Told what changes. */
export interface RunListener {
  run(update: RunUpdate): void;
  gone(name: string): void;
  /** The first look is done: all that is there was told. */
  ready(runs: number): void;
}

/** Milliseconds between two looks at the runs, */
const EVERY = 1000;
/** and looks between two searches for new ones. */
const LOOKS_A_SEARCH = 3;

export class RunWatcher {
  readonly #folders: readonly string[];
  readonly #runs = new Map<string, WatchedRun>();
  readonly #listeners = new Set<RunListener>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #looks = 0;
  #ready = false;

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** A run by its name, which is only ever looked up: no name becomes a path. */
  run(name: string): WatchedRun | undefined {
    return this.#runs.get(name);
  }

  get names(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** Tells all there is, then what changes, until the function returned is called. */
  listen(listener: RunListener): () => void {
    for (const run of this.#runs.values()) {
      const whole = run.whole();
      if (whole !== undefined) listener.run(whole);
    }
    if (this.#ready) listener.ready(this.#runs.size);
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => void this.look(), EVERY);
    void this.look();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Looks once; a look that takes long is not overtaken by the next. */
  look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    if (this.#looks % LOOKS_A_SEARCH === 0) await this.#search();
    this.#looks += 1;
    for (const [name, run] of this.#runs) {
      if (run.isGone) {
        this.#runs.delete(name);
        for (const listener of this.#listeners) listener.gone(name);
        continue;
      }
      const update = await run.look();
      if (update !== undefined) for (const listener of this.#listeners) listener.run(update);
    }
    if (this.#ready) return;
    this.#ready = true;
    for (const listener of this.#listeners) listener.ready(this.#runs.size);
  }

  async #search(): Promise<void> {
    for (const found of await findRuns(this.#folders)) {
      if (!this.#runs.has(found.name)) this.#runs.set(found.name, new WatchedRun(found));
    }
  }
}
