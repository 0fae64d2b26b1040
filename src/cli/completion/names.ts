/**
 * The names that options take, from the tables themselves: a new norm or attack is completed without a further line.
 *
 * @module
 */
import { ATTACKS, AUTOATTACK_VERSIONS, THREAT_MODELS } from '../../attacks/index.js';
import { DATASETS } from '../../data/index.js';
import { ARCHITECTURES, NORMALIZATION_PRESETS } from '../../models/index.js';
import { shippedZoo } from '../../workflow/zoo/index.js';
import type { KnownNames } from './tree.js';

export const KNOWN_NAMES: KnownNames = {
  '--norm': THREAT_MODELS.names,
  '--attack': ['autoattack', ...ATTACKS.names],
  '--autoattack-version': AUTOATTACK_VERSIONS,
  '--dataset': DATASETS.names,
  '--architecture': ARCHITECTURES.names,
  '--preset': Object.keys(NORMALIZATION_PRESETS),
  '--device': ['cpu', 'cuda'],
  'models name or file': ARCHITECTURES.names,
  'data fetch name': DATASETS.names,
  'data verify name': DATASETS.names,
  'zoo get name': shippedZoo().map(({ name }) => name),
};
