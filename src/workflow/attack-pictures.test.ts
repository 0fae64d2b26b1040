/**
 * Single pictures under attack: what is said of the file, is of the file.
 *
 * @module
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { beforeEach, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { folderWith, temporaryFolder } from '../../test/support/folders.js';
import { decodePng } from '../data/index.js';
import { createModel, type ModelDescription } from '../models/index.js';
import { saveModel } from '../training/index.js';
import { attackPictures, describePicture, type AttackPicturesOptions } from './attack-pictures.js';

const SIDE = 8;
const description: ModelDescription = {
  architecture: 'resnet',
  options: { channels: 3, width: 2, blocks: [1, 1, 1], classes: 3 },
};
const picture = (first: number, side = SIDE) =>
  encode({
    width: side,
    height: side,
    channels: 3,
    depth: 8,
    data: Uint8Array.from({ length: 3 * side * side }, (_, i) => (first + 29 * i) % 256),
  });

leavesNothingAlive();
let folder = '';
let options: AttackPicturesOptions & { readonly out: string };
beforeEach(() => {
  folder = folderWith({ 'a.png': picture(3), 'b.png': picture(90), 'large.png': picture(7, 20) });
  const model = createModel(description, 4);
  saveModel(join(folder, 'model.safetensors'), model, description);
  model.dispose();
  options = {
    model: join(folder, 'model.safetensors'),
    norm: 'linf',
    epsilon: 64 / 255,
    steps: 10,
    restarts: 2,
    resize: 'cover',
    seed: 1,
    classes: ['cat', 'dog', 'owl'],
    out: join(temporaryFolder(), 'adversarial'),
  };
});

const attack = (names: readonly string[], changes: Partial<AttackPicturesOptions> = {}) =>
  attackPictures(
    names.map((name) => join(folder, name)),
    { ...options, ...changes },
  );

test('whoever asks is told of every picture when its files are there, not at the end', () => {
  const told: [string, boolean][] = [];
  const paths = ['a.png', 'b.png'].map((name) => join(folder, name));
  attackPictures(paths, options, ({ picture: of, adversarial }) => {
    told.push([of, readdirSync(options.out).length === 2 * told.length + 2 && existsSync(adversarial)]);
  });
  expect(told).toEqual(paths.map((path) => [path, true]));
});

const pixels = (path: string) => decodePng(readFileSync(path));

test('every picture gets two files and one line, and keeps the budget in whole levels', () => {
  const attacked = attack(['a.png', 'b.png']);
  expect(readdirSync(options.out).sort()).toEqual([
    'a-adversarial.png',
    'a-perturbation.png',
    'b-adversarial.png',
    'b-perturbation.png',
  ]);
  for (const one of attacked) {
    const [before, after] = [pixels(one.picture), pixels(one.adversarial)];
    expect(after.shape).toEqual([3, SIDE, SIDE]);
    const most = Math.max(...after.planes.map((byte, i) => Math.abs(byte - before.planes[i]!)));
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(64);
    expect(one.fooled).toBe(one.before.class !== one.after.class);
  }
  const [first] = attacked;
  expect(describePicture(first!)).toMatch(
    /a\.png: (cat|dog|owl) \(\d+ %\) → (cat|dog|owl) \(\d+ %\) within linf 64\/255, /,
  );
});

test('the file, attacked with nothing, is what the network said of the adversarial picture', () => {
  const [one] = attack(['a.png']);
  const again = attackPictures([one!.adversarial], {
    ...options,
    epsilon: 1e-6,
    out: join(temporaryFolder(), 'again'),
  });
  expect(again[0]!.before).toEqual(one!.after);
});

test('a target is reached, or said not to be', () => {
  const { before } = attack(['a.png'])[0]!;
  const target = options.classes!.find((name) => name !== before.class)!;
  const wide = attack(['a.png'], { target, epsilon: 0.4, steps: 40 })[0]!;
  expect(wide.fooled).toBe(wide.after.class === target);
  const [none] = attack(['a.png'], { target, epsilon: 1e-6 });
  expect(none).toMatchObject({ fooled: false, after: { class: before.class } });
  expect(describePicture(none!)).toContain('not fooled; ');
  expect(() => attack(['a.png'], { target: before.class })).toThrow(/expected --target other than/);
  expect(() => attack(['a.png'], { target: 'owll' })).toThrow(/did you mean owl/);
});

test('a network of any size sees pictures as they are, and one size where it is asked for', () => {
  expect(pixels(attack(['large.png'])[0]!.adversarial).shape).toEqual([3, 20, 20]);
  expect(pixels(attack(['large.png'], { size: 12 })[0]!.adversarial).shape).toEqual([3, 12, 12]);
});

test('nothing is written where a picture cannot be read or names do not fit', () => {
  expect(() => attack(['a.png', 'model.safetensors'])).toThrow(/model\.safetensors: it is no JPEG, PNG or WebP file/);
  expect(() => attack(['a.png'], { classes: ['one', 'two'] })).toThrow(/expected --classes with the 3 names/);
  expect(() => attack(['a.png', 'a.png'])).toThrow(/expected every picture once/);
  expect(() => attack(['a.png'], { norm: 'l7' })).toThrow(/expected a norm/);
  expect(existsSync(options.out)).toBe(false);
});
