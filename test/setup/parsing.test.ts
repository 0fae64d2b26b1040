import { describe, expect, it } from 'vitest';

import { parseUris } from '../../scripts/setup/apt.mjs';
import { engineId } from '../../scripts/setup/addon.mjs';
import { parseOptions } from '../../scripts/setup/options.mjs';
import { missingPackages } from '../../scripts/setup/packages.mjs';
import { inside } from '../../scripts/setup/places.mjs';
import { explain, megabytes, SetupError } from '../../scripts/setup/say.mjs';
import { orphans } from '../../scripts/setup/typescript.mjs';
import { compareVersions, cxx11AbiIn, cxxStandardFor, versionInHeader } from '../../scripts/setup/versions.mjs';

it('compares versions by their numbers', () => {
  expect(compareVersions('2.13.0', '2.9.1')).toBeGreaterThan(0);
  expect(compareVersions('1.12.1', '1.13.0')).toBeLessThan(0);
  expect(compareVersions('2.13.0+cpu', '2.13')).toBe(0);
  expect(compareVersions('nonsense', '1.13.0')).toBeLessThan(0);
});

it('chooses the C++ standard by the version', () => {
  expect(cxxStandardFor('1.13.0')).toBe(17);
  expect(cxxStandardFor('2.12.1')).toBe(17);
  expect(cxxStandardFor('2.13.0')).toBe(20);
  expect(cxxStandardFor('3.0.0')).toBe(20);
});

it("reads the version out of LibTorch's header", () => {
  const header =
    '#define TORCH_VERSION_MAJOR 1\n/// x\n#define TORCH_VERSION_MINOR 13\n#define TORCH_VERSION_PATCH 0\n';
  expect(versionInHeader(header)).toBe('1.13.0');
  expect(versionInHeader('#include <torch/headeronly/version.h>')).toBeNull();
});

it('reads the C++ library ABI, the new one where nothing is said', () => {
  expect(cxx11AbiIn('set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=0")')).toBe(0);
  expect(cxx11AbiIn('set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=1")')).toBe(1);
  expect(cxx11AbiIn('')).toBe(1);
  expect(cxx11AbiIn(null)).toBe(1);
});

it('sums what apt would download', () => {
  const text = [
    'Reading package lists...',
    'The following NEW packages will be installed:',
    "'http://mirror/pool/libt/libtorch1.13.deb' libtorch1.13_1.13.1_amd64.deb 22345678 SHA256:ab",
    "'http://mirror/pool/libo/libopenblas0.deb' libopenblas0_0.3.21_amd64.deb 1000000 ",
  ].join('\n');
  expect(parseUris(text)).toEqual({ packages: 2, bytes: 23_345_678 });
  expect(parseUris('nothing to do')).toEqual({ packages: 0, bytes: 0 });
});

it('finds the npm packages that are not installed as locked', () => {
  const wanted = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
      'node_modules/elsewhere': { version: '1.0.0', optional: true },
    },
  };
  const { 'node_modules/a': a, 'node_modules/b': b } = wanted.packages;
  expect(missingPackages(wanted, { packages: { 'node_modules/a': a, 'node_modules/b': b } })).toEqual([]);
  expect(missingPackages(wanted, { packages: { 'node_modules/a': a } })).toEqual(['node_modules/b']);
  const older = { ...b, version: '1.9.0' };
  expect(missingPackages(wanted, { packages: { 'node_modules/a': a, 'node_modules/b': older } })).toEqual([
    'node_modules/b',
  ]);
  expect(missingPackages(wanted, null)).toEqual(['node_modules/a', 'node_modules/b']);
});

it('finds outputs whose source is gone', () => {
  const outputs = ['a.js', 'a.js.map', 'a.d.ts', 'old/b.js', '.tsbuildinfo'];
  expect(orphans(['a.ts'], outputs)).toEqual(['old/b.js']);
});

it('reads the command line', () => {
  expect(parseOptions([])).toEqual({
    libtorch: undefined,
    makeDefault: false,
    sanitize: false,
    printEngine: false,
    help: false,
  });
  expect(parseOptions(['--sanitize'])).toMatchObject({ sanitize: true });
  expect(parseOptions(['--libtorch', 'debian', '--default'])).toMatchObject({ libtorch: 'debian', makeDefault: true });
  expect(parseOptions(['--libtorch=/a b'])).toMatchObject({ libtorch: '/a b' });
  expect(() => parseOptions(['--libtorch'])).toThrow(/needs a value/);
  expect(() => parseOptions(['--libtorhc', 'x'])).toThrow(/unknown option --libtorhc/);
});

describe('the name of an engine', () => {
  const rest = { library: '/l', include: [] as string[], cxxStandard: 17 as const, cxx11Abi: 1 as const, cuda: false };
  const clone = inside('/root', 'clone');

  it('is version and source', () => {
    expect(engineId(clone, { version: '1.13.0', source: 'system', ...rest })).toBe('libtorch-1.13.0-system');
    expect(engineId(clone, { version: '2.13.0', source: 'LIBTORCH', ...rest })).toBe('libtorch-2.13.0-folder');
    expect(engineId(clone, { version: '2.13.0', source: 'wheel', ...rest, sanitized: true })).toBe(
      'libtorch-2.13.0-wheel-sanitized',
    );
  });

  it('tells in a cache for several projects the environments of Python apart', () => {
    const shared = { ...clone, kind: 'package' as const };
    const ids = ['/one', '/two'].map((library) =>
      engineId(shared, { version: '2.13.0', source: 'python', ...rest, library }),
    );
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^libtorch-2\.13\.0-python-[0-9a-f]{8}$/);
    expect(engineId(shared, { version: '2.13.0', source: 'wheel', ...rest })).toBe('libtorch-2.13.0-wheel');
  });
});

it('explains an error with its remedies', () => {
  expect(explain(new SetupError('missing: CMake', ['install it']))).toBe(
    'setup: missing: CMake\nWhat to do:\n  - install it\n',
  );
  expect(megabytes(8_899_000)).toBe('8.9 MB');
});
