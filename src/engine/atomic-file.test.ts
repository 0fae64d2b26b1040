/**
 * Files are whole or not there: whatever goes wrong, the earlier file stays and nothing else is left.
 *
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { writeFileAtomically } from './atomic-file.js';
import { temporaryName } from './temporary-files.js';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

describe('a file', () => {
  test('holds the parts one after the other, in folders made for it', () => {
    const path = join(folder, 'a', 'b', 'file');
    writeFileAtomically(path, 'grün ', Uint8Array.of(1, 2), '', 'end');
    expect(readFileSync(path).equals(Buffer.from('grün \u0001\u0002end'))).toBe(true);
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['file']);
  });

  test('replaces the earlier one, and may be empty', () => {
    const path = join(folder, 'file');
    writeFileAtomically(path, 'a longer text');
    writeFileAtomically(path, 'short');
    expect(readFileSync(path, 'utf8')).toBe('short');
    writeFileAtomically(path);
    expect(statSync(path).size).toBe(0);
  });

  test('is never seen half: what is opened before stays the old one to its end', () => {
    const path = join(folder, 'file');
    writeFileAtomically(path, 'old');
    const inode = statSync(path).ino;
    writeFileAtomically(path, 'new');
    expect(statSync(path).ino).not.toBe(inode);
  });
});

describe('a failure is one FILE error with the path and the reason', () => {
  test('in the middle of the parts: the earlier file stays, no temporary file is left', () => {
    const path = join(folder, 'file');
    writeFileAtomically(path, 'earlier');
    const failure = failureOf(() => {
      writeFileAtomically(path, 'first part', { length: 5 } as unknown as Uint8Array);
    });
    expect(failure.code).toBe('FILE');
    expect(failure.message).toMatch(/file cannot be written: .+\. An earlier file of that name is as it was/);
    expect(readFileSync(path, 'utf8')).toBe('earlier');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('where the name is a folder, or the folder a file', () => {
    mkdirSync(join(folder, 'taken', 'inside'), { recursive: true });
    expect(failureOf(() => writeFileAtomically(join(folder, 'taken'), 'x')).code).toBe('FILE');
    writeFileSync(join(folder, 'plain'), 'earlier');
    const failure = failureOf(() => writeFileAtomically(join(folder, 'plain', 'file'), 'x'));
    expect(failure.message).toContain(`${join(folder, 'plain', 'file')} cannot be written`);
    expect(readdirSync(folder).sort()).toEqual(['plain', 'taken']);
    expect(readFileSync(join(folder, 'plain'), 'utf8')).toBe('earlier');
  });

  test('a process that is killed while it writes leaves the earlier file', () => {
    const path = join(folder, 'file');
    writeFileAtomically(path, 'earlier');
    // The second part kills the process when its length is asked for: the first is on the disk by then.
    const { signal } = child(`writeFileAtomically(${JSON.stringify(path)}, 'first part', {
      get length() { process.kill(process.pid, 'SIGKILL'); return 1; },
    });`);
    expect(signal).toBe('SIGKILL');
    expect(readFileSync(path, 'utf8')).toBe('earlier');
  });

  test('what a killed process leaves behind is removed by the next one that writes there', () => {
    const path = join(folder, 'file');
    const { signal } = child(`writeFileAtomically(${JSON.stringify(path)}, 'first part', {
      get length() { process.kill(process.pid, 'SIGKILL'); return 1; },
    });`);
    expect(signal).toBe('SIGKILL');
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^file\..+\.tmp$/)]);
    writeFileAtomically(join(folder, 'another'), 'whole');
    expect(readdirSync(folder)).toEqual(['another']);
  });

  test('what another process is just writing stays, here and on another machine', () => {
    const [random, elsewhere] = ['0123456789abcdef', 'ffffffffffff'];
    const ours = basename(temporaryName('file')).replace(/[0-9a-f]{16}\.tmp$/, `${random}.tmp`);
    const theirs = `file.${elsewhere}-1-${random}.tmp`;
    const old = `file.${elsewhere}-2-${random}.tmp`;
    for (const name of [ours, theirs, old, 'notes.tmp']) writeFileSync(join(folder, name), 'half');
    utimesSync(join(folder, old), 0, 0);
    utimesSync(join(folder, 'notes.tmp'), 0, 0);
    writeFileAtomically(join(folder, 'file'), 'whole');
    expect(readdirSync(folder).sort()).toEqual(['file', 'notes.tmp', ours, theirs].sort());
  });
});

describe('a link laid by somebody else', () => {
  test('under the final name is replaced, not followed', () => {
    const [path, victim] = [join(folder, 'file'), join(folder, 'victim')];
    writeFileSync(victim, 'precious');
    symlinkSync(victim, path);
    writeFileAtomically(path, 'new');
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });

  test('under a temporary name needs the name to be guessed, and no two are alike', () => {
    const names = Array.from({ length: 100 }, () => temporaryName('file'));
    expect(new Set(names).size).toBe(100);
    for (const name of names)
      expect(name).toMatch(new RegExp(`^file\\.[0-9a-f]{12}-${process.pid}-[0-9a-f]{16}\\.tmp$`));
  });
});

describe('a full disk', () => {
  test('gives one error that says so, and leaves the earlier file', () => {
    withSmallDisk(folder, (disk, run) => {
      const path = join(disk, 'file');
      writeFileAtomically(path, 'earlier');
      const { stdout, status } = run(`
        try { writeFileAtomically(${JSON.stringify(path)}, 'first part', new Uint8Array(200_000)); }
        catch (error) { console.log(JSON.stringify({ code: error.code, message: error.message })); }
      `);
      expect(status).toBe(0);
      const { code, message } = JSON.parse(stdout) as { code: string; message: string };
      expect(code).toBe('FILE');
      expect(message).toMatch(
        /file cannot be written: (the disk is full|EFBIG.*)\. An earlier file of that name is as it was/,
      );
      expect(readFileSync(path, 'utf8')).toBe('earlier');
      expect(readdirSync(disk)).toEqual(['file']);
    });
  });
});

type Run = (code: string) => { stdout: string; status: number | null };

/** A process of its own that has the function under test, through the built project. */
function child(code: string, prefix: readonly string[] = []) {
  const built = new URL('../../dist/engine/atomic-file.js', import.meta.url).href;
  const script = `import { writeFileAtomically } from ${JSON.stringify(built)};\n${code}`;
  const [command, ...values] = [...prefix, process.execPath, '--input-type=module', '--eval', script];
  return spawnSync(command, values, { encoding: 'utf8' });
}

/**
 * A disk of 64 KiB where this process may mount one; else a limit of the system on how large a file may
 * become, which fails in the same place.
 */
function withSmallDisk(parent: string, work: (disk: string, run: Run) => void): void {
  const disk = join(parent, 'disk');
  mkdirSync(disk);
  chmodSync(disk, 0o755);
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' }).status === 0;
  try {
    work(disk, (code) => child(code, mounted ? [] : ['bash', '-c', `trap '' XFSZ; ulimit -f 64; exec "$@"`, 'bash']));
  } finally {
    if (mounted) execFileSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  }
}
