/**
 * What a run ran on, so that its figures can be read and repeated.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { engineDescription, installationKind, projectRoot, runtime } from '../engine/index.js';
import type { RunEnvironment } from './run-folder.js';

/** What this machine computes with. */
export function describeHardware(): { processor: string; cores: number; memoryGiB: number; vectorUnits: string } {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    vectorUnits: /CPU capability usage: (\S+)/.exec(runtime().configuration)?.[1] ?? 'unknown',
  };
}

/** Describes this process and machine. */
export function describeEnvironment(name: string, seed: number, device: string): RunEnvironment {
  const { version, threads } = runtime();
  const { processor, cores, memoryGiB } = describeHardware();
  return {
    name,
    startedAt: new Date().toISOString(),
    command: [
      'saddlepoint',
      ...process.argv.slice(2).map((value) => (value.startsWith('/') ? basename(value) : value)),
    ].join(' '),
    seed,
    saddlepoint: packageVersion(),
    commit: commit(),
    node: process.version,
    libtorch: version,
    libtorchSource: engineDescription().libtorch.source,
    device,
    threads,
    processor,
    cores,
    memoryGiB,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** The version of Saddlepoint. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string }).version;
}

/**
 * The commit the project's folder is at, or its bundle was made of, marked when files differ from it; null outside of
 * git, and in a package, around which git would find the repository of somebody's own project.
 */
function commit(): string | null {
  const root = projectRoot();
  const kind = installationKind(root);
  if (kind === 'package') return null;
  try {
    if (kind === 'bundle') {
      return (JSON.parse(readFileSync(join(root, 'bundle.json'), 'utf8')) as { commit: string | null }).commit;
    }
    const git = (...values: string[]) =>
      execFileSync('git', values, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+changes');
  } catch {
    return null;
  }
}
