/**
 * The benchmark's TypeScript process: answers the commands of `step-protocol.ts` with Saddlepoint as its users
 * run it. `benchmarks/pytorch/training_step.py` is its twin.
 *
 * @module
 */
import { createInterface } from 'node:readline';
import { attackOf } from '../attacks/index.js';
import { readSafetensors, runtime, setThreads, tensor, tidy, type Tensor } from '../engine/index.js';
import { createModel } from '../models/index.js';
import { constant, Sgd } from '../optim/index.js';
import { PLAIN_BACKEND } from '../models/attack-network/index.js';
import { DirectAttacker, madry, standard, TrainingStep } from '../training/index.js';
import type { PrepareAnswer, PrepareCommand, RunAnswer, RunCommand } from './step-protocol.js';

const BATCH = 128;

class Side {
  readonly #images: Tensor;
  readonly #labels: Tensor;
  readonly #training: Readonly<Record<'standard' | 'adversarial', TrainingStep>>;
  #done = 0;

  constructor({ weights, data, threads }: PrepareCommand) {
    setThreads(threads);
    const model = createModel({ architecture: 'small-cnn', options: { width: 16, hidden: 128 } }, 0);
    model.loadStateDict(readSafetensors(weights).tensors);
    const { tensors } = readSafetensors(data);
    this.#images = tensors.get('images')!;
    this.#labels = tensors.get('labels')!;
    const optimizer = new Sgd(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 5e-4 });
    const options = { model, optimizer, schedule: constant(0.01), seed: 1 };
    const attack = attackOf({
      name: 'pgd',
      norm: 'linf',
      epsilon: 0.1,
      steps: 5,
      stepSize: 0.04,
      iterate: 'last',
    });
    const attacker = new DirectAttacker({ attack: () => attack, backend: PLAIN_BACKEND, seed: 1 });
    this.#training = {
      standard: new TrainingStep({ ...options, method: standard.create({}) }),
      adversarial: new TrainingStep({ ...options, method: madry.create({ adversarialRatio: 1 }), attacker }),
    };
  }

  run({ workload, steps }: RunCommand): RunAnswer {
    if (workload === 'tiny') return tinyOperations(steps);
    const started = performance.now();
    let loss = 0;
    for (let i = 0; i < steps; i += 1) loss = this.#step(workload);
    return { seconds: (performance.now() - started) / 1000, loss };
  }

  #step(workload: 'standard' | 'adversarial'): number {
    const start = (this.#done * BATCH) % (this.#labels.numel() - BATCH + 1);
    const metrics = tidy(() => {
      const images = this.#images.narrow(0, start, BATCH).to({ dtype: 'float32' }).div(255);
      const labels = this.#labels.narrow(0, start, BATCH);
      const indices = tensor(BigInt64Array.from({ length: BATCH }, (_, i) => BigInt(start + i)));
      return this.#training[workload].run({ images, labels, indices }, { step: this.#done, epoch: 0 });
    });
    this.#done += 1;
    return metrics[workload === 'standard' ? 'train/loss' : 'train/adversarial_loss']!;
  }
}

/** An addition of four floats, its handle freed each time. */
function tinyOperations(steps: number): RunAnswer {
  using a = tensor([1, 2, 3, 4]);
  const started = performance.now();
  for (let i = 0; i < steps; i += 1) a.add(a).dispose();
  return { seconds: (performance.now() - started) / 1000, loss: 0 };
}

let side: Side | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as ({ do: 'prepare' } & PrepareCommand) | ({ do: 'run' } & RunCommand);
  let answer: PrepareAnswer | RunAnswer | undefined;
  if (command.do === 'prepare') {
    side = new Side(command);
    const { version, threads } = runtime();
    answer = { version, threads };
  } else {
    answer = side?.run(command);
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
