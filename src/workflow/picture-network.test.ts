import { expect, test } from 'vitest';
import { createModel, type ModelDescription } from '../models/index.js';
import { pictureNetwork } from './picture-network.js';

test('what a description leaves out is what the network has by default', () => {
  const description: ModelDescription = { architecture: 'small-cnn', options: { width: 2, hidden: 4 } };
  using model = createModel(description, 0);
  const subject = { model, description, source: {}, recipe: undefined, output: '' };
  expect(pictureNetwork('weights.pt', subject, {})).toMatchObject({ channels: 1, size: 28 });
});
