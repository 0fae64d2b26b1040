#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('saddlepoint: not built yet. Run `npm run setup` in the project folder.\n');
  process.exitCode = 4;
}
