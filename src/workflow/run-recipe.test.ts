/**
 * A recipe carried out by a program, and a run evaluated: silent unless asked. What a run does is tested through the
 * command line.
 *
 * @module
 */
import { afterEach, expect, test, vi } from 'vitest';
import { fileWith, SMALL_RECIPE, smallDataset } from '../../test/cli/command-line.test-helper.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { silent } from '../monitoring/index.js';
import { evaluateNetwork } from './run-evaluation.js';
import { runRecipe } from './run-recipe.js';

leavesNothingAlive();

afterEach(() => {
  vi.restoreAllMocks();
});

test('writes nothing to the terminal, and tells a progress of training and evaluation', async () => {
  const written: unknown[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written.push(text);
      return true;
    });
  const tasks: string[] = [];
  const progress = { ...silent, start: (task: string) => tasks.push(task) };
  const recipe = fileWith('small.yaml', SMALL_RECIPE);
  const common = { data: smallDataset(), runs: temporaryFolder(), report: false };
  const { folder } = await runRecipe(recipe, { ...common, name: 'silent' });
  const attack = { attack: ['fgsm'], version: 'standard', order: 'exact', cleanOnly: false } as const;
  const options = { ...attack, data: common.data, device: 'cpu', examples: 4 };
  await evaluateNetwork(folder.path, options);
  expect(tasks).toEqual([]);
  await evaluateNetwork(folder.path, { ...options, seed: 2 }, { progress });
  expect(tasks.splice(0)).toEqual(expect.arrayContaining(['fgsm']));
  await runRecipe(recipe, { ...common, name: 'told', progress });
  vi.restoreAllMocks();
  expect(written).toEqual([]);
  expect(tasks).toEqual(expect.arrayContaining(['training', 'pgd']));
});
