/**
 * A measurement that kills its process costs the candidate, not the training.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { runtime } from '../../engine/index.js';
import { measureApart, measureApartMeanwhile, type Attempt, type Measurement } from './measure-apart.js';

const measurement = {
  kind: 'attack',
  description: { architecture: 'resnet18', options: { width: 8 } },
  image: [3, 64, 64],
  classes: 10,
  images: 16,
  names: ['plain', 'channels-last', 'winograd'],
} as const;

/** A process that dies at these candidates, in the order of the measurement's names. */
function dyingAt(...deadly: string[]): (measurement: Measurement) => Attempt {
  return ({ names }) => {
    const last = names.find((name) => deadly.includes(name));
    if (last !== undefined) return { chosen: undefined, last, reason: 'its process ended with SIGSEGV' };
    return { chosen: { name: names[0]!, passesPerSecond: { [names[0]!]: 1 } }, last: names.at(-1), reason: '' };
  };
}

test('a candidate that kills the process is none, and the others are measured', () => {
  expect(measureApart(measurement, dyingAt('plain', 'winograd')).name).toBe('channels-last');
});

test.each([
  ['all candidates kill it', dyingAt('plain', 'channels-last', 'winograd')],
  [
    'it does not come to the first one',
    (): Attempt => ({ chosen: undefined, last: undefined, reason: 'its process ended with SIGSEGV' }),
  ],
])('%s: one error that says how to go on', (_, attempt) => {
  expect(() => measureApart(measurement, attempt)).toThrow(
    /none of the backends could be measured \(plain, channels-last, winograd\): its process ended with SIGSEGV.*training\.backend/,
  );
});

test('a narrow ResNet on 64 × 64 images, of which LibTorch died, is measured in every backend', () => {
  const { threads } = runtime();
  for (const kind of ['attack', 'training'] as const) {
    const names = kind === 'attack' ? measurement.names : (['contiguous', 'channels-last', 'winograd'] as const);
    const { name, passesPerSecond } = measureApart<string>({ ...measurement, kind, names });
    expect(Object.keys(passesPerSecond)).toEqual(names);
    expect(names).toContain(name);
  }
  expect(runtime().threads).toBe(threads);
}, 120_000);

test('the same as a promise, while other work goes on', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const { name, passesPerSecond } = await measureApartMeanwhile(measurement);
  clearInterval(timer);
  expect(measurement.names).toContain(name);
  expect(Object.keys(passesPerSecond)).toEqual([...measurement.names]);
  expect(turns, 'turns of its loop').toBeGreaterThan(20);
}, 120_000);

test('a process that cannot measure is an error there, too', async () => {
  await expect(
    measureApartMeanwhile({ ...measurement, description: { architecture: 'nothing', options: {} } }),
  ).rejects.toThrow(/none of the backends could be measured/);
});
