/**
 * The child of workers.test.ts, on the compiled sources, because a worker starts from a file: one evaluation and one search for
 * confident errors by so many threads; says what came out, or what was refused.
 *
 *     workers.ts <state folder> <workers> <epsilon> <width of the described network>
 *
 * @module
 */
import { join } from 'node:path';
import type * as Data from '../../../src/data/index.js';
import type * as Engine from '../../../src/engine/index.js';
import type * as Evaluation from '../../../src/evaluation/index.js';
import type * as Models from '../../../src/models/index.js';

/** Of the compiled sources. */
const compiled = <Part>(name: string) =>
  import(new URL(`../../../dist/${name}/index.js`, import.meta.url).href) as Promise<Part>;
const { memory, noGrad, tidy, writeSafetensors } = await compiled<typeof Engine>('engine');
const { makeSplit } = await compiled<typeof Data>('data');
const { createModel } = await compiled<typeof Models>('models');
const { confidencePlan, findConfidentErrors, runEvaluationJob, selectExamples, singleAttackPlan } =
  await compiled<typeof Evaluation>('evaluation');

const [folder, workers, epsilon, width] = process.argv.slice(2) as [string, string, string, string];
const [EXAMPLES, CLASSES, SHAPE] = [37, 10, [1, 28, 28]] as const;
const network = (width: number): Models.ModelDescription => ({
  architecture: 'small-cnn',
  options: { width, hidden: 16 },
});

const model = createModel(network(4), 5).eval();
const pixels = Uint8Array.from({ length: EXAMPLES * 784 }, (_, i) => (i * 40503 + ((i * i) % 251)) % 256);
const unlabelled = makeSplit('test', pixels, new Uint8Array(EXAMPLES), SHAPE, CLASSES);
const labels = tidy(() =>
  noGrad(() => model.forward(unlabelled.images.to({ dtype: 'float32' }).div(255)).argmax({ dim: 1 })).toNumbers(),
);
const split = makeSplit('test', pixels, Uint8Array.from(labels), SHAPE, CLASSES);
const { live } = memory();
try {
  const budget = { norm: 'linf', epsilon: Number(epsilon) } as const;
  const shared = {
    model,
    split,
    dataset: { name: 'made up', classes: Array.from({ length: CLASSES }, (_, i) => String(i)) },
    selection: selectExamples(split, EXAMPLES),
    seed: 1,
    batchSize: 16,
    parallel: { workers: Number(workers), description: network(Number(width)) },
  };
  const plan = singleAttackPlan({ name: 'pgd', ...budget, steps: 5 }, 3, CLASSES);
  const { result, finish } = await runEvaluationJob({ ...shared, plan, preflight: false, folder });
  finish();
  const seeking = confidencePlan({ ...budget, classes: CLASSES, steps: 5, restarts: 1, queries: 10 });
  const confident = await findConfidentErrors({ ...shared, plan: seeking, folder: join(folder, 'confidence') });
  confident.finish();
  writeSafetensors(join(folder, 'confident.safetensors'), new Map([['images', confident.images]]));
  confident.images.dispose();
  const { stages, verified } = result;
  const found = stages?.map(({ name, attacked, errors }) => ({ name, attacked, errors }));
  process.stdout.write(JSON.stringify({ found, verified: verified?.robustError, leaked: memory().live - live }));
} catch (error) {
  process.stdout.write(JSON.stringify({ refused: (error as Error).message }));
}
