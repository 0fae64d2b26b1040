/**
 * `saddlepoint zoo`: trained networks with their figures, and bringing one here.
 *
 * @module
 */
import type { Command } from 'commander';
import type { ZooOptions } from '../../workflow/zoo/zoo.js';
import { printJson, sayBeside } from '../print.js';

type GivenOptions = ZooOptions & { readonly json: boolean };

export function addZooCommand(program: Command): void {
  const zoo = program.command('zoo').description('List trained networks with their figures, or bring one here.');
  for (const command of [
    zoo.command('list').description('List the networks: what each is, and what was measured of it.').action(list),
    zoo
      .command('get')
      .description('Make sure that a network is on this machine and what the index says; print its path.')
      .argument('<name>', 'e.g. cifar10-resnet18-16-linf')
      .action(get),
  ]) {
    command.option('--from <place>', 'a folder or an address with another zoo.json (default: $SADDLEPOINT_ZOO)');
    command.option('--json', 'print it as JSON', false);
  }
  zoo.addHelpText('after', '\nWherever a command takes a network, zoo:<name> is one.');
}

async function list({ json, from }: GivenOptions): Promise<void> {
  const { listZoo, zooTable } = await import('../../workflow/zoo/index.js');
  const networks = await listZoo({ from, say: sayBeside(true) });
  if (json) printJson(networks);
  else process.stdout.write(`${zooTable(networks)}\n`);
}

async function get(name: string, { json, from }: GivenOptions): Promise<void> {
  const { fetchNetwork } = await import('../../workflow/zoo/index.js');
  const network = await fetchNetwork(name, { from, say: sayBeside(true) });
  if (json) printJson(network);
  else process.stdout.write(`${network.path}\n`);
}
