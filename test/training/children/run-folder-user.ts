/**
 * Does in a run's folder what it is told, a command a line, and answers a line each:
 *
 *     take alone | take together    held, or why not
 *     release                       released
 *     begin <name>                  the temporary file that it has begun to write
 *     write <name>                  written: whole, as all files of a run
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryName, writeFileAtomically, type FileLock, type LockKind } from '../../../src/engine/index.js';
import { lockRun, RunFolder } from '../../../src/monitoring/index.js';

const folder = new RunFolder(process.argv[2]!);
let lock: FileLock | undefined;

function answer(command: string, value: string): string {
  const path = join(folder.path, value);
  switch (command) {
    case 'take':
      lock = lockRun(folder, value as LockKind);
      return 'held';
    case 'release':
      lock!.release();
      return 'released';
    case 'begin': {
      const temporary = temporaryName(path);
      writeFileSync(temporary, 'half of it');
      return temporary;
    }
    default:
      writeFileAtomically(path, 'all of it');
      return 'written';
  }
}

process.stdout.write(`ready as process ${process.pid}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  const [command = '', value = ''] = line.split(' ');
  let said;
  try {
    said = answer(command, value);
  } catch (error) {
    said = (error as Error).message;
  }
  process.stdout.write(`${said}\n`);
}
