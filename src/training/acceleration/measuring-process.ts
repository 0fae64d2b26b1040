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
import { chooseTrainingBackend } from './training-backend.js';
import type { Chosen, Measurement, MeasuringLine } from './measure-apart.js';
import { chooseStepAttack, type StepAttack } from './step-attack.js';
import type { TrainingBackend } from './training-pass.js';

const measurement = JSON.parse(readFileSync(0, 'utf8')) as Measurement;
const tell = (line: MeasuringLine) => process.stdout.write(`${JSON.stringify(line)}\n`);
const begin = (name: string) => tell({ begin: name });

await importInherited();
setThreads(measurement.threads);
const outcome = tidy((): Chosen => {
  using model = createModel(measurement.description, 1);
  const { image, classes, names } = measurement;
  const take = (number: number): Batch => ({
    images: new RandomStream('measurement').uniformTensor([number, ...image]),
    labels: tensor(BigInt64Array.from({ length: number }, (_, i) => BigInt(i % classes))),
    indices: ops.arange(number, { dtype: 'int64' }),
  });
  const { images } = measurement;
  switch (measurement.kind) {
    case 'training': {
      const backends = names as TrainingBackend[];
      return chooseTrainingBackend(model, { backends, take, images, device: 'cpu', begin });
    }
    case 'attack':
      return chooseAttackBackend(model.eval(), take(images).images, names as FrozenBackendName[], begin);
    case 'step-attack':
      return chooseStepAttack(measurement.recipe!, model.eval(), names as StepAttack[], take, begin);
  }
});
tell({ chosen: outcome });
