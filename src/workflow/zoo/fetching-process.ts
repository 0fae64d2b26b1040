/**
 * The program that downloads a network for a caller who waits: its name comes as the argument, progress goes to
 * standard error, and one line of JSON says where the file is or why there is none.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import { fetchNetwork } from './zoo.js';
import type { FetchingAnswer } from './zoo-path.js';

const say = (line: string) => void process.stderr.write(`${line}\n`);
let answer: FetchingAnswer;
try {
  const { path } = await fetchNetwork(process.argv[2] ?? '', { say });
  answer = { path };
} catch (error) {
  if (!(error instanceof SaddlepointError)) throw error;
  answer = { code: error.code, message: error.message };
}
process.stdout.write(`${JSON.stringify(answer)}\n`);
