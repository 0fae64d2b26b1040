/**
 * Where to compute.
 *
 * @module
 */
import { InvalidArgumentError, Option } from 'commander';
import { nearest } from '../engine/nearest.js';

const WORDS: Readonly<Record<string, string>> = { cpu: 'cpu', cuda: 'cuda', gpu: 'cuda', nvidia: 'cuda' };

/** `--device`, of which every command that has it takes the same; whether it is there, the engine says. */
export function deviceOption(): Option {
  return new Option('--device <device>', 'cpu, cuda, or of several GPUs one, e.g. cuda:1')
    .argParser(device)
    .default('cpu');
}

function device(text: string): string {
  if (/^(cpu|cuda(:\d+)?)$/.test(text)) return text;
  const meant = WORDS[nearest(text.toLowerCase(), Object.keys(WORDS)) ?? ''];
  const guess = meant === undefined ? '' : ` Did you mean ${meant}?`;
  throw new InvalidArgumentError(`expected cpu, cuda, or of several GPUs one, e.g. cuda:1.${guess}`);
}
