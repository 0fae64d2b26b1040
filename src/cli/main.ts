/**
 * The command line: `saddlepoint <command>`. Commands load when they run, so that `--help` and `doctor`
 * work where the engine does not.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { SaddlepointError, type ErrorCode } from '../engine/errors.js';
import { addAttackCommand } from './commands/attack.js';
import { addBenchCommand } from './commands/bench.js';
import { addDataCommand } from './commands/data.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEvaluateCommand } from './commands/evaluate.js';
import { addExportCommand } from './commands/export.js';
import { addInitCommand } from './commands/init.js';
import { addReportCommand } from './commands/report.js';
import { addSetupCommand } from './commands/setup.js';
import { addTableCommand } from './commands/table.js';
import { addTrainCommand } from './commands/train.js';
import { addVerifyCommand } from './commands/verify.js';

const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  ARGUMENT: 2,
  RECIPE: 2,
  DATA: 3,
  CHECKPOINT: 3,
  FILE: 3,
  ENGINE: 4,
  EVALUATION: 5,
  INTERRUPTED: 130,
};

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const program = new Command('saddlepoint')
  .description('Adversarially robust image classifiers: train, attack, evaluate honestly.')
  .version(packageVersion(), '-V, --version', 'the version of Saddlepoint')
  .enablePositionalOptions() // so that a command may have options of these names
  .option('--debug', 'show the stack of an error')
  .showHelpAfterError('(add --help for the options)')
  .configureHelp({ sortSubcommands: false });

/** What to say of an error: ours as they are, the system's by what they say, any other as a fault of ours. */
function inOneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SaddlepointError) return message;
  const ofSystem = error instanceof Error && 'syscall' in error;
  return ofSystem ? message : `${message}. This is a fault of ours; --debug before the command shows where it is`;
}

addDemoCommand(program);
addInitCommand(program);
addTrainCommand(program);
addEvaluateCommand(program);
addVerifyCommand(program);
addAttackCommand(program);
addExportCommand(program);
addReportCommand(program);
addTableCommand(program);
addDataCommand(program);
addBenchCommand(program);
addSetupCommand(program);
addDoctorCommand(program);

program.addHelpText(
  'after',
  `
Examples:
  saddlepoint demo                                       a normal and a robust network, compared under attack
  saddlepoint init photos/                               a recipe for your own images
  saddlepoint train recipes/fashion-mnist/adversarial.yaml --set training.epochs=5
  saddlepoint evaluate runs/demo/adversarial --epsilon 0.05 --steps 100 --restarts 10
  saddlepoint doctor                                     what the engine is, and whether it is fast

Exit codes: 0 done; 1 a fault of ours; 2 a wrong argument or recipe; 3 data, checkpoint or file that cannot be used;
4 no engine; 5 no number is issued; 130 stopped, with what is done saved.`,
);

// `saddlepoint doctor | head` closes the pipe early: nobody reads on, so there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// Nobody reads the progress any more: the work goes on, and its results lie in files.
process.stderr.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  const { debug } = program.opts<{ debug?: boolean }>();
  process.stderr.write(`saddlepoint: ${debug === true && error instanceof Error ? error.stack : inOneLine(error)}\n`);
  process.exitCode = error instanceof SaddlepointError ? (EXIT_CODES[error.code] ?? 1) : 1;
}
