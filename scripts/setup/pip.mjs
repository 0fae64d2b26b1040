// Installing LibTorch as a Python wheel into a folder of our own, after looking at what pip would bring.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { WHEEL_VERSION } from './preferences.mjs';
import { megabytes, say, secondsSince } from './say.mjs';
import { findProgram, lastLines, run } from './shell.mjs';

/**
 * @typedef {{name: string, version: string, url: string}} Planned
 * @typedef {{install?: {metadata: {name: string, version: string}, download_info: {url: string}}[]}} Report
 */

/** True where an NVIDIA GPU's driver is present. */
export function hasNvidiaGpu() {
  return (
    existsSync('/proc/driver/nvidia') || existsSync('/dev/nvidia0') || run('nvidia-smi', ['-L'], { seconds: 10 }).ok
  );
}

/**
 * The packages in the report of `pip install --dry-run --report`.
 * @param {string} text
 * @returns {Planned[]}
 */
export function parseReport(text) {
  /** @type {unknown} */
  const value = JSON.parse(text);
  const report = /** @type {Report} */ (value);
  return (report.install ?? []).map(({ metadata, download_info }) => ({
    name: metadata.name,
    version: metadata.version,
    url: download_info.url,
  }));
}

/**
 * The packages that bring CUDA, which is gigabytes.
 * @param {Planned[]} packages
 */
export function cudaPackages(packages) {
  return packages.filter(
    ({ name, version }) =>
      /^(nvidia|cuda|cupy)([-_.]|$)/i.test(name) || /triton/i.test(name) || /\+(cu\d|rocm|xpu)/i.test(version),
  );
}

/**
 * What a download weighs: from the disk or from the server's headers; null where neither tells.
 * @param {string} url
 * @returns {Promise<number | null>}
 */
async function sizeOf(url) {
  try {
    if (url.startsWith('file:')) return statSync(fileURLToPath(url)).size;
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
    const length = Number(answer.headers.get('content-length'));
    return answer.ok && length > 0 ? length : null;
  } catch {
    return null;
  }
}

/**
 * @param {(number | null)[]} sizes
 * @returns {string}
 */
export function describeSizes(sizes) {
  const known = sizes.filter((size) => size !== null);
  const unknown = sizes.length - known.length;
  if (known.length === 0) return `${sizes.length} packages of unknown size`;
  const total = megabytes(known.reduce((sum, size) => sum + size, 0));
  return `${total} in ${sizes.length} packages${unknown > 0 ? ` (the size of ${unknown} is not told)` : ''}`;
}

const QUIET = ['--no-input', '--disable-pip-version-check', '--only-binary', ':all:', '--quiet'];

/**
 * @param {string} python
 * @param {string} requirement
 * @param {string} work a folder for the report
 * @returns {Planned[] | string} what would be installed, or why nothing can be
 */
function plan(python, requirement, work) {
  const report = join(work, 'pip-report.json');
  rmSync(report, { force: true });
  const target = ['--ignore-installed', '--target', join(work, 'nowhere')];
  const outcome = run(
    python,
    ['-m', 'pip', 'install', '--dry-run', '--report', report, ...target, ...QUIET, requirement],
    {
      seconds: 180,
    },
  );
  if (outcome.timedOut) return 'pip did not answer within 3 minutes';
  if (!outcome.ok) return pipReason(outcome.stderr, requirement);
  try {
    return parseReport(readFileSync(report, 'utf8'));
  } catch {
    return 'pip wrote no report that can be read';
  }
}

/**
 * pip's complaint in one line.
 * @param {string} stderr
 * @param {string} requirement
 */
export function pipReason(stderr, requirement) {
  if (stderr.includes('No module named pip')) return 'python3 has no pip';
  if (stderr.includes('no such option'))
    return 'pip is older than 22.2 and cannot say beforehand what it would install';
  if (stderr.includes('No matching distribution')) return `pip finds no wheel of ${requirement} for this Python`;
  return `pip failed: ${lastLines(stderr, 1)}`;
}

/**
 * Installs the wheel into a folder of downloads. Returns null when done, or one line that says why not.
 * @param {string} work that folder
 * @returns {Promise<string | null>}
 */
export async function installWheel(work) {
  const python = findProgram('python3');
  if (python === null) return 'there is no python3';
  mkdirSync(work, { recursive: true });

  const gpu = hasNvidiaGpu();
  let refused = '';
  // The same version under the CPU build's own name is the second try where the plain one would bring CUDA.
  for (const requirement of [`torch==${WHEEL_VERSION}`, `torch==${WHEEL_VERSION}+cpu`]) {
    const packages = plan(python, requirement, work);
    if (typeof packages === 'string') return refused || packages;
    const cuda = cudaPackages(packages);
    if (gpu || cuda.length === 0) return install(python, packages, work);
    refused ||= await refusal(packages, cuda);
  }
  return refused;
}

/**
 * @param {Planned[]} packages
 * @param {Planned[]} cuda
 */
async function refusal(packages, cuda) {
  const sizes = await Promise.all(packages.map(({ url }) => sizeOf(url)));
  const names = cuda.map(({ name }) => name);
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `pip would bring CUDA (${shown}; ${describeSizes(sizes)}) and this machine has no NVIDIA GPU`;
}

/**
 * Installs exactly the packages that were looked at, and puts the folder in place when it is whole.
 * @param {string} python
 * @param {Planned[]} packages
 * @param {string} work
 * @returns {Promise<string | null>}
 */
async function install(python, packages, work) {
  const start = performance.now();
  const sizes = await Promise.all(packages.map(({ url }) => sizeOf(url)));
  say('libtorch', `installing torch ${WHEEL_VERSION} with pip into ${work}: ${describeSizes(sizes)}`);
  const [partial, final] = [join(work, 'wheel.partial'), join(work, 'wheel')];
  rmSync(partial, { recursive: true, force: true });
  const exact = packages.map(({ name, version }) => `${name}==${version}`);
  const target = ['--no-deps', '--no-compile', '--root-user-action=ignore', '--target', partial];
  const outcome = run(python, ['-m', 'pip', 'install', ...target, ...QUIET, ...exact], { seconds: 1200 });
  if (!outcome.ok) {
    rmSync(partial, { recursive: true, force: true });
    return outcome.timedOut ? 'pip did not finish within 20 minutes' : pipReason(outcome.stderr, 'torch');
  }
  rmSync(final, { recursive: true, force: true });
  renameSync(partial, final);
  say('libtorch', `installed (${secondsSince(start)})`);
  return null;
}
