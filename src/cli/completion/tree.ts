/**
 * What can be typed after what, read off commander's own tree, so that completion knows what help knows.
 *
 * @module
 */
import type { Argument, Command, Option } from 'commander';

/** What may stand for a value. */
export interface Values {
  readonly names: readonly string[];
  /** Besides the names. */
  readonly paths: 'none' | 'files' | 'folders';
}

export interface CompletedOption {
  /** Short and long. */
  readonly flags: readonly string[];
  readonly description: string;
  /** undefined: the option takes no value. */
  readonly values: Values | undefined;
}

export interface CompletedCommand {
  /** From the program to the command, with spaces; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
  /** Of all its arguments. */
  readonly values: Values;
}

/** Names that options and arguments take, by long flag, e.g. `--norm`, or by the command's path and the argument. */
export type KnownNames = Readonly<Record<string, readonly string[]>>;

const FILES = ['file', 'files', 'path', 'run', 'runs', 'recipe', 'pictures', 'images'];
/** They take a file where they take a name. */
const FILES_TOO = ['--architecture'];

/** The program and every command below it. Hidden options are left out. */
export function completionTree(program: Command, known: KnownNames): CompletedCommand[] {
  return [...below(program, '', known)];
}

function* below(command: Command, path: string, known: KnownNames): Generator<CompletedCommand> {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  yield {
    path,
    commands: commands.map((one) => ({ name: one.name(), description: one.description() })),
    options: help.visibleOptions(command).map((option) => completed(option, known)),
    values: valuesOf(command.registeredArguments, path, known),
  };
  for (const one of command.commands) yield* below(one, `${path} ${one.name()}`.trim(), known);
}

function completed(option: Option, known: KnownNames): CompletedOption {
  const { long, short, description, argChoices } = option;
  const flags = [short, long].flatMap((flag) => flag ?? []);
  const names = argChoices ?? flags.flatMap((flag) => known[flag] ?? []);
  const placeholder = /[<[]([\w-]+)/.exec(option.flags)?.[1] ?? '';
  const paths = flags.some((flag) => FILES_TOO.includes(flag)) ? 'files' : pathsOf(placeholder);
  return {
    flags,
    description,
    values: option.required || option.optional ? { names, paths } : undefined,
  };
}

function valuesOf(values: readonly Argument[], path: string, known: KnownNames): Values {
  const kinds = values.map((one) => pathsOf(one.name()));
  return {
    names: values.flatMap((one) => one.argChoices ?? known[`${path} ${one.name()}`] ?? []),
    paths: kinds.find((kind) => kind !== 'none') ?? 'none',
  };
}

/** By what the placeholder is called, e.g. `<folder>`. */
function pathsOf(placeholder: string): Values['paths'] {
  if (placeholder === 'folder') return 'folders';
  return FILES.includes(placeholder) ? 'files' : 'none';
}
