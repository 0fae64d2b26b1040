/**
 * `saddlepoint completion <shell>`.
 *
 * @module
 */
import { Argument, type Command } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('Print what makes a shell complete commands, options, names and files of saddlepoint.')
    .addArgument(new Argument('<shell>', 'which shell it is for').choices(SHELLS))
    .addHelpText(
      'after',
      `
  bash, in ~/.bashrc:                   source <(npx saddlepoint completion bash)
  zsh, in ~/.zshrc after compinit:      source <(npx saddlepoint completion zsh)
  fish, once:                           npx saddlepoint completion fish > ~/.config/fish/completions/saddlepoint.fish
It completes \`saddlepoint\`. Where that is no command of its own, a function makes it one, in bash and zsh
\`saddlepoint() { npx saddlepoint "$@"; }\`, in fish \`function saddlepoint; npx saddlepoint $argv; end\`.`,
    )
    .action(async (shell: Shell) => {
      const { completionTree } = await import('../completion/tree.js');
      const { KNOWN_NAMES } = await import('../completion/names.js');
      const { bashCompletion } = await import('../completion/bash.js');
      const { zshCompletion } = await import('../completion/zsh.js');
      const { fishCompletion } = await import('../completion/fish.js');
      const script = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }[shell];
      process.stdout.write(script(completionTree(program, KNOWN_NAMES)));
    });
}
