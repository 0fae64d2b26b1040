/**
 * A recipe carried out by a program: silent unless asked. What a run does is tested through the command line.
 *
 * @module
 */
import { afterEach, expect, test, vi } from 'vitest';
import { fileWith, SMALL_RECIPE, smallDataset } from '../../test/cli/command-line.test-helper.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { silent } from '../monitoring/index.js';
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
  await runRecipe(recipe, { ...common, name: 'silent' });
  expect(tasks).toEqual([]);
  await runRecipe(recipe, { ...common, name: 'told', progress });
  vi.restoreAllMocks();
  expect(written).toEqual([]);
  expect(tasks).toEqual(expect.arrayContaining(['training', 'pgd']));
});
