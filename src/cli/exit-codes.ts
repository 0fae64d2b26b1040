/**
 * What the process ends with, and what is said before.
 *
 * @module
 */
import { CommanderError } from 'commander';
import { SaddlepointError, type ErrorCode } from '../engine/errors.js';
import { importedModuleIn } from '../engine/imported-modules.js';

/** Those that are not named are faults of ours. */
const CODES: Partial<Record<ErrorCode, number>> = {
  STOPPED: 0,
  ARGUMENT: 2,
  RECIPE: 2,
  DATA: 3,
  CHECKPOINT: 3,
  FILE: 3,
  ENGINE: 4,
  EVALUATION: 5,
  INTERRUPTED: 130,
};
const [FAULT, WRONG_ARGUMENT, FILE] = [1, 2, 3];

/** As `saddlepoint --help` lists them. */
export const EXIT_CODES_HELP = `
Exit codes: 0 done, or stopped where --steps, --within or --time-limit asked for it; 1 an internal error, or what doctor complains
of; 2 a wrong argument or recipe; 3 data, checkpoint or file that cannot be used; 4 no engine; 5 no number is issued;
130 stopped by Ctrl-C or a signal, with what is done saved.`;

export function exitCode(error: unknown): number {
  // Help and the version are no errors; everything else of commander's is about the arguments.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_ARGUMENT;
  if (error instanceof SaddlepointError) return CODES[error.code] ?? FAULT;
  return isOfSystem(error) ? FILE : FAULT;
}

/** What to say of an error: ours as they are, the system's by what they say, any other as a fault of ours. */
export function inWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SaddlepointError || isOfSystem(error)) return message;
  const module = importedModuleIn(error);
  if (module !== undefined) return `${message}. It comes from ${module}; --debug before the command shows where`;
  return `${message}. This is an internal error; saddlepoint --debug shows where it is`;
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
