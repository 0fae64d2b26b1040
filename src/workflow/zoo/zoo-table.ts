/**
 * The networks of a zoo as a table in the terminal.
 *
 * @module
 */
import { count, normName, percent, plainSpaces, rateName, sampledBound } from '../../report/format.js';
import { terminalTable } from '../../report/terminal/terminal-table.js';
import type { ZooNetwork } from './zoo-index.js';

const HEAD = ['name', 'what it is', 'budget', 'clean error', 'robust error', 'size', 'licence'];

/** A row a network, with what each of its figures was measured on. */
export function zooTable(networks: readonly ZooNetwork[]): string {
  if (networks.length === 0) return 'the zoo has no networks';
  return terminalTable(HEAD, networks.map(rowOf));
}

function rowOf({
  name,
  about,
  dataset,
  architecture,
  threatModel,
  clean,
  robust,
  size,
  license,
}: ZooNetwork): string[] {
  const order = robust.order === 'exact' ? '' : sampledBound(robust) || 'sampled order';
  const cells = [
    name,
    `${about}\n${dataset}, ${architecture}`,
    `${normName(threatModel.norm)} ${threatModel.epsilon}`,
    rateCell(clean),
    `${rateCell(robust)}\n${[rateName(robust), order].filter((part) => part !== '').join(', ')}`,
    `${(size / 1e6).toFixed(1)} MB`,
    license,
  ];
  return cells.map(plainSpaces);
}

function rateCell({ error, interval, examples }: ZooNetwork['clean']): string {
  const ends = interval.map((end) => (100 * end).toFixed(1)).join(', ');
  return `${percent(error)} [${ends}], ${count(examples, 'image')}`;
}
