// The Node of a bundle: the one that runs, without its symbols.
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { SetupError, megabytes, say } from '../setup/say.mjs';
import { findProgram, run } from '../setup/shell.mjs';

/** Stops where the Node that runs would not run elsewhere. */
export function checkNodeTravels() {
  const here = `${process.platform}-${process.arch}`;
  if (here !== 'linux-x64') {
    throw new SetupError(`a bundle is made on linux-x64, with the Node it carries; this is ${here}`, [
      'run npm run bundle on a machine with Linux on x86-64, of any distribution',
    ]);
  }
  const variables = /** @type {Record<string, unknown>} */ (process.config.variables);
  const shared = Object.keys(variables).filter((name) => /^node_shared(_|$)/.test(name) && variables[name] === true);
  if (shared.length > 0) {
    throw new SetupError(
      `this Node (${process.execPath}) needs libraries of its own system (${shared.join(', ')}) and would not run elsewhere`,
      ['use a Node from nodejs.org, or one that a version manager got from there'],
    );
  }
}

/** @param {string} target */
export function copyNode(target) {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(process.execPath, target);
  const outcome = findProgram('strip') === null ? null : run('strip', ['--strip-all', target]);
  // The symbols of the Node-API stay: they are dynamic. What is lost are names in a stack of C++.
  if (outcome?.ok !== true) say('node', 'not stripped, because there is no working `strip`: the archive gets larger');
  if (!run(target, ['--version']).ok) throw new SetupError(`${target}, a stripped copy of this Node, does not start`);
  say('node', `Node ${process.versions.node}, ${megabytes(statSync(target).size)}`);
}
