/**
 * The command line: `saddlepoint <command>`. Commands load when they run, so that `--help` and `doctor`
 * work where the engine does not.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { SaddlepointError } from '../engine/errors.js';
import { addAttackCommand } from './commands/attack.js';
import { addBenchCommand } from './commands/bench.js';
import { addBoundsCommand } from './commands/bounds.js';
import { addCertifyCommand } from './commands/certify.js';
import { addCompletionCommand } from './commands/completion.js';
import { addDataCommand } from './commands/data.js';
import { addDemoCommand } from './commands/demo.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEvaluateCommand } from './commands/evaluate.js';
import { addExportCommand } from './commands/export.js';
import { addInitCommand } from './commands/init.js';
import { addModelsCommand } from './commands/models.js';
import { addRecipeCommand } from './commands/recipe.js';
import { addReportCommand } from './commands/report.js';
import { addServeCommand } from './commands/serve.js';
import { addSetupCommand } from './commands/setup.js';
import { addCompareCommand } from './commands/compare.js';
import { addTableCommand } from './commands/table.js';
import { addTransferCommand } from './commands/transfer.js';
import { addTrainCommand } from './commands/train.js';
import { addVerifyCommand } from './commands/verify.js';
import { addZooCommand } from './commands/zoo.js';
import { refuseRepeats } from './refuse-repeats.js';
import { exitCode, EXIT_CODES_HELP, inWords } from './exit-codes.js';

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const program = new Command('saddlepoint')
  .description('Adversarially robust image classifiers: train, attack, evaluate honestly.')
  .version(packageVersion(), '-V, --version', 'the version of Saddlepoint')
  .enablePositionalOptions() // so that a command may have options of these names
  .option('--debug', 'show the stack of an error')
  .exitOverride() // commander would end with 1, which is a fault of ours
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'saddlepoint: ')) })
  .showHelpAfterError('(add --help for the options)')
  .configureHelp({ sortSubcommands: false });

addDemoCommand(program);
addInitCommand(program);
addTrainCommand(program);
addEvaluateCommand(program);
addCertifyCommand(program);
addVerifyCommand(program);
addBoundsCommand(program);
addAttackCommand(program);
addExportCommand(program);
addRecipeCommand(program);
addReportCommand(program);
addServeCommand(program);
addCompareCommand(program);
addTableCommand(program);
addTransferCommand(program);
addModelsCommand(program);
addZooCommand(program);
addDataCommand(program);
addBenchCommand(program);
addSetupCommand(program);
addDoctorCommand(program);
addCompletionCommand(program);
refuseRepeats(program);

program.addHelpText(
  'after',
  `
Examples:
  saddlepoint demo                                       a normal and a robust network, compared under attack
  saddlepoint init photos/                               a recipe for your own images
  saddlepoint train recipes/fashion-mnist/adversarial.yaml --set training.epochs=5
  saddlepoint evaluate runs/demo/adversarial --epsilon 0.05 --steps 100 --restarts 10
  saddlepoint doctor                                     what the engine is, and whether it is fast
${EXIT_CODES_HELP}`,
);

// `saddlepoint doctor | head` closes the pipe early: nobody reads on, so there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
// Nobody reads the progress any more: the work goes on, and its results lie in files.
process.stderr.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCode(error);
  const { debug } = program.opts<{ debug?: boolean }>();
  if (error instanceof CommanderError) {
    // It has said so itself.
  } else if (error instanceof SaddlepointError && error.code === 'STOPPED') {
    process.stdout.write(`  ${error.message}\n`);
  } else {
    process.stderr.write(`saddlepoint: ${debug === true && error instanceof Error ? error.stack : inWords(error)}\n`);
  }
}
