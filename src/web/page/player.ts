/**
 * Play, pause, step, back to the start, and a slider over the steps.
 *
 * @module
 */
import { byId } from './dom.js';

/** A step is shown for at least so long, that it can be followed. */
const MILLISECONDS = 90;
/** Who wants little motion sees every so manieth step. */
const STRIDE = 5;

export interface Played {
  /** Computes the next step. */
  readonly advance: () => Promise<void>;
  /** How many steps there are so far. */
  readonly computed: () => number;
  readonly show: (step: number) => void;
  /** Is told when it begins to play. */
  readonly started: () => void;
  /** Is told when it comes to rest at a step. */
  readonly rested: (step: number) => void;
  readonly problem: (sentence: string) => void;
}

export class Player {
  readonly #steps: number;
  readonly #played: Played;
  readonly #play = byId('play', HTMLButtonElement);
  readonly #step = byId('step', HTMLButtonElement);
  readonly #restart = byId('restart', HTMLButtonElement);
  readonly #position = byId('position', HTMLInputElement);
  #shown = 0;
  #isPlaying = false;
  /** Counts what was asked for, so that what an earlier wish still computes is not shown. */
  #turn = 0;
  /** Steps follow one another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(steps: number, played: Played) {
    this.#steps = steps;
    this.#played = played;
    this.#play.addEventListener('click', () => (this.#isPlaying ? this.#rest() : void this.#go()));
    this.#step.addEventListener('click', () => void this.#once());
    this.#restart.addEventListener('click', () => this.#seek(0));
    this.#position.addEventListener('input', () => this.#seek(this.#position.valueAsNumber));
  }

  /** Back to the picture itself: another attack begins. */
  reset(): void {
    this.#take(false);
    this.#show(0);
  }

  async #go(): Promise<void> {
    const turn = this.#take(true);
    if (this.#shown === this.#steps) this.#show(0);
    this.#label();
    this.#played.started();
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (let step = this.#shown + 1; step <= this.#steps; step += 1) {
      const isShown = !calm || step % STRIDE === 0 || step === this.#steps;
      const pause = new Promise((resolve) => setTimeout(resolve, isShown ? MILLISECONDS : 0));
      if (!(await this.#reach(step, turn))) return;
      await pause;
      if (turn !== this.#turn) return;
      if (isShown) this.#show(step);
    }
    this.#rest();
  }

  async #once(): Promise<void> {
    const turn = this.#take(false);
    const next = Math.min(this.#shown + 1, this.#steps);
    if (!(await this.#reach(next, turn))) return;
    this.#show(next);
    this.#rest();
  }

  /** Whoever has the turn alone may show something. */
  #take(isPlaying: boolean): number {
    this.#isPlaying = isPlaying;
    this.#turn += 1;
    return this.#turn;
  }

  /** @returns whether the step is there, and still wanted */
  async #reach(step: number, turn: number): Promise<boolean> {
    await this.#last;
    if (turn !== this.#turn) return false;
    try {
      if (this.#played.computed() < step) {
        const advanced = this.#played.advance();
        this.#last = advanced.catch(() => undefined);
        await advanced;
      }
    } catch (error) {
      if (turn !== this.#turn) return false;
      this.#rest();
      this.#played.problem((error as Error).message);
      return false;
    }
    return turn === this.#turn;
  }

  #rest(): void {
    this.#take(false);
    this.#label();
    this.#played.rested(this.#shown);
  }

  #seek(step: number): void {
    this.#take(false);
    this.#show(Math.min(step, this.#played.computed()));
    this.#played.rested(this.#shown);
  }

  #show(step: number): void {
    this.#shown = step;
    this.#position.value = String(step);
    this.#position.setAttribute('aria-valuetext', `step ${step} of ${this.#steps}`);
    byId('counter', HTMLElement).textContent = String(step);
    this.#label();
    this.#played.show(step);
  }

  #label(): void {
    this.#play.textContent = this.#isPlaying ? 'Pause' : 'Play';
    // Marked, not disabled: a button that is disabled under the finger loses the keyboard's focus.
    this.#step.setAttribute('aria-disabled', String(this.#shown === this.#steps));
    this.#restart.setAttribute('aria-disabled', String(this.#shown === 0));
  }
}
