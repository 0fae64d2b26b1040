/**
 * How long a run will take, said once after its first steps.
 *
 * @module
 */

/** Steps that are timed before the first; it also warms up. */
const WARM_UP = 1;
const FEWEST_STEPS = 3;
/** A shorter measurement says little. */
const FEWEST_SECONDS = 5;

/** Tell it of each step done; it has one line to say. */
export class ProjectedTime {
  readonly #total: number;
  readonly #from: number;
  readonly #now: () => number;
  #started: number;
  #said = false;

  /** @param now milliseconds since 1970 */
  constructor(total: number, done: number, now: () => number = Date.now) {
    this.#total = total;
    this.#from = done;
    this.#now = now;
    this.#started = now();
  }

  /**
   * @param done steps done of the whole run
   * @param last no step of this process follows, so that it is said now or never
   * @returns the line, once, when enough steps are timed
   */
  after(done: number, last = false): string | undefined {
    let timed = done - this.#from;
    const seconds = (this.#now() - this.#started) / 1000;
    const enough = timed - WARM_UP >= FEWEST_STEPS && seconds >= FEWEST_SECONDS;
    if (this.#said || done >= this.#total) return undefined;
    if (timed > WARM_UP) timed -= WARM_UP;
    else if (!last) {
      if (timed === WARM_UP) this.#started = this.#now();
      return undefined;
    }
    if (!enough && !last) return undefined;
    this.#said = true;
    return describe(this.#total, this.#total - done, timed / Math.max(1e-3, seconds), this.#now());
  }
}

function describe(total: number, left: number, perSecond: number, now: number): string {
  const rate =
    perSecond >= 0.995 ? `${perSecond.toPrecision(2)} steps/s` : `${(1 / perSecond).toPrecision(3)} s a step`;
  const ends = new Date(now + (1000 * left) / perSecond);
  // A few steps are always done when this is said.
  const rest = left < 0.99 * total ? `, ${count(left)} of them left` : '';
  return `about ${duration(total / perSecond)} for ${count(total)} steps at ${rate}${rest}; ends about ${clock(ends, now)}`;
}

const count = (value: number) => value.toLocaleString('en-US');

/** `45 s`, `12 min`, `1 h 9 min`, `21 days 4 h`. */
export function duration(seconds: number): string {
  const [minutes, hours] = [Math.round(seconds / 60), Math.round(seconds / 3600)];
  if (seconds < 59.5) return `${Math.max(1, Math.round(seconds))} s`;
  if (minutes < 60) return `${minutes} min`;
  if (hours < 48) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

/** The time of day, with the date where it is not within a day. */
function clock(when: Date, now: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(when.getHours())}:${two(when.getMinutes())}`;
  if (when.getTime() - now < 86_400_000) return time;
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${time}`;
}
