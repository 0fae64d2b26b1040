/**
 * `saddlepoint doctor`: what the engine is, and whether it is as fast as it should be.
 *
 * @module
 */
import type { Command } from 'commander';
import { printJson } from '../print.js';

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Show what the engine was built from, and check that it works and is fast.')
    .option('--json', 'print it as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      // Throws ENGINE with the remedies when there is none; main.ts prints that.
      const { examineMachine } = await import('../../workflow/examine-machine.js');
      const { describeMachine } = await import('../../workflow/describe-machine.js');
      const facts = examineMachine();
      if (json) printJson(facts);
      else process.stdout.write(describeMachine(facts));
      if (facts.problems.length > 0) process.exitCode = 1;
    });
}
