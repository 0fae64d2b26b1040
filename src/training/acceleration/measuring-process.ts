/**
 * The process that a measurement runs in, as one of its candidates may kill it. Reads a {@link Measurement} from
 * standard input; writes a line of JSON before it tries a candidate, and one with the outcome.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { importInherited, ops, RandomStream, setThreads, tensor, tidy } from '../../engine/index.js';
import type { Batch } from '../../data/index.js';
import { createModel } from '../../models/index.js';
import { chooseAttackBackend, type FrozenBackendName } from './attack-backend.js';
import { chooseAttackSplit } from './attack-split.js';
import { chooseTrainingBackend } from './training-backend.js';
import type { Chosen, Measurement, MeasuringLine } from './measure-apart.js';
import type { TrainingBackend } from './training-pass.js';

const measurement = JSON.parse(readFileSync(0, 'utf8')) as Measurement;
const tell = (line: MeasuringLine) => process.stdout.write(`${JSON.stringify(line)}\n`);
const begin = (name: string) => tell({ begin: name });

await importInherited();
setThreads(measurement.threads);
const outcome = tidy((): Chosen => {
  using model = createModel(measurement.description, 1);
  const { image, classes, names } = measurement;
  const images = (number: number): Batch => ({
    images: new RandomStream('measurement').uniformTensor([number, ...image]),
    labels: tensor(BigInt64Array.from({ length: number }, (_, i) => BigInt(i % classes))),
    indices: ops.arange(number, { dtype: 'int64' }),
  });
  switch (measurement.kind) {
    case 'training':
      return chooseTrainingBackend(model, images(measurement.images), names as TrainingBackend[], begin);
    case 'attack':
      return chooseAttackBackend(model.eval(), images(measurement.images).images, names as FrozenBackendName[], begin);
    case 'split':
      return chooseAttackSplit(measurement.attack!.recipe, model, measurement.attack!.backend, images, begin);
  }
});
tell({ chosen: outcome });
