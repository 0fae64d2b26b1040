/**
 * The package as somebody meets it who has never seen the repository: packed, installed into an empty project, set up,
 * and used from every kind of program. The project's path has spaces in it, and node_modules may not be written to.
 *
 * The addon is the clone's, built from the same sources; SADDLEPOINT_TEST_PACKAGE=build has set-up build it.
 *
 * @module
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  emptyProject,
  lendAddon,
  pack,
  setWritable,
  snapshot,
  type Outcome,
  type Project,
} from './project.test-helper.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const ATTACKED: Outcome = { code: 0, stdout: '2 images attacked, 0 tensors left\n', stderr: '' };

let project: Project;
let packed: Awaited<ReturnType<typeof pack>>;
let installed: readonly string[];
let beforeSetup: Outcome;
let setups: readonly Outcome[];

beforeAll(async () => {
  project = emptyProject();
  vi.stubEnv('SADDLEPOINT_CACHE', project.cache);
  packed = await pack(dirname(project.folder));
  const install = await project.run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', packed.tarball]);
  if (install.code !== 0) throw new Error(`npm install failed: ${install.stderr}`);
  const modules = join(project.folder, 'node_modules');
  setWritable(modules, false);
  installed = snapshot(modules);
  beforeSetup = await project.run(process.execPath, ['app.mjs']);
  const options = process.env.SADDLEPOINT_TEST_PACKAGE === 'build' ? [] : await lendAddon(project.installed);
  const setUp = () => project.run('npx', ['saddlepoint', 'setup', ...options]);
  setups = await Promise.all([setUp(), setUp()]);
}, 900_000);

afterAll(() => {
  vi.unstubAllEnvs();
  setWritable(join(project.folder, 'node_modules'), true);
  rmSync(dirname(project.folder), { recursive: true, force: true });
});

describe('the tarball', () => {
  test('has what runs and what set-up builds from, and neither sources nor tests', () => {
    const parts = [
      /^dist\/.+\.(js|d\.ts)$/,
      /^native\/.+\.(cc|h|txt)$/,
      /^(recipes|models)\//,
      /^(bin|scripts\/setup)\/[\w-]+\.[cm]js$/,
      /^docs\/((performance\/)?[\w-]+\.md|images\/[\w-]+\.png)$/,
      /^examples\/[\w.-]+$/,
      /^(scripts\/setup\.mjs|(README|ARCHITECTURE|CONTRIBUTING|CHANGELOG)\.md|LICENSE|package\.json)$/,
    ];
    expect(packed.files.filter((file) => !parts.some((part) => part.test(file)))).toEqual([]);
    expect(packed.files.filter((file) => /\.test\b|test-helper|golden|fixture/.test(file))).toEqual([]);
    for (const file of ['dist/index.js', 'dist/index.d.ts', 'native/module.cc', 'CHANGELOG.md']) {
      expect(packed.files).toContain(file);
    }
  });

  test('has nothing in dist/ whose source is gone', () => {
    const compiled = packed.files.filter((file) => file.startsWith('dist/'));
    const source = (file: string) => file.replace(/^dist/, 'src').replace(/(\.d\.ts|\.js)$/, '.ts');
    expect(compiled.filter((file) => !existsSync(join(root, source(file))))).toEqual([]);
  });

  test('is small but for two networks of 2.7 MB each and one of 10.6', () => {
    expect(packed.bytes).toBeLessThan(18e6);
  });
});

describe('set-up in a project', () => {
  test('is what a program asks for that finds no engine', () => {
    expect(beforeSetup.code).toBe(1);
    expect(beforeSetup.stderr).toMatch(/SaddlepointError: expected a built engine in .*a cache.*, found none\. /);
    expect(beforeSetup.stderr).toContain('Run `npx saddlepoint setup` in your project');
  });

  test('puts the engine into the cache; two at once do it once', () => {
    for (const { code, stdout } of setups) {
      expect(stdout).toMatch(/setup: ready {6}engine libtorch-/);
      expect(code).toBe(0);
    }
    const builds = setups.filter(({ stdout }) => stdout.includes('building against'));
    expect(builds.length).toBe(process.env.SADDLEPOINT_TEST_PACKAGE === 'build' ? 1 : 0);
    const [key, ...others] = readdirSync(join(project.cache, 'engines'));
    expect([key, others]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+-\w+-\w+-[0-9a-f]{12}$/), []]);
    expect(readdirSync(join(project.cache, 'engines', key!)).sort()).toEqual([
      'default',
      expect.stringMatching(/^libtorch-/),
    ]);
  });

  test('does nothing the second time, not even where the cache is read-only by then', async () => {
    setWritable(project.cache, false);
    const before = snapshot(project.cache);
    const { code, stdout } = await project.run('npx', ['saddlepoint', 'setup']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^setup: engine .*\nsetup: ready .*\n$/)]);
    expect(snapshot(project.cache)).toEqual(before);
    setWritable(project.cache, true);
  });
});

describe('a program', () => {
  test('imports it', async () => {
    expect(await project.run(process.execPath, ['app.mjs'])).toEqual(ATTACKED);
  });

  test('requires it', async () => {
    const { code, stdout } = await project.run(process.execPath, ['app.cjs']);
    expect([code, stdout]).toEqual([0, ATTACKED.stdout]);
  });

  test('is told what to do where Node cannot require an ES module, as 20.18 cannot', async () => {
    const { code, stderr } = await project.run(process.execPath, ['--no-experimental-require-module', 'app.cjs']);
    expect(code).toBe(1);
    expect(stderr).toContain('Error: saddlepoint is an ES module, which require() loads on Node 22.12 or newer');
    expect(stderr).toContain("Use `const saddlepoint = await import('saddlepoint')`");
  });

  test('uses it in two threads at once', async () => {
    const both = { ...ATTACKED, stdout: ATTACKED.stdout.repeat(2) };
    expect(await project.run(process.execPath, ['threads.mjs'])).toEqual(both);
  });

  // The declarations themselves are checked once; it is most of the time.
  test.each([
    ['nodenext', 'nodenext', 'false'],
    ['bundler', 'esnext', 'true'],
  ])(
    'compiles strictly, resolving as %s',
    async (resolution, module, skipLibCheck) => {
      const options = { target: 'es2022', module, moduleResolution: resolution, skipLibCheck };
      const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
      const outcome = await project.run(process.execPath, [
        compiler,
        '--noEmit',
        '--strict',
        ...words,
        'app.mts',
        'app.cts',
      ]);
      expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
    },
    240_000,
  );
});

test('the command line works there, but for what needs a clone', async () => {
  const help = await project.run('npx', ['saddlepoint', 'evaluate', '--help']);
  expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('saddlepoint evaluate')]);
  const bench = await project.run('npx', ['saddlepoint', 'bench']);
  expect([bench.code, bench.stderr]).toEqual([2, expect.stringContaining('expected a clone of the repository')]);
});

test('nothing of all this wrote into node_modules', () => {
  expect(snapshot(join(project.folder, 'node_modules'))).toEqual(installed);
});
