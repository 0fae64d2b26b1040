// A Chromium to try pages in: the system's, or Debian's, which root installs.
import { execFileSync, spawnSync } from 'node:child_process';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** @returns its path */
export function findChromium() {
  const found = NAMES.map(pathOf).find((path) => path !== '');
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) throw new Error('expected a Chromium, found none: apt-get install chromium');
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  execFileSync('apt-get', ['install', '--yes', '-qq', '--no-install-recommends', 'chromium'], options);
  return pathOf('chromium');
}

/** @param {string} name */
function pathOf(name) {
  return spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
}

/**
 * @param {string} path
 * @param {readonly string[]} flags
 */
export function launch(path, flags = []) {
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', ...flags] });
}
