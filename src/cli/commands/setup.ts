/**
 * `saddlepoint setup`: finds or installs LibTorch and builds the engine, by the script that does so in a clone. It runs
 * in a process of its own, because it works where nothing else does yet.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { projectRoot } from '../../engine/installation.js';

/** Of a machine that is not set up, as of a command that finds no engine. */
const NO_ENGINE = 4;

export function addSetupCommand(program: Command): void {
  program
    .command('setup')
    .description('Find or install LibTorch and build the engine for it; once. `setup --help` has its options.')
    .argument('[options...]')
    // All that follows is the script's, --help too.
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action((options: string[]) => {
      const script = join(projectRoot(), 'scripts', 'setup.mjs');
      const { status } = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' });
      if (status !== 0) process.exitCode = NO_ENGINE;
    });
}
