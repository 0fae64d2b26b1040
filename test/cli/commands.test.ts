/**
 * The command line as a user meets it: help that helps, and one clear line for everything that is wrong,
 * with an exit code that says what kind of thing it was.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { fileWith, saddlepoint, SMALL_RECIPE, smallDataset, type Outcome } from './command-line.test-helper.js';

/** The one line of an error; fails where there is a stack or more than a line. */
function errorLine({ stderr }: Outcome): string {
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(/^saddlepoint: /);
  return stderr.trimEnd();
}

describe('help', () => {
  const commands = [
    [],
    ['demo'],
    ['train'],
    ['evaluate'],
    ['report'],
    ['data'],
    ['data', 'fetch'],
    ['zoo', 'get'],
    ['doctor'],
  ];

  test('of every command says how it is used and what each option means, without an engine', async () => {
    for (const command of commands) {
      const { code, stdout, stderr } = await saddlepoint([...command, '--help'], {
        environment: { SADDLEPOINT_ENGINE: 'nonsense' },
      });
      expect([command, code, stderr]).toEqual([command, 0, '']);
      expect(stdout).toContain(['Usage: saddlepoint', ...command].join(' '));
      const options = stdout.split('\n').filter((line) => /^ {2}-/.test(line));
      for (const option of options) expect(option).toMatch(/^ {2}-\S.* {2}\S/);
    }
  });

  test('reports and tables are made where there is no engine', async () => {
    const run = fileURLToPath(new URL('../../docs/results/cifar10-cpu/cpu', import.meta.url));
    const output = join(temporaryFolder(), 'report.html');
    const environment = { SADDLEPOINT_ENGINE: 'nonsense' };
    for (const command of [
      ['report', run, '--output', output],
      ['table', run],
    ]) {
      expect(await saddlepoint(command, { environment })).toMatchObject({ code: 0, stderr: '' });
    }
    expect(existsSync(output)).toBe(true);
  });

  test('lists every command there is', async () => {
    const { stdout } = await saddlepoint(['--help']);
    for (const [name] of commands.slice(1)) expect(stdout).toMatch(new RegExp(`^ {2}${name!} `, 'm'));
  });

  test('--version and -V say which Saddlepoint this is; exit codes are listed', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    for (const option of ['--version', '-V']) {
      expect(await saddlepoint([option])).toMatchObject({ code: 0, stdout: `${version}\n` });
    }
    expect((await saddlepoint(['--help'])).stdout).toMatch(/Exit codes: 0 done, .*;\s2 a wrong argument or recipe/s);
  });

  test("evaluate's earlier --version, --budget and --form warn", async () => {
    const { stderr } = await saddlepoint(['evaluate', 'nowhere', '--version', 'rand']);
    expect(stderr).toMatch(/--version of evaluate is now called --autoattack-version/);
    const others = await saddlepoint(['evaluate', 'nowhere', '--budget', '10m', '--form', 'plain']);
    expect(others.stderr).toMatch(
      /--budget of evaluate is now called --time-limit\n.*--form of evaluate is now called --backend/,
    );
  });

  test('an unknown command or option is refused with the nearest', async () => {
    const command = await saddlepoint(['trian']);
    expect(command.code).toBe(2);
    expect(command.stderr).toMatch(/unknown command 'trian'[\s\S]*Did you mean train\?/);
    const option = await saddlepoint(['evaluate', 'runs/x', '--epsilno', '0.1']);
    expect(option.code).toBe(2);
    expect(option.stderr).toMatch(/unknown option '--epsilno'[\s\S]*Did you mean --epsilon\?/);
  });
});

describe('arguments that are wrong: exit 2', () => {
  test.each([
    [['train'], /^saddlepoint: missing required argument 'recipe'/],
    [['train', 'a', 'b'], /^saddlepoint: too many arguments for 'train'/],
    [['verify', 'a.npy'], /^saddlepoint: required option '--model <run>' not specified/],
    [['data', 'lst'], /^saddlepoint: unknown command 'lst'\n\(Did you mean list\?\)/],
    [['evaluate', 'a', '--seed', ''], /^saddlepoint: option '--seed <seed>' argument '' is invalid/],
    [
      ['evaluate', 'a', '--epsilon', '1', '--epsilon', '2'],
      /option '--epsilon <size>' is expected once, received '1' and '2'/,
    ],
    [
      ['demo', '--device', 'gpu'],
      /argument 'gpu' is invalid\. expected cpu, cuda, or of several GPUs one, e\.g\. cuda:1\. Did you mean cuda\?/,
    ],
    [
      ['verify', 'a.npy', '--model', 'b', '--device', 'cuda:99'],
      /^saddlepoint: expected device .*, received device cuda:99/,
    ],
  ])('%j', async (values, message) => {
    const { code, stderr } = await saddlepoint(values);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test('an option that collects may be given many times', async () => {
    const { stderr } = await saddlepoint(['evaluate', '/nowhere/run', '--attack', 'pgd', '--attack', 'square']);
    expect(stderr).toMatch(/found nothing/);
  });
});

describe('train refuses, before it trains and without a trace,', () => {
  const train = (recipe: string, runs: string, ...rest: string[]) =>
    saddlepoint(['train', recipe, '--runs', runs, '--name', 'x', ...rest]);

  test('a misspelt key: exit 2, one line, the nearest key', async () => {
    const runs = temporaryFolder();
    const outcome = await train(fileWith('a.yaml', SMALL_RECIPE.replace('epochs', 'epoch')), runs);
    expect(outcome.code).toBe(2);
    expect(errorLine(outcome)).toMatch(/a\.yaml: .*training: unknown key `epoch`, did you mean `epochs`\?/);
    expect(readdirSync(runs)).toEqual([]);
  });

  test('a recipe that is missing, and an override that is none: exit 2', async () => {
    const runs = temporaryFolder();
    const missing = await train('/nowhere/recipe.yaml', runs);
    expect(missing.code).toBe(2);
    expect(errorLine(missing)).toMatch(/the recipe \/nowhere\/recipe\.yaml cannot be read: ENOENT/);
    const override = await train(fileWith('a.yaml', SMALL_RECIPE), runs, '--set', 'training.epochs');
    expect(override.code).toBe(2);
    expect(errorLine(override)).toContain('key=value');
    expect(readdirSync(runs)).toEqual([]);
  });

  test('a data folder that is missing, and a truncated file: exit 3, an earlier run is left as it was', async () => {
    const runs = temporaryFolder();
    // A complete earlier run of the same name.
    mkdirSync(join(runs, 'x', 'evaluation'), { recursive: true });
    writeFileSync(join(runs, 'x', 'evaluation', 'test.json'), 'earlier');
    const recipe = fileWith('a.yaml', SMALL_RECIPE);
    const missing = await train(recipe, runs, '--overwrite', '--data', '/nowhere');
    expect(missing.code).toBe(3);
    expect(errorLine(missing)).toMatch(/expected train-images-idx3-ubyte or train-images-idx3-ubyte\.gz in \/nowhere/);
    const folder = smallDataset();
    truncateSync(join(folder, 't10k-images-idx3-ubyte'), 1000);
    const truncated = await train(recipe, runs, '--overwrite', '--data', folder);
    expect(truncated.code).toBe(3);
    expect(errorLine(truncated)).toMatch(/expected 2576 bytes in .*t10k-images-idx3-ubyte, received 1000/);
    expect(readFileSync(join(runs, 'x', 'evaluation', 'test.json'), 'utf8')).toBe('earlier');
  });

  test.each([
    [
      'options: {resolution: 8, classes: 5}',
      /model: expected a network for the 10 classes of fashion-mnist, received one for 5/,
    ],
    [
      'options: {resolution: 8, classes: 20}',
      /model: expected a network for the 10 classes of fashion-mnist, received one for 20/,
    ],
    ['options: {resolution: 32}', /model: the network does not take the images of fashion-mnist, \[1, 8, 8\]/],
  ])('a network of other classes or images than the data set’s, %s: exit 2', async (options, message) => {
    const runs = temporaryFolder();
    const settings = ['--set', `model={architecture: small-cnn, ${options}}`, '--data', smallDataset()];
    const outcome = await train(fileWith('a.yaml', SMALL_RECIPE), runs, ...settings);
    expect(outcome.code).toBe(2);
    expect(errorLine(outcome)).toMatch(message);
    expect(existsSync(join(runs, 'x', 'checkpoints'))).toBe(false);
  });

  test('more test images than there are: exit 2, not after the training', async () => {
    const runs = temporaryFolder();
    const data = smallDataset();
    const outcome = await train(
      fileWith('a.yaml', SMALL_RECIPE),
      runs,
      '--data',
      data,
      '--set',
      'evaluation.examples=41',
    );
    expect(outcome.code).toBe(2);
    expect(errorLine(outcome)).toMatch(/evaluation\.examples.* 40 .*received 41/);
    expect(readdirSync(runs)).toEqual([]);
  });
});

describe('evaluate refuses', () => {
  test('a path where nothing is, and a broken checkpoint: exit 3', async () => {
    const missing = await saddlepoint(['evaluate', '/nowhere/run', '--epsilon', '0.1']);
    expect(missing.code).toBe(3);
    expect(errorLine(missing)).toContain('expected a run folder or a file of weights at /nowhere/run, found nothing');
    const broken = await saddlepoint(['evaluate', fileWith('last.safetensors', 'no checkpoint'), '--epsilon', '0.1']);
    expect(broken.code).toBe(3);
    expect(errorLine(broken)).toContain('is not a sound safetensors file');
  });

  test.each([
    ['--epsilon', 'much'],
    ['--epsilon', '8/0'],
    ['--epsilon', '-1'],
    ['--steps', '2.5'],
    ['--restarts', '0'],
    ['--examples', 'all'],
    ['--examples', '-3'],
    ['--steps', 'NaN'],
    ['--steps', ''],
  ])('%s %s', async (option, value) => {
    const { code, stderr } = await saddlepoint(['evaluate', 'runs/x', `${option}=${value}`]);
    expect(code).toBe(2);
    expect(stderr).toContain(`saddlepoint: option '${option}`);
    expect(stderr).toMatch(/expected a (positive number or a fraction such as 8\/255|whole number of at least 1)\./);
  });
});

describe('elsewhere', () => {
  test('an engine that is not there: exit 4 and the remedy', async () => {
    const outcome = await saddlepoint(['train', fileWith('a.yaml', SMALL_RECIPE)], {
      environment: { SADDLEPOINT_ENGINE: 'nonsense' },
    });
    expect(outcome.code).toBe(4);
    expect(errorLine(outcome)).toMatch(/expected the engine "nonsense" in .*build, found none\. Run `npm run setup`/);
  });

  test('an unknown data set: exit 2 and the nearest', async () => {
    const outcome = await saddlepoint(['data', 'fetch', 'fashion-minst']);
    expect(outcome.code).toBe(2);
    expect(errorLine(outcome)).toMatch(/received "fashion-minst".*fashion-mnist/);
  });

  test('a report of no run: exit 3, and no file', async () => {
    const folder = temporaryFolder();
    const outcome = await saddlepoint(['report', folder]);
    expect(outcome.code).toBe(3);
    expect(errorLine(outcome)).toContain(folder);
    expect(existsSync(join(folder, 'report.html'))).toBe(false);
  });
});

describe('--json', () => {
  const json = async (...command: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await saddlepoint([...command, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };

  test('the data sets, each once, with the folder where one was found', async () => {
    const found = (await json('data', 'list')) as { name: string; about: string }[];
    expect(found.map(({ name }) => name)).toEqual([
      'cifar-10',
      'cifar-100',
      'mnist',
      'fashion-mnist',
      'svhn',
      'folder',
    ]);
    for (const { about } of found) expect(about).toMatch(/images|photographs|digits/);
  });

  test('the machine, with what is wrong with it', async () => {
    const facts = (await json('doctor')) as {
      machine: { node: string };
      engine: { libtorch: string };
      problems: unknown;
    };
    expect(facts).toMatchObject({ machine: { node: process.version }, problems: [] });
    expect(facts.engine.libtorch).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('a training: its result alone on standard output, and the exported file', async () => {
    const [runs, folder] = [temporaryFolder(), temporaryFolder()];
    const recipe = fileWith('small.yaml', SMALL_RECIPE);
    const trained = await saddlepoint(['train', recipe, '--data', smallDataset(), '--runs', runs, '--json']);
    expect(trained.code).toBe(0);
    const result = JSON.parse(trained.stdout) as { clean: { error: number } };
    expect(result).toEqual(JSON.parse(readFileSync(join(runs, 'small', 'evaluation', 'test.json'), 'utf8')));
    expect(trained.stderr).toContain('Report: ');
    const output = join(folder, 'x.safetensors');
    const exported = (await json('export', join(runs, 'small'), '--output', output)) as { path: string; bytes: number };
    expect(exported).toMatchObject({ path: output, bytes: readFileSync(output).length });
  });
});

test('recipe schema prints what lies beside the recipes, by which editors check them', async () => {
  const folder = new URL('../../recipes/', import.meta.url);
  for (const [kind, flags] of [
    ['recipe', []],
    ['comparison', ['--comparison']],
  ] as const) {
    const { code, stdout } = await saddlepoint(['recipe', 'schema', ...flags]);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync(new URL(`${kind}.schema.json`, folder), 'utf8'));
  }
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  for (const name of names) {
    const kind = name.startsWith('comparisons') ? 'comparison' : 'recipe';
    expect(readFileSync(new URL(name, folder), 'utf8')).toMatch(
      new RegExp(
        `^# yaml-language-server: \\$schema=(\\.\\./){${name.split('/').length - 1}}${kind}\\.schema\\.json\\n`,
      ),
    );
  }
});
