/**
 * A run that is killed, without a word, at any moment, again and again: it goes on to the same weights, bit by bit,
 * and its records tell the run as if nothing had happened.
 *
 * @module
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunFolder } from '../../src/monitoring/index.js';
import { temporaryFolder } from '../support/folders.js';
import {
  checkpointOf,
  eventsOf,
  randomMoments,
  recordsOf,
  stoodAt,
  trainIn,
} from './disturbed-training.test-helper.js';
import { FIXED, type Computes } from './killable-recipe.test-helper.js';

const KILLS = 10;
const [EPOCHS, TOTAL] = [8, 64];
const ENDED = { killed: false, code: 0, stderr: '' };

test.each<[string, number, Computes]>([
  ['fixed', KILLS, FIXED],
  ['with a split attack', 4, { attackBackend: 'winograd', attackSplit: 2, backend: 'winograd' }],
  ['as measured', 4, { attackBackend: 'auto', attackSplit: 'auto', backend: 'auto' }],
])(
  '%s, killed %i times at random moments: a run ends with the same bits and the same records',
  async (_, kills, computes) => {
    const [whole, folder] = [temporaryFolder(), temporaryFolder()].map((path) => new RunFolder(join(path, 'run')));
    expect(await trainIn(whole!, computes)).toEqual(ENDED);
    // What was measured is part of the run: another measurement may choose otherwise, and so compute other last bits.
    copyFileSync(whole!.plan, folder!.create().plan);
    const moments = randomMoments(kills);
    const stood: number[] = [];
    for (const moment of moments) {
      const { killed, stderr } = await trainIn(folder!, computes, { moment });
      expect(killed, `was killed ${JSON.stringify(moment)} ${stderr}`).toBe(true);
      stood.push(stoodAt(folder!));
    }
    expect(await trainIn(folder!, computes)).toEqual(ENDED);

    const told = `killed ${JSON.stringify(moments)}, the last checkpoints then of steps ${stood.join(', ')}`;
    expect(new Set(stood).size, told).toBeGreaterThan(kills / 3);
    expect(checkpointOf(folder!, 'last') === checkpointOf(whole!, 'last'), `the last checkpoint; ${told}`).toBe(true);
    expect(checkpointOf(folder!, 'best') === checkpointOf(whole!, 'best'), `the best checkpoint; ${told}`).toBe(true);
    expect(recordsOf(folder!), told).toEqual(recordsOf(whole!));
    expect(eventsOf(folder!), told).toEqual(eventsOf(whole!));
    const { scalars, images } = eventsOf(folder!);
    expect(scalars['train/lr']?.map(([step]) => step)).toEqual([10, 20, 30, 40, 50, 60, TOTAL]);
    const epochs = Array.from({ length: EPOCHS }, (_, i) => 8 * (i + 1));
    for (const tag of ['validation/adversarial_error', 'test/adversarial_error', 'train/adversarial_success'])
      expect(
        scalars[tag]?.map(([step]) => step),
        tag,
      ).toEqual(epochs);
    expect(images['train/adversarial_images']?.map(([step]) => step)).toEqual(epochs);
  },
  300_000,
);
