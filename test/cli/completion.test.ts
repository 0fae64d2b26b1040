/**
 * Completion as the shells do it: the printed script is loaded into each that is installed, and asked.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { saddlepoint } from './command-line.test-helper.js';

/** Holds a file and a folder with a space in each name. */
let folder = '';
beforeAll(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'my runs'));
  writeFileSync(join(folder, 'my recipe.yaml'), '');
});

const SHELLS = {
  bash: (script: string, words: readonly string[]) =>
    `source "${script}"; COMP_WORDS=(${quoted(words)}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _saddlepoint; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // Completion proper needs a terminal; these stand for what the script calls there.
  zsh: (script: string, words: readonly string[]) =>
    `compdef() { }
    compadd() { shift; print -l -- \${(M)@:#$PREFIX*} }
    compset() { PREFIX=\${PREFIX#*=} }
    _describe() { local -a all=("\${(@P)2}"); print -l -- \${(M)\${all[@]%%:*}:#$PREFIX*} }
    _files() { if [[ $1 == -/ ]] { print -l -- $PREFIX*(N/) } else { print -l -- $PREFIX*(N) } }
    words=(${quoted(words)}); source "${script}"; CURRENT=$#words; PREFIX=$words[-1]; _saddlepoint`,
  fish: (script: string, words: readonly string[]) =>
    `source "${script}"; complete -C "${words.join(' ')}" | string replace -r '\\t.*' ''; true`,
};

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');

describe.each(Object.keys(SHELLS) as (keyof typeof SHELLS)[])('%s', (shell) => {
  const isThere = spawnSync(shell, ['-c', 'exit']).status === 0;
  let script = '';
  beforeAll(async () => {
    const { code, stdout } = await saddlepoint(['completion', shell]);
    expect(code).toBe(0);
    script = join(folder, `.${shell}`);
    writeFileSync(script, stdout);
  });

  /** What may stand in place of the last word. */
  const completions = (...words: string[]): string[] => {
    const command = SHELLS[shell](script, ['saddlepoint', ...words]);
    const { stdout, stderr, status } = spawnSync(shell, ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    return stdout.split('\n').filter((line) => line !== '');
  };
  const withoutSlash = (names: readonly string[]) => names.map((name) => name.replace(/\/$/, '').replaceAll('\\', ''));

  test.skipIf(!isThere)('commands, and those below one', () => {
    expect(completions('')).toEqual(expect.arrayContaining(['train', 'evaluate', 'table', 'completion']));
    expect(completions('tr')).toEqual(['train', 'transfer']);
    expect(completions('data', '').sort()).toEqual(['fetch', 'help', 'list', 'verify']);
    expect(completions('completion', 'z')).toEqual(['zsh']);
  });

  test.skipIf(!isThere)('options of the command, after other words too', () => {
    expect(completions('train', '--ov')).toEqual(['--overwrite']);
    expect(completions('train', 'a.yaml', '--name', 'table', '--de')).toEqual(['--device']);
    expect(completions('data', 'verify', '--d')).toEqual(['--data']);
    expect(completions('evaluate', '--version')).toEqual([]); // hidden
  });

  test.skipIf(!isThere)('names: norms, attacks, data sets, architectures, choices', () => {
    expect(completions('evaluate', 'x', '--norm', 'l').sort()).toEqual(['l0', 'l1', 'l2', 'linf']);
    expect(completions('evaluate', '--attack', 'auto')).toEqual(['autoattack']);
    expect(completions('evaluate', '--dataset', 'fashion')).toEqual(['fashion-mnist']);
    expect(completions('evaluate', '--order', '').sort()).toEqual(['exact', 'sampled']);
    expect(completions('verify', '--preset', 'mn')).toEqual(['mnist']);
    expect(completions('attack', '--architecture', 'wrn')).toEqual(['wrn-28-10']);
    expect(completions('data', 'fetch', 'cifar').sort()).toEqual(['cifar-10', 'cifar-100']);
    expect(completions('train', '--device', '').sort()).toEqual(['cpu', 'cuda']);
  });

  test.skipIf(!isThere)('files where a file is expected, folders where a folder is, else neither', () => {
    expect(withoutSlash(completions('train', '')).sort()).toEqual(
      expect.arrayContaining(['my recipe.yaml', 'my runs']),
    );
    expect(withoutSlash(completions('train', '--runs', '')).filter((name) => !name.startsWith('.'))).toEqual([
      'my runs',
    ]);
    expect(completions('train', '--steps', '')).toEqual([]);
    expect(completions('doctor', '')).toEqual([]);
  });

  test.skipIf(!isThere)('a value after =', () => {
    const words = shell === 'bash' ? ['--norm', '=', 'li'] : ['--norm=li'];
    expect(completions('evaluate', ...words).map((name) => name.replace('--norm=', ''))).toEqual(['linf']);
  });
});

test('another shell: exit 2, and the three that there are', async () => {
  const { code, stderr } = await saddlepoint(['completion', 'csh']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/Allowed choices are bash, zsh, fish/)]);
});
