/**
 * Exports the shipped networks as a site and tries it in a real browser: `node scripts/development/check-web.mjs`, after
 * `npm run build`. Installs ONNX Runtime Web into a temporary folder, which is removed at the end, and Debian's Chromium
 * where there is none. With the name of a folder, screenshots are left there.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, launch } from './check-web/chromium.mjs';
import { installRuntime } from './check-web/install-runtime.mjs';
import { makePictures } from './check-web/pictures.mjs';
import { serve } from './check-web/serve.mjs';
import { startReport } from './check-web/trial.mjs';
import { tryAsVisitor } from './check-web/try-as-visitor.mjs';
import { tryFaults } from './check-web/try-faults.mjs';
import { HOSTILE, tryHostileNames, tryWebGpu, tryWithoutParts } from './check-web/try-limits.mjs';
import { tryNumbers } from './check-web/try-numbers.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const modelOf = (/** @type {string} */ name) => join(root, 'models', `cifar10-resnet18-16-${name}.safetensors`);
const [robust, standard] = [modelOf('linf'), modelOf('standard')];

const report = startReport();
const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-web-'));
const chromium = findChromium();
const browser = await launch(chromium);
try {
  installRuntime(folder);
  makePictures(join(folder, 'pictures'));
  const hostile = join(folder, `${HOSTILE.replaceAll('/', '')}.safetensors`);
  copyFileSync(standard, hostile);
  exportSite('site', standard);
  exportSite('hostile', hostile);

  const { address, close } = await serve(join(folder, 'site'));
  const trial = { browser, chromium, address, screenshots: process.argv[2], check: report.check };
  await tryNumbers(trial, [robust, standard]);
  await tryAsVisitor(trial, robust);
  await tryFaults(trial);
  await tryWithoutParts(trial);
  await tryWebGpu(trial);
  close();
  await tryHostileNames(trial, join(folder, 'hostile'));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = report.end() ? 0 : 1;

/** By the command itself, from the folder in which the runtime is installed. @param {string} to @param {string} beside */
function exportSite(to, beside) {
  const data = ['--dataset', 'folder', '--data', 'pictures'];
  const values = ['export', robust, '--beside', beside, ...data, '--web', to];
  const command = [join(root, 'bin', 'saddlepoint.mjs'), ...values];
  process.stdout.write(execFileSync(process.execPath, command, { cwd: folder, encoding: 'utf8' }));
}
