import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  cudaPackages,
  describeSizes,
  hasNvidiaGpu,
  installWheel,
  parseReport,
  pipReason,
} from '../../scripts/setup/pip.mjs';
import { speakTo } from '../../scripts/setup/say.mjs';

function reportOf(...packages: [string, string][]): string {
  const install = packages.map(([name, version]) => ({
    metadata: { name, version },
    download_info: { url: `file:///nowhere/${name}-${version}.whl` },
  }));
  return JSON.stringify({ version: '1', install });
}

const CPU = reportOf(['torch', '2.13.0+cpu'], ['sympy', '1.14.0'], ['filelock', '4.2.11']);
const CUDA = reportOf(
  ['torch', '2.13.0'],
  ['nvidia-cublas', '13.1.0.3'],
  ['cuda-bindings', '13.0.3'],
  ['triton', '3.7.0'],
);

describe('the report of a dry run', () => {
  it('names what would be installed', () => {
    const packages = parseReport(CPU);
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'torch 2.13.0+cpu',
      'sympy 1.14.0',
      'filelock 4.2.11',
    ]);
    expect(cudaPackages(packages)).toEqual([]);
  });

  it('shows CUDA by the packages and by the version of torch', () => {
    expect(cudaPackages(parseReport(CUDA)).map(({ name }) => name)).toEqual([
      'nvidia-cublas',
      'cuda-bindings',
      'triton',
    ]);
    expect(cudaPackages(parseReport(reportOf(['torch', '2.13.0+cu130'])))).toHaveLength(1);
    expect(cudaPackages(parseReport(reportOf(['pytorch_triton', '3.0'])))).toHaveLength(1);
    expect(cudaPackages(parseReport(reportOf(['cudatext', '1.0'])))).toEqual([]);
  });

  it('may be empty', () => {
    expect(parseReport('{}')).toEqual([]);
  });
});

it('says sizes, and for how many packages they are not known', () => {
  expect(describeSizes([191_794_682, 1_000_000])).toBe('193 MB in 2 packages');
  expect(describeSizes([1_500_000, null])).toBe('1.5 MB in 2 packages (the size of 1 is not told)');
});

it("turns pip's complaints into one line", () => {
  expect(pipReason('/usr/bin/python3: No module named pip', 'torch')).toBe('python3 has no pip');
  expect(pipReason('no such option: --report', 'torch')).toMatch(/older than 22\.2/);
  expect(pipReason('ERROR: No matching distribution found for torch', 'torch')).toBe(
    'pip finds no wheel of torch for this Python',
  );
  expect(pipReason('a\nb', 'torch')).toBe('pip failed: b');
});

describe('installing with a pip that answers as told', () => {
  let folder = '';

  // A python3 that copies the prepared report to where --report points, and notes a real installation.
  function fakePython(script: string): void {
    const path = join(folder, 'bin', 'python3');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    vi.stubEnv('PATH', `${join(folder, 'bin')}:/usr/bin:/bin`);
  }

  function answering(report: string): string {
    writeFileSync(join(folder, 'answer.json'), report);
    return `
      case "$*" in *--dry-run*) ;; *) touch '${folder}/installed'; exit 1;; esac
      while [ "$1" != --report ]; do shift; done
      cp '${folder}/answer.json' "$2"`;
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'saddlepoint pip '));
    speakTo(process.stderr);
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  });

  it.skipIf(hasNvidiaGpu())('refuses CUDA on a machine without an NVIDIA GPU, and downloads nothing', async () => {
    fakePython(answering(CUDA));
    const reason = await installWheel(folder);
    expect(reason).toMatch(
      /^pip would bring CUDA \(nvidia-cublas, cuda-bindings, triton; .*4 packages of unknown size/,
    );
    expect(reason).toMatch(/no NVIDIA GPU$/);
    expect(readdirSync(folder)).not.toContain('installed');
  });

  it('says that pip is missing', async () => {
    fakePython('echo "python3: No module named pip" >&2; exit 1');
    expect(await installWheel(folder)).toBe('python3 has no pip');
  });

  it('leaves no half of an installation behind', async () => {
    fakePython(answering(CPU));
    const downloads = join(folder, 'downloads');
    expect(await installWheel(downloads)).toMatch(/^pip failed/);
    expect(readdirSync(downloads)).toEqual(['pip-report.json']);
  });
});
