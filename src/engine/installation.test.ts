import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { folderWith } from '../../test/support/folders.js';
import { cacheFolder, compiledFile, enginesFolder, installationKind, projectRoot } from './installation.js';

afterEach(() => vi.unstubAllEnvs());

const files = { 'package.json': '{ "version": "1.2.3" }', 'native/a.cc': 'int a;', 'native/b.h': 'int b;' };

test('this is a clone, whose engines are in its build folder', () => {
  expect(installationKind()).toBe('clone');
  expect(enginesFolder()).toBe(join(projectRoot(), 'build'));
});

test('a bundle says so itself, and keeps its engines; it has the sources, for the tests on a GPU', () => {
  const bundle = folderWith({ ...files, 'bundle.json': '{}', 'src/index.ts': '' });
  expect([installationKind(bundle), enginesFolder(bundle)]).toEqual(['bundle', join(bundle, 'build')]);
});

test('the engines of a package are in the cache, by version, platform and native sources', () => {
  vi.stubEnv('SADDLEPOINT_CACHE', '/cache');
  const [one, same, other] = [files, files, { ...files, 'native/b.h': 'int c;' }].map((content) =>
    enginesFolder(folderWith(content)),
  ) as [string, string, string];
  expect(dirname(one)).toBe(join('/cache', 'engines'));
  expect(basename(one)).toMatch(new RegExp(`^1\\.2\\.3-${process.platform}-${process.arch}-[0-9a-f]{12}$`));
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test('the cache is the one that is named, else in the cache folder of the user', () => {
  expect(cacheFolder({ SADDLEPOINT_CACHE: '/ours', XDG_CACHE_HOME: '/users' })).toBe('/ours');
  expect(cacheFolder({ SADDLEPOINT_CACHE: 'ours' })).toBe(join(process.cwd(), 'ours'));
  expect(cacheFolder({ SADDLEPOINT_CACHE: '', XDG_CACHE_HOME: '/users' })).toBe('/users/saddlepoint');
  for (const users of ['', 'relative']) {
    expect(cacheFolder({ XDG_CACHE_HOME: users })).toBe(join(homedir(), '.cache', 'saddlepoint'));
  }
});

test('a compiled file is found, and where it is missing one is told what to run', () => {
  const clone = folderWith({ ...files, 'src/index.ts': '', 'dist/web/page/main.js': '' });
  expect(compiledFile('web/page/main.js', clone)).toBe(join(clone, 'dist', 'web', 'page', 'main.js'));
  const failure = failureOf(() => compiledFile('web/page/other.js', clone));
  expect(failure).toMatchObject({ code: 'ENGINE', message: expect.stringContaining('Run `npm run setup`') as string });
});
