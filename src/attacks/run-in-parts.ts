/**
 * An attack that lets other work go on: some images, a turn of the event loop, some more.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ops, SaddlepointError, tidy, type Tensor } from '../engine/index.js';
import type { Observation } from './attack-context.js';

/** How long other work should wait at most, in seconds, where one image takes no longer. */
const PATIENCE = 0.05;

/** What an attack finds for some images. */
type Found = Observation & {
  readonly images: Tensor;
  /** Of a transformation. */
  readonly parameters?: Tensor | undefined;
};

export interface RunInParts {
  /** Ends it with INTERRUPTED between two parts; nothing is kept. */
  readonly signal?: AbortSignal | undefined;
  /** Is told how many images are done. */
  readonly progress?: ((done: number, images: number) => void) | undefined;
}

/**
 * Attacks all images, as many at a time as fit into {@link PATIENCE}, by the time that those before took.
 *
 * @param images how many there are
 * @param attack those from `start` on, so many; its tensors are freed
 * @returns new tensors
 */
export async function runInParts(
  images: number,
  attack: (start: number, length: number) => Found,
  { signal, progress }: RunInParts,
): Promise<Found> {
  const parts: Found[] = [];
  try {
    let [start, length] = [0, 1];
    do {
      if (signal?.aborted === true)
        throw new SaddlepointError('INTERRUPTED', `the attack was stopped after ${start} of ${images} images`);
      const most = Math.min(length, images - start);
      const began = performance.now();
      const part = tidy(() => {
        const { images: found, value, success, parameters } = attack(start, most);
        return { images: found, value, success, ...(parameters && { parameters }) };
      });
      parts.push(part);
      const seconds = (performance.now() - began) / 1000;
      start += most;
      length = Math.max(1, Math.min(2 * most, Math.floor((most * PATIENCE) / seconds)));
      progress?.(start, images);
      await nextTurn();
    } while (start < images);
    return tidy(() => {
      const joined = (of: (part: Found) => Tensor) => ops.cat(parts.map(of));
      return {
        images: joined((part) => part.images),
        value: joined(({ value }) => value),
        success: joined(({ success }) => success),
        ...(parts[0]?.parameters && { parameters: joined(({ parameters }) => parameters!) }),
      };
    });
  } finally {
    for (const { images: found, value, success, parameters } of parts)
      for (const tensor of [found, value, success, parameters]) tensor?.dispose();
  }
}
