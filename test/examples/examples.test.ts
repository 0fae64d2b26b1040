/**
 * The programs in examples/, run as their first lines say, on data of a few images.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ops, tidy } from '../../src/engine/index.js';
import { encodePng } from '../../src/evaluation/index.js';
import { fileWith, saddlepoint, SMALL_RECIPE, smallDataset } from '../cli/command-line.test-helper.js';
import { folderWith, temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = (name: string) => join(root, 'examples', `${name}.mjs`);
const normal = join(root, 'models', 'cifar10-resnet18-16-standard.safetensors');

/** Runs an example in a folder of its own. */
function run(
  name: string,
  values: readonly string[],
  folder = temporaryFolder(),
): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [example(name), ...values], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', OMP_NUM_THREADS: '1' },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, text })));
}

/** A PNG of 32 × 32 pixels of one colour. */
function png(red: number, green: number, blue: number): Buffer {
  return tidy(() => {
    const planes = [red, green, blue].map((value) => ops.full([1, 32, 32], value / 255, { dtype: 'float32' }));
    return Buffer.from(encodePng(ops.cat(planes)));
  });
}

test('attack a picture', async () => {
  const folder = folderWith({ 'sky.png': png(90, 150, 220) });
  const { code, text } = await run('attack-a-picture', [normal, 'sky.png'], folder);
  expect(text).toMatch(/^sky\.png: \w+ → \w+, (not )?fooled: adversarial.sky-adversarial\.png$/m);
  expect(code).toBe(0);
  expect(existsSync(join(folder, 'adversarial', 'sky-adversarial.png'))).toBe(true);
});

test('AutoAttack a PyTorch network', async () => {
  const images = Object.fromEntries(
    Array.from({ length: 10 }, (_, label) => [`${label}/image.png`, png(20 * label, 255 - 20 * label, 100)]),
  );
  const parts = Object.entries(images).flatMap(([name, bytes]) =>
    [`train/${name}`, `test/${name}`].map((path) => [path, bytes]),
  );
  const data = folderWith(Object.fromEntries(parts) as Record<string, Buffer>);
  const weights = join(root, 'test', 'golden', 'checkpoints', 'robustbench.pt');
  const { code, text } = await run('autoattack-a-pytorch-network', [weights, 'folder', data, '10']);
  expect(text).toMatch(/^clean error \d+\.\d %, robust error \d+\.\d %$/m);
  expect(code).toBe(0);
});

test('train your own network', async () => {
  const folder = join(temporaryFolder(), 'run');
  const { code, text } = await run('train-your-own-network', [folder, smallDataset(), '1']);
  expect(text).toMatch(/^robust error on 20 images: \d+ %$/m);
  expect(code).toBe(0);
  expect(existsSync(join(folder, 'checkpoints', 'best.safetensors'))).toBe(true);
});

test('write an attack, and a method: recipes and commands know them', async () => {
  const runs = temporaryFolder();
  const data = smallDataset();
  const recipe = fileWith('small.yaml', SMALL_RECIPE);
  const method = ['--import', example('write-a-method'), '--set', 'training.method=logit-pairing'];
  const trained = await saddlepoint(['train', recipe, ...method, '--data', data, '--runs', runs]);
  expect(trained.stderr).not.toContain('saddlepoint:');
  expect(trained.code).toBe(0);
  expect(readFileSync(join(runs, 'small', 'recipe.yaml'), 'utf8')).toMatch(/method: logit-pairing[\s\S]*pairing: 0\.5/);

  const attack = ['--import', example('write-an-attack'), '--attack', 'random-signs', '--epsilon', '8/255'];
  const unknown = await saddlepoint(['evaluate', join(runs, 'small'), ...attack, '--data', data]);
  expect(unknown.stderr).toMatch(/training\.method/); // the run's own method is not known without its module
  const both = await saddlepoint([
    'evaluate',
    join(runs, 'small'),
    ...attack,
    '--import',
    example('write-a-method'),
    '--data',
    data,
    '--workers',
    '2',
  ]);
  expect(both.stdout).toContain('random signs robust error');
  expect(both.code).toBe(0);
});

test('a web server answers others while it evaluates', async () => {
  const runs = temporaryFolder();
  const data = smallDataset();
  await saddlepoint(['train', fileWith('small.yaml', SMALL_RECIPE), '--data', data, '--runs', runs]);
  const server = spawn(process.execPath, [example('web-server'), join(runs, 'small'), 'fashion-mnist', data], {
    env: { ...process.env, NODE_OPTIONS: '', PORT: '0' },
  });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let said = '';
      server.once('close', () => reject(new Error(`the server ended: ${said}`)));
      for (const stream of [server.stdout, server.stderr]) {
        stream.setEncoding('utf8').on('data', (part: string) => {
          said += part;
          const found = /listening on port (\d+)/.exec(said)?.[1];
          if (found !== undefined) resolve(found);
        });
      }
    });
    const ask = async (path: string) => (await fetch(`http://localhost:${port}${path}`)).json();
    let alive = 0;
    const evaluated = ask('/robust-error?epsilon=0.1&examples=20');
    const others = (async () => {
      for (let question = 0; question < 3; question += 1) {
        expect(await ask('/')).toEqual({ alive: true });
        alive += 1;
      }
      return 'others';
    })();
    expect(await Promise.race([evaluated, others])).toBe('others');
    expect(alive).toBe(3);
    expect(await evaluated).toMatchObject({ robustError: expect.any(Number) as number });
    expect(await ask('/robust-error?epsilon=nonsense')).toMatchObject({
      error: expect.stringMatching(/epsilon/) as string,
    });
  } finally {
    server.kill();
  }
});
