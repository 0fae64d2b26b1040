/**
 * What may happen to a process from outside, done from within: loaded first, it makes writing fail or turns the clock back.
 *
 *     SADDLEPOINT_DISTURB=ENOSPC:25 node --import test/campaign/disturb.mjs …    the 25th write and all that follow fail
 *     SADDLEPOINT_DISTURB=EROFS:5                                                as if the disk were read-only from then on
 *     SADDLEPOINT_DISTURB=clock:40                                               from the 40th look on the clock is an hour slow
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [kind = '', after = ''] = (process.env.SADDLEPOINT_DISTURB ?? '').split(':');
let left = Number(after);
/** Counts one more, and says whether the time has come. */
const isDue = () => (left -= 1) < 0;

if (kind === 'clock') {
  const now = Date.now;
  Date.now = () => now() - (isDue() ? 3_600_000 : 0);
} else if (kind === 'ENOSPC' || kind === 'EROFS') {
  const reason = kind === 'ENOSPC' ? 'no space left on device' : 'read-only file system';
  const original = { writeSync: fs.writeSync, openSync: fs.openSync };
  /** @param {'write' | 'open'} call */
  const fail = (call) => Object.assign(new Error(`${kind}: ${reason}, ${call}`), { code: kind, syscall: call });
  const writeSync = (/** @type {Parameters<typeof fs.writeSync>} */ ...values) => {
    // Standard output and error are no files of a disk.
    if (values[0] > 2 && isDue()) throw fail('write');
    return original.writeSync(...values);
  };
  const openSync = (/** @type {Parameters<typeof fs.openSync>} */ ...values) => {
    if (kind === 'EROFS' && left < 0 && values[1] !== 'r' && values[1] !== 0) throw fail('open');
    return original.openSync(...values);
  };
  Object.assign(fs, { writeSync, openSync });
  syncBuiltinESMExports();
}
