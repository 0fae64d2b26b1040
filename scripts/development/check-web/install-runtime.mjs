// ONNX Runtime Web where the export looks for it: as its own message says, in a folder of the check's.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} folder from which the export is to be called */
export function installRuntime(folder) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const names = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent', 'onnxruntime-web@1.30.0'];
  execFileSync('npm', names, { cwd: folder, stdio: 'inherit' });
}
