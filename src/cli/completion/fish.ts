/**
 * Completion for fish.
 *
 * @module
 */
import type { CompletedCommand, CompletedOption, Values } from './tree.js';

/** @param tree the program first */
export function fishCompletion(tree: readonly CompletedCommand[]): string {
  const groups = tree.filter(({ path, commands }) => path !== '' && commands.length > 0).map(({ path }) => path);
  return `# Completion of saddlepoint for fish. Once: saddlepoint completion fish > ~/.config/fish/completions/saddlepoint.fish
function __saddlepoint_at
    set -l path
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; and continue
        if test -z "$path"; or contains -- "$path" ${groups.map(quote).join(' ')}
            set path (string trim -- "$path $word")
        end
    end
    test "$path" = "$argv"
end
complete -c saddlepoint -f
${tree.flatMap(complete).join('\n')}
`;
}

function complete({ path, commands, options, values }: CompletedCommand): string[] {
  const at = `complete -c saddlepoint -n ${quote(`__saddlepoint_at ${path}`.trim())}`;
  return [
    ...commands.map(({ name, description }) => `${at} -a ${name} -d ${quote(description)}`),
    ...options.map((option) => `${at} ${flagsOf(option)} -d ${quote(option.description)}`),
    ...(values.names.length > 0 || values.paths !== 'none' ? [`${at} ${offer(values)}`] : []),
  ];
}

function flagsOf({ flags, values }: CompletedOption): string {
  const named = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return [...named, ...(values === undefined ? [] : ['-r', offer(values)])].join(' ');
}

function offer({ names, paths }: Values): string {
  const words = [...names, ...(paths === 'folders' ? ['(__fish_complete_directories)'] : [])];
  return [paths === 'files' ? '-F' : '-f', ...(words.length === 0 ? [] : ['-a', quote(words.join(' '))])].join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
