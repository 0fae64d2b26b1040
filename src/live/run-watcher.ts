/**
 * All runs below some folders, watched while somebody looks.
 *
 * Files are asked after once a second, by the server alone: notices of the system do not come from network file
 * systems, where runs of a cluster lie.
 *
 * @module
 */
import { statSync } from 'node:fs';
import { findRuns } from './find-runs.js';
import type { RunUpdate } from './protocol.js';
import { WatchedRun } from './watched-run.js';

/** Told what changes. */
export interface RunListener {
  run(update: RunUpdate): void;
  gone(name: string): void;
  /** All there is was told. */
  ready(names: readonly string[]): void;
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
  #isReady = false;

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
    if (this.#isReady) listener.ready(this.names);
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
    // Nothing that lies in a folder may end the server: what cannot be read is left for the next look.
    this.#looking ??= this.#lookNow()
      .catch(() => undefined)
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    if (this.#looks % LOOKS_A_SEARCH === 0) await this.#search();
    this.#looks += 1;
    for (const [name, known] of this.#runs) {
      const identity = identityOf(known.folder.path);
      if (identity === undefined) {
        this.#runs.delete(name);
        for (const listener of this.#listeners) listener.gone(name);
        continue;
      }
      // Removed, and made anew between two looks: what is known of the one is not so of the other.
      const run = identity === known.identity ? known : new WatchedRun({ name, path: known.folder.path, identity });
      if (run !== known) this.#runs.set(name, run);
      const update = await run.look();
      if (update !== undefined) for (const listener of this.#listeners) listener.run(update);
    }
    if (this.#isReady) return;
    this.#isReady = true;
    for (const listener of this.#listeners) listener.ready(this.names);
  }

  async #search(): Promise<void> {
    for (const { name, path } of await findRuns(this.#folders)) {
      const identity = identityOf(path);
      if (identity !== undefined && !this.#runs.has(name))
        this.#runs.set(name, new WatchedRun({ name, path, identity }));
    }
  }
}

/** Which folder it is; undefined where there is none. Another one may get the inode of one that was removed. */
function identityOf(path: string): string | undefined {
  try {
    const { ino, birthtimeNs } = statSync(path, { bigint: true });
    return `${ino} ${birthtimeNs}`;
  } catch {
    return undefined;
  }
}
