/**
 * Completion for zsh.
 *
 * @module
 */
import { enterCommands } from './enter-commands.js';
import type { CompletedCommand, Values } from './tree.js';

/** @param tree the program first */
export function zshCompletion(tree: readonly CompletedCommand[]): string {
  return `#compdef saddlepoint
# Completion of saddlepoint for zsh. In ~/.zshrc, after compinit: source <(saddlepoint completion zsh)
_saddlepoint() {
  local command='' word previous=\${words[CURRENT-1]}
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
${enterCommands(tree)}
  done
  if [[ $PREFIX == --*=* ]]; then
    previous=\${PREFIX%%=*}
    compset -P '*='
  fi
  case $command in
${tree.map(complete).join('\n')}
  esac
}
if [[ $funcstack[1] == _saddlepoint ]]; then
  _saddlepoint "$@"
else
  compdef _saddlepoint saddlepoint
fi
`;
}

function complete({ path, commands, options, values }: CompletedCommand): string {
  const valued = options.flatMap(({ flags, values: own }) =>
    own === undefined ? [] : [`        ${flags.join('|')}) ${offer(own)}; return ;;`],
  );
  const described = options.flatMap(({ flags, description }) => flags.map((flag) => entry(flag, description)));
  const below = commands.map(({ name, description }) => entry(name, description));
  return `    '${path}')
      case $previous in
${[...valued, '        *) ;;'].join('\n')}
      esac
      if [[ $PREFIX == -* ]]; then
        options=(${described.join(' ')})
        _describe option options
      else
        commands=(${below.join(' ')})
        _describe command commands
        ${offer(values)}
      fi
      ;;`;
}

function offer({ names, paths }: Values): string {
  const parts = [
    ...(names.length === 0 ? [] : [`compadd -- ${names.join(' ')}`]),
    ...(paths === 'none' ? [] : [paths === 'files' ? '_files' : '_files -/']),
  ];
  return parts.length === 0 ? ':' : parts.join('; ');
}

/** For `_describe`, which parts what is typed from what it means at a colon. */
function entry(name: string, description: string): string {
  const text = `${name}:${description.replaceAll(':', '\\:')}`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
