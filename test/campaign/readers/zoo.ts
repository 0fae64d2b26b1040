/**
 * The index of a zoo, which may be anybody's.
 *
 * @module
 */
import { parseZooIndex } from '../../../src/workflow/zoo/zoo-index.js';
import { zooTable } from '../../../src/workflow/zoo/zoo-table.js';
import { filesIn, mendJson, type Reader } from './reader.js';

const seeds = filesIn('models', 'zoo.json');

export const ZOO: Readonly<Record<string, Reader>> = {
  'index of a zoo': {
    seeds: () => seeds,
    mend: (bytes, random) => mendJson(bytes, random, seeds[0]!.toString()),
    read: (bytes) => void zooTable(parseZooIndex(bytes.toString('utf8'), 'zoo.json')),
  },
};
