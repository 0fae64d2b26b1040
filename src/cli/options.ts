/**
 * Values of command-line options, checked as they are read.
 *
 * @module
 */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { parseBudget } from '../attacks/budget.js';

/** A whole number of at least `minimum`. */
export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(value) || value < minimum)
      throw new InvalidArgumentError(`expected a whole number of at least ${minimum}.`);
    return value;
  };
}

/** A budget as people write it: 0.03 or 8/255. */
export function budget(text: string): number {
  const value = parseBudget(text);
  if (value === undefined) throw new InvalidArgumentError('expected a positive number or a fraction such as 8/255.');
  return value;
}

/** How a picture becomes a square; the names of `data/folder`, which help needs without an engine. */
export function resizeOption(description: string): Option {
  return new Option('--resize <how>', description).choices(['cover', 'contain', 'exact']);
}

/** Which test images, the same for every command that takes another data set than the run's. */
export function addDataOptions(command: Command, which = "the test set (default: the run's own)"): Command {
  return command
    .option('--dataset <name>', which)
    .option('--data <folder>', 'folder of the data set (default: where it is found)')
    .option('--size <pixels>', 'height and width to bring images of --dataset folder to', wholeNumber(1))
    .addOption(resizeOption('how they become a square'));
}

/** A probability that is neither 0 nor 1, or a standard deviation: above 0, and below `limit`. */
export function positive(limit = Infinity): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? NaN : Number(text);
    if (value > 0 && value < limit) return value;
    throw new InvalidArgumentError(`expected a number above 0${limit === Infinity ? '' : ` and below ${limit}`}.`);
  };
}

/** One number a colour plane, e.g. 0.49,0.48,0.45. */
function planes(text: string): number[] {
  const parts = text.split(',').map((part) => part.trim());
  const values = parts.map(Number);
  if (values.every(Number.isFinite) && !parts.includes('')) return values;
  throw new InvalidArgumentError('expected a number for each colour plane, with commas.');
}

/** What says of which network a file of weights is, the same for every command that takes one. */
export function addWeightsOptions(command: Command): Command {
  return command
    .option('--architecture <name>', 'of weights whose names do not tell it, e.g. resnet18, or a file layers.yaml')
    .option('--set <key=value>', 'an option of the network, e.g. width=16; repeatable', collect, [])
    .option('--weights <which>', 'of a checkpoint with several: ema, raw, or the name of the entry')
    .option('--mean <numbers>', 'that the network takes off each colour plane, e.g. 0.49,0.48,0.45', planes)
    .option('--std <numbers>', 'that it then divides by, e.g. 0.25,0.24,0.26', planes)
    .option('--preset <name>', 'both by name: cifar-10, cifar-10-kuangliu, cifar-100, imagenet, mnist, or none');
}

/** The data set, and which of its test images. */
export function addSelectionOptions(command: Command): Command {
  return addDataOptions(command)
    .option('--examples <n>', 'the first n test images (default: as the recipe, else 1000)', wholeNumber(1))
    .option('--sample <seed>', 'n test images at random instead of the first ones', wholeNumber(0));
}

/** Collects an option that may be given many times. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** `--import`, for every command that computes: modules are imported before it begins. */
export function addImportOption(command: Command): Command {
  return command
    .option('--import <module>', 'a module of yours that adds attacks, methods or networks; repeatable', collect, [])
    .hook('preAction', async (of) => {
      const modules = of.opts<{ import: string[] }>().import;
      if (modules.length === 0) return;
      const { importModules } = await import('../engine/index.js');
      await importModules(modules);
    });
}
