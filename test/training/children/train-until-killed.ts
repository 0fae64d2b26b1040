/**
 * The child of sigkill.test.ts: trains a tiny network as the recipes do, from where an earlier child left it.
 *
 *     train-until-killed.ts <run folder> <how it computes, as JSON>
 *
 * It prints a dot a step.
 *
 * @module
 */
import { madeUpDataset } from '../../../src/training/made-up.test-helper.js';
import { trainRecipe } from '../../../src/training/index.js';
import { RunFolder, silent } from '../../../src/monitoring/index.js';
import { killableRecipe, type Computes } from '../killable-recipe.test-helper.js';

const [path = '', computes = ''] = process.argv.slice(2);
const dataset = madeUpDataset();
// The loop looks at the signal once a step.
const signal = {
  get aborted() {
    process.stdout.write('.');
    return false;
  },
} as AbortSignal;
const recipe = killableRecipe(JSON.parse(computes) as Computes);
await trainRecipe({ recipe, dataset, folder: new RunFolder(path).create(), progress: silent, signal });
