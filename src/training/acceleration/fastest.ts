/**
 * The fastest of a few ways to do the same work: a short look at each, and a second one at those that came close, in
 * turns, on as many images as the work will have. What disturbs a machine for a while then disturbs them all, and a way
 * that is the fastest on few images need not be on many.
 *
 * @module
 */
import { runtime, tidy, type Device } from '../../engine/index.js';

/** Examples a second, by the name of the way. */
export type Rates = Readonly<Record<string, number>>;

/** Prepares its work on so many images once, and returns one pass of it, which ends when the device has. */
export type Way = (images: number) => () => void;
export type Ways<Name extends string> = Readonly<Record<Name, Way>>;

/** How a look is taken. */
export interface Look<Name extends string> {
  /** Of one pass. */
  readonly images: number;
  /** On a GPU the first pass of each, in which cuDNN chooses its algorithms, says nothing. */
  readonly device: Device;
  /** Told each name before it is tried. */
  readonly begin?: ((name: Name) => void) | undefined;
}

/** A core that has fewer images is not worth an operator's overhead. */
export const LEAST_IMAGES = 8;
/** Images of a first look on a CPU: enough to fill its cores; a whole batch of a large network takes minutes. */
export const fewImages = () => Math.min(64, LEAST_IMAGES * Math.max(2, runtime().threads));
/** Measured passes of each. */
const REPETITIONS = 3;
/** A way that is this much slower than the best one is not measured further. */
const HOPELESS = 3;
/** The same of its first pass, in which it may allocate and compile what the others found ready. */
const HOPELESS_AT_FIRST = 10;
/** A way that is not this much slower in the first look is looked at again. */
const CLOSE = 1.5;
/** About as long may one pass of a second look take. */
const PASS_SECONDS = 0.25;
/** What a way of reduced precision must gain: numbers of eight bits for a few per cent of time are no bargain. */
const WORTH_ROUNDING = 1.1;

/**
 * The seconds that each way takes for one image, each alone, in the order of the table: its best pass, since what
 * disturbs one only makes it slower. Leaves nothing alive.
 *
 * @returns the hopeless ones too
 */
export function lookAtEach<Name extends string>(ways: Ways<Name>, look: Look<Name>): Map<Name, number> {
  const seconds = new Map<Name, number>();
  for (const name of Object.keys(ways) as Name[]) {
    look.begin?.(name);
    const toBeat = Math.min(...seconds.values()) * look.images;
    const best = tidy(() => {
      const pass = ways[name](look.images);
      if (look.device !== 'cpu') tidy(pass);
      let shortest = secondsOf(pass); // warms up, and counts where it is hopeless
      for (let i = 0; i < REPETITIONS; i += 1) {
        if (shortest >= (i === 0 ? HOPELESS_AT_FIRST : HOPELESS) * toBeat) break;
        shortest = Math.min(shortest, secondsOf(pass));
      }
      return shortest;
    });
    seconds.set(name, best / look.images);
  }
  return seconds;
}

/**
 * As {@link lookAtEach}, all prepared at the same time, and in turns. Of each the median of its shares of a round: what
 * disturbs whole rounds has no part in them, and a round in which a disturbance begins is outvoted.
 */
export function lookInTurns<Name extends string>(ways: Ways<Name>, look: Look<Name>): Map<Name, number> {
  return tidy(() => {
    const names = Object.keys(ways) as Name[];
    const passes = names.map((name) => {
      look.begin?.(name);
      const pass = ways[name](look.images);
      tidy(pass); // warms up
      return pass;
    });
    const rounds = Array.from({ length: REPETITIONS }, () =>
      passes.map((pass, i) => {
        look.begin?.(names[i]!);
        return secondsOf(pass);
      }),
    );
    const sums = rounds.map((round) => round.reduce((sum, seconds) => sum + seconds));
    const typical = median(sums) / look.images;
    const shareOf = (i: number) => median(rounds.map((round, r) => round[i]! / sums[r]!));
    return new Map(names.map((name, i) => [name, typical * shareOf(i)]));
  });
}

/** Those that a second look could find to be the fastest: of more than `most` the best. */
export function closeOnes<Name extends string>(seconds: ReadonlyMap<Name, number>, most = Infinity): Name[] {
  const ranked = [...seconds.values()].sort((a, b) => a - b);
  const limit = Math.min(CLOSE * ranked[0]!, ranked[Math.min(most, ranked.length) - 1]!);
  return [...seconds.keys()].filter((name) => seconds.get(name)! <= limit);
}

/** Images of a pass that take about a quarter of a second: at least `least`, at most `most`. */
export function affordable(secondsPerImage: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(PASS_SECONDS / secondsPerImage)));
}

/**
 * The fastest, the first of equals; one of reduced precision only where no other is nearly as fast.
 *
 * @param reduced whether a way rounds more than float32 does
 */
export function fastestOf<Name extends string>(
  seconds: ReadonlyMap<Name, number>,
  reduced: (name: Name) => boolean,
): Name {
  const cost = (name: Name) => seconds.get(name)! * (reduced(name) ? WORTH_ROUNDING : 1);
  return [...seconds.keys()].reduce((best, name) => (cost(name) < cost(best) ? name : best));
}

export function ratesOf<Name extends string>(seconds: ReadonlyMap<Name, number>): Rates {
  return Object.fromEntries(Array.from(seconds, ([name, each]) => [name, Math.round(1 / each)]));
}

/**
 * The fastest by both looks. Leaves nothing alive.
 *
 * @param images how many the work will have; at the second look, as many of them as a short pass holds
 * @returns the rates of the last look at each
 */
export function chooseFastest<Name extends string>(
  ways: Ways<Name>,
  { images, device, begin, reduced }: Look<Name> & { readonly reduced: (name: Name) => boolean },
): { name: Name; passesPerSecond: Rates } {
  // On a GPU few images would measure the launches.
  const few = device === 'cpu' ? Math.min(images, fewImages()) : images;
  const felt = lookAtEach(ways, { images: few, device, begin });
  const close = closeOnes(felt);
  if (close.length === 1) return { name: close[0]!, passesPerSecond: ratesOf(felt) };
  const part = Object.fromEntries(close.map((name) => [name, ways[name]])) as Ways<Name>;
  const number = affordable(Math.min(...felt.values()), few, images);
  const seconds = lookInTurns(part, { images: number, device, begin });
  return { name: fastestOf(seconds, reduced), passesPerSecond: ratesOf(new Map([...felt, ...seconds])) };
}

function secondsOf(pass: () => void): number {
  const started = performance.now();
  tidy(pass);
  return (performance.now() - started) / 1000;
}

function median(odd: readonly number[]): number {
  return [...odd].sort((a, b) => a - b)[(odd.length - 1) / 2]!;
}
