/**
 * Completion for bash, from 3.2 on.
 *
 * @module
 */
import { enterCommands } from './enter-commands.js';
import type { CompletedCommand, Values } from './tree.js';

/** @param tree the program first */
export function bashCompletion(tree: readonly CompletedCommand[]): string {
  return `# Completion of saddlepoint for bash. In ~/.bashrc: source <(saddlepoint completion bash)
_saddlepoint_words() {
  COMPREPLY+=($(compgen -W "$1" -- "$current"))
}

_saddlepoint_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do
    COMPREPLY+=("$path")
  done < <(compgen "$1" -- "$current")
}

_saddlepoint() {
  local IFS=$' \\t\\n' current=\${COMP_WORDS[COMP_CWORD]} previous='' command='' word
  COMPREPLY=()
  ((COMP_CWORD > 0)) && previous=\${COMP_WORDS[COMP_CWORD-1]}
  # bash takes --norm=l2 for three words
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
${enterCommands(tree)}
  done
  case $command in
${tree.map(complete).join('\n')}
  esac
}
complete -F _saddlepoint saddlepoint
`;
}

function complete({ path, commands, options, values }: CompletedCommand): string {
  const valued = options.flatMap(({ flags, values: own }) =>
    own === undefined ? [] : [`        ${flags.join('|')}) ${offer(own)}; return ;;`],
  );
  const flags = options.flatMap((option) => option.flags).join(' ');
  const names = [...commands.map(({ name }) => name), ...values.names];
  return `    '${path}')
      case $previous in
${[...valued, '        *) ;;'].join('\n')}
      esac
      if [[ $current == -* ]]; then
        _saddlepoint_words '${flags}'
      else
        ${offer({ ...values, names })}
      fi
      ;;`;
}

function offer({ names, paths }: Values): string {
  const parts = [
    ...(names.length === 0 ? [] : [`_saddlepoint_words '${names.join(' ')}'`]),
    ...(paths === 'none' ? [] : [`_saddlepoint_paths ${paths === 'files' ? '-f' : '-d'}`]),
  ];
  return parts.length === 0 ? ':' : parts.join('; ');
}
