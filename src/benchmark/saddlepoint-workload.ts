/**
 * The benchmark's TypeScript process for one network: what training does, with the plan that training measures for
 * this machine. `benchmarks/pytorch/workload.py` is its twin.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  keep,
  noGrad,
  profile,
  readSafetensors,
  runtime,
  setThreads,
  tensor,
  tidy,
  tuneConvolutions,
  type Tensor,
} from '../engine/index.js';
import type { Batch } from '../data/index.js';
import { createModel } from '../models/index.js';
import { RunFolder } from '../monitoring/index.js';
import { classificationLoss, type Module } from '../nn/index.js';
import { constant, Sgd } from '../optim/index.js';
import type { BatchAttacker } from '../training/acceleration/attack-part.js';
import { checkRecipe, madry, openBatchAttacker, TrainingStep } from '../training/index.js';
import { machinePlan } from '../training/acceleration/machine-plan.js';
import type { MachinePlan } from '../training/acceleration/plan-file.js';
import type { Prepared, PrepareWorkload, Profiled, Ran, RunWorkload, Unavailable } from './protocol.js';

const SEED = 1;

class Workload {
  readonly prepared: Prepared;
  readonly #model: Module;
  readonly #batch: Batch;
  readonly #attacker: BatchAttacker;
  readonly #plan: MachinePlan;
  readonly #training: TrainingStep;
  #done = 0;

  constructor(command: PrepareWorkload) {
    setThreads(command.threads);
    tuneConvolutions(true);
    const model = createModel(command.network, SEED);
    const bytes = tidy(() => {
      model.loadStateDict(readSafetensors(command.weights).tensors);
      const { tensors } = readSafetensors(command.data);
      const onDevice = (name: string) => keep(tensors.get(name)!.to({ device: command.device, copy: true }));
      return { images: onDevice('images'), labels: onDevice('labels') };
    });
    model.to(command.device);
    const { images, labels } = bytes;
    const indices = BigInt64Array.from({ length: images.size(0) }, (_, i) => BigInt(i));
    this.#batch = tidy(() => ({
      images: keep(images.to({ dtype: 'float32' }).div(255)),
      labels,
      indices: keep(tensor(indices).to({ device: command.device })),
    }));
    this.#model = model;
    this.#plan = command.plan ?? measuredPlan(command, images, labels);
    const backend = this.#plan.attackBackend!;
    const attack = { name: 'pgd', norm: 'linf', iterate: 'last', ...command.attack } as const;
    const whole = { description: command.network, backend, attack, changes: [], steps: 1, seed: SEED };
    this.#attacker = openBatchAttacker(whole, this.#plan.attackSplit, this.#batch.images.device);
    this.#training = new TrainingStep({
      model,
      method: madry.create({ adversarialRatio: 1 }),
      optimizer: new Sgd(model.namedParameters(), { momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
      schedule: constant(0.001),
      seed: SEED,
      attacker: this.#attacker,
      backend: this.#plan.backend,
    });
    const { version, threads } = runtime();
    const loss = this.#lossOf(this.#batch.images);
    this.prepared = { version, threads, deviceName: null, loss, plan: this.#plan };
  }

  run({ work, repeats }: RunWorkload): Ran {
    return work === 'attack' ? this.#runAttacks(repeats) : this.#runSteps(repeats);
  }

  profile(command: RunWorkload): Profiled {
    const { seconds, operators } = profile(() => this.run(command));
    return { seconds, operators };
  }

  #runSteps(repeats: number): Ran {
    const started = performance.now();
    let loss = 0;
    for (let i = 0; i < repeats; i += 1) {
      // Its metrics are numbers: the device has finished when it returns.
      loss = this.#training.run(this.#batch, { step: this.#done, epoch: 0 })['train/adversarial_loss']!;
      this.#done += 1;
    }
    return { seconds: (performance.now() - started) / 1000, loss, clean: loss, ...peak() };
  }

  #runAttacks(repeats: number): Ran {
    const batch = this.#batch;
    return tidy(() => {
      const started = performance.now();
      let found = batch.images;
      for (let i = 0; i < repeats; i += 1) {
        this.#done += 1;
        found = tidy(() => {
          const position = { step: 0, epoch: this.#done };
          return this.#attacker.perturb(this.#model, batch, position);
        });
        if (i < repeats - 1) found.dispose();
      }
      found.select(0, 0).sum().item(); // waits for the device
      const [seconds, used] = [(performance.now() - started) / 1000, peak()];
      return { seconds, loss: this.#lossOf(found), clean: this.#lossOf(batch.images), ...used };
    });
  }

  #lossOf(images: Tensor): number {
    const model = this.#model.eval();
    return tidy(() => noGrad(() => classificationLoss(model.forward(images), this.#batch.labels).item()));
  }
}

/** What training would measure and write into its run folder. */
function measuredPlan({ network, attack }: PrepareWorkload, images: Tensor, labels: Tensor): MachinePlan {
  const path = mkdtempSync(join(tmpdir(), 'saddlepoint-bench-plan-'));
  try {
    const described = { name: 'pgd', norm: 'linf', iterate: 'last', ...attack };
    const recipe = checkRecipe({
      seed: SEED,
      dataset: { name: 'cifar-10', validation: 0 }, // only its name is looked at
      model: network,
      training: { method: 'adversarial', epochs: 1, batchSize: images.size(0), select: 'last', attack: described },
      schedule: { name: 'constant', rate: 0.001 },
      evaluation: { attack: described },
    });
    return machinePlan(recipe, new RunFolder(path).create(), { name: 'bench', images, labels, offset: 0 });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function peak(): Pick<Ran, 'peakBytes' | 'peakDeviceBytes'> {
  return { peakBytes: 1024 * process.resourceUsage().maxRSS, peakDeviceBytes: null };
}

let workload: Workload | undefined;

type Command =
  | ({ readonly do: 'prepare' } & PrepareWorkload)
  | ({ readonly do: 'run' } & RunWorkload)
  | ({ readonly do: 'profile' } & RunWorkload);

function answer(command: Command): Prepared | Unavailable | Ran | Profiled {
  if (command.do === 'run') return workload!.run(command);
  if (command.do === 'profile') return workload!.profile(command);
  if (command.device === 'cuda' && runtime().cudaDevices === 0) {
    return { unavailable: 'this engine finds no NVIDIA GPU' };
  }
  workload = new Workload(command);
  return workload.prepared;
}

for await (const line of createInterface({ input: process.stdin })) {
  let reply: object;
  try {
    reply = answer(JSON.parse(line) as Command);
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
