// What must be on the machine before anything starts: Node, a C++ compiler, CMake and a build program.
import { OLDEST_CMAKE, OLDEST_NODE } from './preferences.mjs';
import { SetupError, say } from './say.mjs';
import { findProgram, run } from './shell.mjs';
import { compareVersions } from './versions.mjs';

export function checkNode() {
  if (process.platform === 'win32') {
    throw new SetupError('Windows is not supported', ['use Linux, macOS or the Windows Subsystem for Linux']);
  }
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new SetupError(`Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}`, [
      `install Node ${OLDEST_NODE} or newer and run the same command again`,
    ]);
  }
}

/** The compiler CMake will choose: CXX if set, else the usual names. */
export function findCompiler() {
  const wanted = process.env.CXX;
  return (wanted ? [wanted] : ['c++', 'g++', 'clang++']).map(findProgram).find((path) => path !== null) ?? null;
}

/** @returns {'Ninja' | 'Unix Makefiles'} */
export function generator() {
  return findProgram('ninja') === null ? 'Unix Makefiles' : 'Ninja';
}

/**
 * Stops with every missing tool at once, so that one command mends all of it.
 * @param {string[]} [otherRemedies]
 */
export function checkTools(otherRemedies = []) {
  const compiler = findCompiler();
  const cmake = findProgram('cmake');
  const cmakeVersion = cmake === null ? null : (/\d+\.\d+\.\d+/.exec(run(cmake, ['--version']).stdout)?.[0] ?? '0');
  const missing = [];
  if (compiler === null) missing.push(process.env.CXX ? `the C++ compiler CXX=${process.env.CXX}` : 'a C++ compiler');
  if (cmakeVersion === null) missing.push('CMake');
  else if (compareVersions(cmakeVersion, OLDEST_CMAKE) < 0) {
    missing.push(`CMake ${OLDEST_CMAKE} or newer (found ${cmakeVersion})`);
  }
  if (findProgram('ninja') === null && findProgram('make') === null) missing.push('make or ninja');
  if (missing.length > 0) {
    throw new SetupError(`missing: ${missing.join(', ')}`, [
      'Debian, Ubuntu: apt-get install --yes g++ make cmake',
      'Fedora: dnf install gcc-c++ make cmake',
      'macOS: xcode-select --install, and CMake from your package manager',
      ...otherRemedies,
    ]);
  }
  say('tools', `Node ${process.versions.node}, ${compiler}, CMake ${cmakeVersion}, ${generator()}`);
}
