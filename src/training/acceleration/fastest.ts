/**
 * The fastest of a few ways to do the same work, by a short measurement.
 *
 * @module
 */
import { tidy, type Device } from '../../engine/index.js';

/** Examples a second, by the name of the way. */
export type Rates = Readonly<Record<string, number>>;

/** Repetitions of each; the best counts, since whatever disturbs a measurement only makes it slower. */
const REPETITIONS = 3;
/** A way that is this much slower than the best one in its first pass is not measured further. */
const HOPELESS = 3;

/**
 * Prepares and times each candidate in a scope of its own, in the order of the table, which decides a tie.
 *
 * @param candidates each prepares its work once and returns one pass of it, which ends when the device has
 * @param examples how many images one pass handles
 * @param begin told each name before it is tried
 * @param device on a GPU the first pass of each, in which cuDNN chooses its algorithms, says nothing
 */
export function chooseFastest<Name extends string>(
  candidates: Readonly<Record<Name, () => () => void>>,
  examples: number,
  device: Device,
  begin?: (name: Name) => void,
): { name: Name; passesPerSecond: Rates } {
  const passesPerSecond: Record<string, number> = {};
  let best: { name: Name; seconds: number } | undefined;
  for (const name of Object.keys(candidates) as Name[]) {
    begin?.(name);
    const seconds = fastest(candidates[name], best?.seconds ?? Infinity, device !== 'cpu');
    passesPerSecond[name] = Math.round(examples / seconds);
    if (best === undefined || seconds < best.seconds) best = { name, seconds };
  }
  return { name: best!.name, passesPerSecond };
}

function fastest(prepare: () => () => void, toBeat: number, settles: boolean): number {
  return tidy(() => {
    const pass = prepare();
    if (settles) tidy(pass);
    let best = secondsOf(pass); // warms up, and counts where it is hopeless
    for (let i = 0; i < REPETITIONS && best < HOPELESS * toBeat; i += 1) best = Math.min(best, secondsOf(pass));
    return best;
  });
}

function secondsOf(pass: () => void): number {
  const started = performance.now();
  tidy(pass);
  return (performance.now() - started) / 1000;
}
