/** A bundle: what it carries, and how its launcher and its set-up refuse a machine they cannot work on. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { packageFiles, projectFiles } from '../../scripts/bundle/contents.mjs';
import { checkEngines } from '../../scripts/bundle/engines.mjs';
import { parseOptions } from '../../scripts/bundle/options.mjs';
import { closure } from '../../scripts/bundle/packages.mjs';
import { compilers, isFresh, readEngine } from '../../scripts/setup/addon.mjs';
import { inside } from '../../scripts/setup/places.mjs';
import { adoptPrebuilt, isAlike } from '../../scripts/setup/prebuilt.mjs';
import { speakTo } from '../../scripts/setup/say.mjs';
import { asDiskTrouble, checkSpace } from '../../scripts/setup/space.mjs';
import { temporaryFolder } from '../support/folders.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('what a bundle carries', () => {
  it('is the packages that are asked for and all they need, as Node finds them', () => {
    const locked = {
      'node_modules/a': { dependencies: { b: '1' }, optionalDependencies: { windows: '1' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/b': {},
      'node_modules/c': { peerDependencies: { d: '1', e: '1' }, peerDependenciesMeta: { e: { optional: true } } },
      'node_modules/d': {},
      'node_modules/e': {},
      'node_modules/windows': { optional: true },
    };
    const isInstalled = (path: string) => !path.endsWith('windows');
    expect(closure(locked, ['a'], isInstalled)).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ]);
    expect(() => closure(locked, ['f'], isInstalled)).toThrow(/the package f is not installed/);
  });

  it('runs and tests, and does not compile or format', () => {
    const packages = packageFiles(root, false);
    const decoder = (files: readonly string[]) => files.some((file) => file.startsWith('node_modules/sharp/'));
    expect([decoder(packages), decoder(packageFiles(root, true))]).toEqual([false, true]);
    expect(packages).toContain('node_modules/vitest/vitest.mjs');
    expect(packages).toContain('node_modules/node-api-headers/include/node_api.h');
    expect(packages).toContain('node_modules/commander/package.json');
    expect(packages.filter((file) => /^node_modules\/(typescript|eslint|prettier)\//.test(file))).toEqual([]);
    const files = projectFiles(root);
    for (const file of [
      'bin/saddlepoint.mjs',
      'native/CMakeLists.txt',
      'test/device/gpu.test.ts',
      'src/engine/native.ts',
      'LICENSE',
    ])
      expect(files).toContain(file);
    expect([...files, ...packages].filter((file) => /(\.map|\.d\.ts)$|^src\/.*\.test\.ts$/.test(file))).toEqual([]);
  });

  it('is said on the command line', () => {
    expect(
      parseOptions(['--with-addon', 'one', '--with-addon=two', '--dataset', 'cifar-10', '--with-pictures']),
    ).toEqual({
      engines: ['one', 'two'],
      datasets: ['cifar-10'],
      pictures: true,
      output: undefined,
      help: false,
    });
    expect(() => parseOptions(['--dataset', 'cifar-11'])).toThrow(/expected --dataset cifar-10, received cifar-11/);
    expect(() => parseOptions(['--with-addon', '--dataset'])).toThrow(/--with-addon needs a value/);
    expect(() => parseOptions(['--data'])).toThrow(/unknown option --data/);
    expect(() => checkEngines(root, ['libtorch-0.0'])).toThrow(
      /--with-addon libtorch-0\.0: there is no such engine; built are /,
    );
  });
});

describe.skipIf(`${process.platform}-${process.arch}` !== 'linux-x64')('where it arrives', () => {
  let bundle = '';
  let programs = '';

  const program = (name: string, script: string) => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  const borrow = (...names: string[]) =>
    names.forEach((name) =>
      symlinkSync(spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim(), join(programs, name)),
    );
  /** Runs the launcher with no other programs than those of the test. */
  const launch = (words: string[], environment: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync(join(bundle, 'saddlepoint'), words, {
      encoding: 'utf8',
      env: { PATH: programs, ...environment },
    });
    return { status, stdout, stderr };
  };
  /** A torch as far as set-up looks before it builds. */
  const fakeTorch = () => {
    const torch = join(bundle, 'torch');
    mkdirSync(join(torch, 'include/torch/headeronly'), { recursive: true });
    mkdirSync(join(torch, 'lib'));
    const version = ['MAJOR 2', 'MINOR 11', 'PATCH 0'].map((part) => `#define TORCH_VERSION_${part}\n`).join('');
    writeFileSync(join(torch, 'include/torch/headeronly/version.h'), version);
    writeFileSync(join(torch, 'lib/libtorch_cpu.so'), '');
    program('python3', `case "$*" in *find_spec*) echo '${join(torch, '__init__.py')}' ;; *) exit 1 ;; esac`);
  };

  beforeEach(() => {
    speakTo(process.stderr);
    // The blank is meant: a bundle may lie anywhere.
    bundle = join(temporaryFolder(), 'a bundle');
    programs = join(bundle, '..', 'programs');
    mkdirSync(join(bundle, 'node'), { recursive: true });
    mkdirSync(programs);
    copyFileSync(join(root, 'scripts/bundle/saddlepoint.sh'), join(bundle, 'saddlepoint'));
    cpSync(join(root, 'scripts'), join(bundle, 'scripts'), { recursive: true });
    symlinkSync(process.execPath, join(bundle, 'node/node'));
    writeFileSync(join(bundle, 'bundle.json'), JSON.stringify({ made: '', commit: null, node: process.version }));
    borrow('uname', 'dirname', 'readlink', 'cat');
  });
  afterEach(() => rmSync(dirname(bundle), { recursive: true, force: true }));

  it('refuses another processor', () => {
    rmSync(join(programs, 'uname'));
    program('uname', `case $1 in -s) echo Linux ;; -m) echo aarch64 ;; esac`);
    const { status, stderr } = launch(['setup']);
    expect(status).toBe(4);
    expect(stderr).toBe(
      'saddlepoint: this bundle is for Linux on x86_64, and this machine is Linux on aarch64; use a clone of the project there.\n',
    );
  });

  it('says why its Node does not start', () => {
    rmSync(join(bundle, 'node/node'));
    writeFileSync(join(bundle, 'node/node'), '#!/bin/sh\necho "version GLIBC_2.28 not found"; exit 1\n', {
      mode: 0o755,
    });
    const { status, stderr } = launch(['setup']);
    expect(status).toBe(4);
    expect(stderr).toMatch(
      /^saddlepoint: the Node of this bundle does not start here: version GLIBC_2\.28 not found\. .*\n$/,
    );
  });

  it('runs from a link, with its own folder of data unless another is named', () => {
    mkdirSync(join(bundle, 'data'));
    symlinkSync(join(bundle, 'saddlepoint'), join(programs, 'sp'));
    writeFileSync(join(bundle, 'show.mjs'), 'console.log(process.env.SADDLEPOINT_DATA, process.argv[2])');
    const run = (environment: Record<string, string>) =>
      spawnSync(join(programs, 'sp'), ['with-node', 'node', join(bundle, 'show.mjs'), 'a b'], {
        encoding: 'utf8',
        env: { PATH: programs, ...environment },
      }).stdout;
    expect(run({})).toBe(`${join(bundle, 'data')} a b\n`);
    expect(run({ SADDLEPOINT_DATA: '/elsewhere' })).toBe('/elsewhere a b\n');
  });

  it.each([
    ['no Python', undefined, /^setup: no LibTorch: there is no python3 on PATH\n/],
    [
      'a Python without torch',
      'echo',
      /^setup: no LibTorch: .*python3 has no torch \(with its headers and libraries\)\n/,
    ],
  ])('refuses %s', (_, python, message) => {
    if (python !== undefined) program('python3', python);
    const { status, stdout, stderr } = launch(['setup']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
  });

  it('refuses to install a LibTorch', () => {
    expect(launch(['setup', '--libtorch', 'wheel']).stderr).toMatch(
      /^setup: --libtorch wheel: a bundle installs nothing\n/,
    );
  });

  it('refuses a machine without compiler and CMake, also where the addon it brought does not load', () => {
    fakeTorch();
    const about = {
      version: '2.11.0',
      source: 'wheel',
      library: '/gone',
      include: [],
      cxxStandard: 17,
      cxx11Abi: 1,
      cuda: false,
    };
    mkdirSync(join(bundle, 'prebuilt/one'), { recursive: true });
    writeFileSync(join(bundle, 'prebuilt/one/engine.json'), JSON.stringify({ libtorch: about, fingerprint: '' }));
    writeFileSync(join(bundle, 'prebuilt/one/saddlepoint.node'), 'no addon');
    const { status, stdout, stderr } = launch(['setup']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/prebuilt\/one does not load here: .*file too short/);
    expect(stderr).toMatch(/^setup: missing: a C\+\+ compiler, CMake, make or ninja\n/);
  });

  it('refuses a data set that is not whole before it looks for a LibTorch', () => {
    mkdirSync(join(bundle, 'data/pieces/cifar-10'), { recursive: true });
    const piece = { name: 'test_batch.bin.br', bytes: 1, sha256: '' };
    const list = {
      unpackTo: 'data/cifar-10',
      notes: [],
      pieces: [{ file: 'test_batch.bin', bytes: 1, sha256: '', piece }],
    };
    writeFileSync(join(bundle, 'data/pieces/cifar-10/pieces.json'), JSON.stringify(list));
    expect(launch(['setup']).stderr).toMatch(/^setup: cifar-10 is not whole: in .*, test_batch\.bin\.br is missing\n/);
  });

  it('uses an addon that it brought where it loads, and counts it as built', () => {
    const id = readFileSync(join(root, 'build/default'), 'utf8').trim();
    const built = readEngine(join(root, 'build'), process.env.SADDLEPOINT_ENGINE ?? id)!;
    const prebuilt = join(bundle, 'prebuilt', built.id);
    mkdirSync(prebuilt, { recursive: true });
    for (const file of ['engine.json', 'saddlepoint.node'])
      copyFileSync(join(root, 'build', built.id, file), join(prebuilt, file));
    const places = inside(bundle, 'bundle');
    const adopted = adoptPrebuilt(places, built.libtorch)!;
    expect(adopted.id).toBe(built.id);
    expect(isFresh(places, adopted)).toBe(true);
    expect(adoptPrebuilt(places, { ...built.libtorch, version: '9.0.0' })).toBeNull();
    // Loading LibTorch with every symbol bound, and once more in Python, takes its time on a busy machine.
  }, 120_000);
});

it('takes an addon to another LibTorch only where version, CUDA and ABI are the same', () => {
  const one = {
    version: '2.11.0',
    source: 'python',
    library: '/a',
    include: [],
    cxxStandard: 17,
    cxx11Abi: 1,
    cuda: true,
  } as const;
  const like = { ...one, include: [] as string[] };
  expect(isAlike(like, { ...like, source: 'wheel', library: '/b' })).toBe(true);
  for (const other of [{ version: '2.11.1' }, { cuda: false }, { cxx11Abi: 0 as const }])
    expect(isAlike(like, { ...like, ...other })).toBe(false);
});

it('builds with all cores for which there is memory, and with four in any case', () => {
  expect([compilers(2, 1e9), compilers(16, 1e9), compilers(16, 20e9), compilers(16, 100e9)]).toEqual([2, 4, 10, 16]);
});

it('says what is free where room is short, and what a full disk means', () => {
  const folder = temporaryFolder();
  checkSpace(folder, 1, 'this');
  expect(() => checkSpace(folder, 1e18, 'the build')).toThrow(
    /^the build needs 1000000000000 MB in .*, where \d+ MB are free$/,
  );
  rmSync(folder, { recursive: true });
  const failure = (code: string) => asDiskTrouble(Object.assign(new Error('write'), { code }))?.message;
  expect(failure('ENOSPC')).toBe('the disk is full: write');
  expect(failure('EDQUOT')).toBe('your quota on this disk is used up: write');
  expect(failure('ECONNRESET')).toBeUndefined();
});
