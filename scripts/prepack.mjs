#!/usr/bin/env node
// Compiles the sources before `npm pack`, and leaves in dist/ nothing that has no source. Needs no LibTorch.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ensurePackages } from './setup/packages.mjs';
import { SetupError, explain, speakTo } from './setup/say.mjs';
import { ensureTypeScript } from './setup/typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// Standard output is npm's, which writes the name of the tarball there.
speakTo(process.stderr);
try {
  ensurePackages(root);
  ensureTypeScript(root);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(explain(error));
  process.exitCode = 1;
}
