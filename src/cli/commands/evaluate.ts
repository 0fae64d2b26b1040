/**
 * `saddlepoint evaluate <run, checkpoint or weights>`.
 *
 * @module
 */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { orderInTodaysWords } from '../../monitoring/earlier-words.js';
import type { EvaluateOptions } from '../../workflow/evaluation-run.js';
import { deviceOption } from '../device.js';
import { duration } from '../duration.js';
import { addImportOption, addSelectionOptions, addWeightsOptions, budget, collect, wholeNumber } from '../options.js';
import { printJson, sayBeside } from '../print.js';

interface EarlierOptions {
  version?: string;
  budget?: number;
  form?: EvaluateOptions['backend'];
}
type GivenOptions = Omit<EvaluateOptions, 'version' | 'backend'> &
  EarlierOptions & { autoattackVersion?: string; backend?: EvaluateOptions['backend']; json: boolean };

/** Options whose earlier name still works, and warns. */
const EARLIER: Readonly<Record<keyof EarlierOptions, string>> = {
  version: '--autoattack-version; `saddlepoint --version` is that of the program',
  budget: '--time-limit',
  form: '--backend',
};
const ORDERS = ['exact', 'sampled'];
const BACKENDS = ['plain', 'channels-last', 'winograd', 'tf32', 'bfloat16'];

export function addEvaluateCommand(program: Command): void {
  addImportOption(addSelectionOptions(addWeightsOptions(program.command('evaluate'))))
    .description('Measure clean and robust error of a trained network on test images. A killed evaluation goes on.')
    .argument('<run>', 'a run folder, a checkpoint, or a file of weights of any kind')
    .option(
      '--attack <name>',
      'pgd, autoattack or another attack; repeatable (default: as the recipe, else pgd)',
      collect,
      [],
    )
    .option('--autoattack-version <version>', 'standard, plus or rand (default: standard)')
    .addOption(new Option('--version <version>', 'earlier name of --autoattack-version').hideHelp())
    .addOption(
      new Option('--order <order>', 'exact, or sampled: FAB and Square on a sample, with a bound')
        .choices(ORDERS)
        .argParser(order)
        .default('exact'),
    )
    .option('--time-limit <time>', 'as many test images as fit this time, e.g. 30m', duration)
    .addOption(new Option('--budget <time>', 'earlier name of --time-limit').argParser(duration).hideHelp())
    .option(
      '--norm <norm>',
      'what epsilon measures: linf, l2, l1, l0, patch, frame, affine, rotation-translation or flow',
    )
    .option('--epsilon <size>', 'how much an image may change, for images in [0, 1], e.g. 0.1 or 8/255', budget)
    .option('--steps <n>', 'gradient steps, or queries', wholeNumber(1))
    .option('--step-size <size>', 'length of a step (default: 2.5 epsilon / steps)', budget)
    .option('--restarts <n>', 'random restarts, of which the worst counts', wholeNumber(1))
    .option(
      '--attack-option <key=value>',
      'another option of the attack, as recipes have it, e.g. objective=margin; repeatable',
      collect,
      [],
    )
    .option('--clean-only', 'clean error alone', false)
    .option('--corruptions <folder>', 'the error on the common corruptions in a folder like CIFAR-10-C, no attack')
    .option('--batch-size <n>', 'images at once; changes speed, not results', wholeNumber(1))
    .option(
      '--workers <n>',
      'threads that share the attacks; changes speed, not results (default: one a core)',
      wholeNumber(1),
    )
    .addOption(
      new Option(
        '--backend <backend>',
        'how the attacks compute; changes speed, not results (default: the faster one)',
      ).choices(BACKENDS),
    )
    .addOption(new Option('--form <backend>', 'earlier name of --backend').choices(BACKENDS).hideHelp())
    .option(
      '--out <folder>',
      "where results go (default: the run's evaluation folder, or one beside the file; of models/ in runs/)",
    )
    .option('--seed <seed>', "of the attacks' random numbers (default: the recipe's, else 1)", wholeNumber(0))
    .addOption(deviceOption())
    .option('--json', 'print the result as JSON; everything else goes to standard error', false)
    .addHelpText('after', '\nThe same command continues an evaluation that was stopped.')
    .action(async (path: string, given: GivenOptions) => {
      const { evaluateNetwork } = await import('../../workflow/run-evaluation.js');
      const { createProgress } = await import('../../monitoring/index.js');
      const { interruptible } = await import('../interrupt.js');
      const { resultsTable } = await import('../../report/terminal/results-table.js');
      const { autoattackVersion, backend, version, budget: earlierLimit, form, json, ...options } = given;
      for (const [name, now] of Object.entries(EARLIER)) {
        if (given[name as keyof EarlierOptions] === undefined) continue;
        process.stderr.write(`warning: --${name} of evaluate is now called ${now}\n`);
      }
      const asked = {
        ...options,
        version: autoattackVersion ?? version ?? 'standard',
        timeLimit: options.timeLimit ?? earlierLimit,
        backend: backend ?? form,
      };
      const say = sayBeside(json);
      const progress = createProgress();
      const evaluated = await interruptible((signal) => evaluateNetwork(path, asked, { say, progress, signal }));
      if (json) printJson(evaluated.result);
      else say(`\n${resultsTable([evaluated])}`);
    });
}

/** One of {@link ORDERS}, or its earlier name, which warns. */
function order(value: string): string {
  const now = orderInTodaysWords(value);
  if (!ORDERS.includes(now)) throw new InvalidArgumentError(`Allowed choices are ${ORDERS.join(', ')}.`);
  if (now !== value) process.stderr.write(`warning: --order ${value} is now called ${now}\n`);
  return now;
}
