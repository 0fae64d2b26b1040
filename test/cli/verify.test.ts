/**
 * `saddlepoint verify`: a number for adversarial images from anywhere, or none and the reason.
 *
 * @module
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { beforeAll, expect, test } from 'vitest';
import { npyFile } from '../../src/data/npy.test-helper.js';
import { readSafetensors } from '../../src/engine/index.js';
import { temporaryFolder } from '../support/folders.js';
import { fileWith, saddlepoint, SMALL_RECIPE, smallDataset } from './command-line.test-helper.js';

let data = '';
let run = '';
/** 30 adversarial images within 8/255, what an evaluation says of them, and their pixels. */
let saved = '';
let evaluated: { attacks: { pgd: { errors: number } }; clean: { errors: number } };
let pixels: Float32Array;
let labels: number[];
beforeAll(async () => {
  data = smallDataset();
  const [runs, out] = [temporaryFolder(), temporaryFolder()];
  const recipe = fileWith('small.yaml', SMALL_RECIPE);
  await saddlepoint(['train', recipe, '--data', data, '--runs', runs, '--name', 'x']);
  run = join(runs, 'x');
  const options = ['--attack', 'pgd', '--steps', '5', '--examples', '30', '--epsilon', '8/255', '--out', out];
  expect(await saddlepoint(['evaluate', run, ...options, '--data', data])).toMatchObject({ code: 0 });
  const name = readdirSync(out).find((file) => file.endsWith('.json'))!;
  evaluated = JSON.parse(readFileSync(join(out, name), 'utf8')) as typeof evaluated;
  saved = join(out, name.replace(/\.json$/, ''), 'adversarial.safetensors');
  const { tensors } = readSafetensors(saved);
  pixels = tensors.get('images')!.toTypedArray() as Float32Array;
  labels = tensors.get('labels')!.toNumbers();
  for (const tensor of tensors.values()) tensor.dispose();
}, 240_000);

const verify = (images: string, ...values: string[]) =>
  saddlepoint(['verify', images, '--model', run, '--data', data, ...values]);
const budget = ['--norm', 'linf', '--epsilon', '8/255'];
const errorsOf = (stdout: string) => Number(/robust error +([\d.]+) %/.exec(stdout)?.[1]);
const percent = (errors: number) => Number(((100 * errors) / 30).toFixed(1));
const npy = (values: Float32Array) =>
  npyFile(
    '<f4',
    `(${values.length / 64}, 1, 8, 8)`,
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );

test('moved images give the number of their evaluation by their parameters, and none without', async () => {
  const out = temporaryFolder();
  const options = ['--attack', 'affine', '--steps', '5', '--examples', '20', '--epsilon', '0.3', '--workers', '2'];
  expect(await saddlepoint(['evaluate', run, ...options, '--out', out, '--data', data])).toMatchObject({ code: 0 });
  const name = readdirSync(out).find((file) => file.endsWith('.json'))!;
  const { attacks } = JSON.parse(readFileSync(join(out, name), 'utf8')) as {
    attacks: { affine: { robustError: number; norm: string } };
  };
  expect(attacks.affine.norm).toBe('affine');
  const file = join(out, name.replace(/\.json$/, ''), 'adversarial.safetensors');
  const { code, stdout } = await verify(file);
  expect([code, errorsOf(stdout)]).toEqual([0, Number((100 * attacks.affine.robustError).toFixed(1))]);
  const { tensors } = readSafetensors(file);
  const images = fileWith('moved.npy', npy(tensors.get('images')!.toTypedArray() as Float32Array));
  for (const tensor of tensors.values()) tensor.dispose();
  const without = await verify(images, '--norm', 'affine', '--epsilon', '0.3');
  expect(without.code).not.toBe(0);
  expect(without.stderr).toContain('expected the parameters that affine images were made with');
}, 120_000);

test('the images of an evaluation say themselves what they are of, and give its number', async () => {
  const output = join(temporaryFolder(), 'verified.json');
  const { code, stdout } = await verify(saved, '--output', output);
  expect(code).toBe(0);
  expect(stdout).toContain('30 images of fashion-mnist, test[0:30]; linf, epsilon 8/255');
  expect(errorsOf(stdout)).toBe(percent(evaluated.attacks.pgd.errors));
  const { verified, of, images } = JSON.parse(readFileSync(output, 'utf8')) as Record<string, object>;
  expect(verified).toMatchObject({ errors: evaluated.attacks.pgd.errors, cleanErrors: evaluated.clean.errors });
  expect(of).toMatchObject({ network: { checkpoint: 'best' }, data: { selection: 'test[0:30]' } });
  expect(images).toMatchObject({ file: saved });
  // The same as JSON, and nothing else, on standard output.
  const printed = await verify(saved, '--json');
  expect(printed.code).toBe(0);
  expect(JSON.parse(printed.stdout)).toMatchObject({ verified, images });
});

test("NumPy's file of the same images gives the same number, once it is told the budget", async () => {
  const file = fileWith('a.npy', npy(pixels));
  const untold = await verify(file);
  expect([untold.code, untold.stderr]).toEqual([2, expect.stringContaining('expected --norm')]);
  const { code, stdout } = await verify(file, ...budget);
  expect([code, errorsOf(stdout)]).toEqual([0, percent(evaluated.attacks.pgd.errors)]);
});

test('PNG files are of the examples their names say', async () => {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  // Unperturbed images, of examples 5 and 3.
  const original = (i: number) => readFileSync(join(data, 't10k-images-idx3-ubyte')).subarray(16 + 64 * i, 80 + 64 * i);
  for (const i of [5, 3])
    writeFileSync(
      join(folder, `${i}.png`),
      encode({ width: 8, height: 8, channels: 1, depth: 8, data: Uint8Array.from(original(i)) }),
    );
  const output = join(temporaryFolder(), 'verified.json');
  const { code, stdout } = await verify(folder, ...budget, '--output', output);
  expect(code).toBe(0);
  expect(stdout).toContain('2 of test, by their indices');
  const { verified } = JSON.parse(readFileSync(output, 'utf8')) as { verified: Record<string, unknown> };
  expect(verified).toMatchObject({ examples: 2, largestDistance: 0 });
});

test('no number for images outside of the budget, and exit code 5', async () => {
  const { code, stdout, stderr } = await verify(saved, '--epsilon', '4/255');
  expect([code, stdout]).toEqual([5, '']);
  expect(stderr).toMatch(
    /no robust error is issued: expected adversarial images in \[0, 1\] within linf distance 0\.0156/,
  );
});

test('nor for images of other examples, which are far away from these', async () => {
  const moved = Float32Array.from([...pixels.subarray(64), ...pixels.subarray(0, 64)]);
  const { code, stderr } = await verify(fileWith('a.npy', npy(moved)), ...budget);
  expect(code).toBe(5);
  expect(stderr).toContain('no robust error is issued');
});

test.each([
  [
    'the labels of others',
    () => labels.map((label) => (label + 1) % 10),
    /expected the labels of the data set, received/,
  ],
  ['none', () => labels, undefined],
])('labels in the file are compared: %s', async (_, given, message) => {
  const { tensor, tidy, writeSafetensors } = await import('../../src/engine/index.js');
  const file = join(temporaryFolder(), 'a.safetensors');
  tidy(() => {
    const made = {
      images: tensor(pixels, { shape: [30, 1, 8, 8] }),
      labels: tensor(BigInt64Array.from(given(), BigInt)),
    };
    writeSafetensors(file, new Map(Object.entries(made)));
  });
  const { code, stderr } = await verify(file, ...budget);
  expect(code).toBe(message === undefined ? 0 : 3);
  if (message !== undefined) expect(stderr).toMatch(message);
});

test.each([
  ['a missing file', ['/nowhere/a.npy'], 3, 'no such file'],
  ['another kind of file', [fileWith('x.txt', 'x')], 3, 'expected adversarial images as .safetensors, .npy, .pt'],
])('%s is refused in one line', async (_, [images], expected, message) => {
  const { code, stderr } = await verify(images!, ...budget);
  expect(code).toBe(expected);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
