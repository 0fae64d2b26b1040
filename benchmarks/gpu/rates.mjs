// What a GPU machine does: rates of matrix products, of each form of the attack network and of the training pass, and of
// whole steps with and without the CUDA graph. One JSON line a measurement, written at once, the most valuable first.
//
//   node benchmarks/gpu/rates.mjs <output.jsonl> [--device cuda] [--seconds 90] [--batches 512,128,1024] [--tiny]
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createAttack } from '../../dist/attacks/index.js';
import { backward, canRecord, grad, ops, profileKernels, RandomStream, runtime, tensor, tidy, tuneConvolutions } from '../../dist/engine/index.js'; // prettier-ignore
import { AttackNetwork, FROZEN_FORMS } from '../../dist/models/attack-network/index.js';
import { createModel } from '../../dist/models/index.js';
import { countOperations } from '../../dist/models/operations.js';
import { constant, Sgd } from '../../dist/optim/index.js';
import { AdversarialTraining } from '../../dist/training/index.js';
import { RecordedAttack } from '../../dist/training/recorded-attack.js';
import { forwardToTrain } from '../../dist/training/training-pass.js';
import { classificationLoss } from '../../dist/nn/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string', default: 'cuda' },
    seconds: { type: 'string', default: '90' },
    batches: { type: 'string', default: '512,128,1024' },
    tiny: { type: 'boolean', default: false },
  },
});
const { device, tiny } = values;
const output = positionals[0] ?? 'rates.jsonl';
const end = performance.now() + 1000 * Number(values.seconds);
const batches = tiny ? [4] : values.batches.split(',').map(Number);
const size = tiny ? 256 : 8192;
const each = tiny ? 50 : 700; // milliseconds of repetitions
writeFileSync(output, '');
tuneConvolutions(true);

const say = (line) => {
  appendFileSync(output, `${JSON.stringify(line)}\n`);
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** Median seconds of a pass, which ends when the device has; undefined when the time is up. */
function time(pass) {
  if (performance.now() > end) return undefined;
  const once = () => {
    const started = performance.now();
    tidy(pass);
    return (performance.now() - started) / 1000;
  };
  once();
  once();
  const seconds = [];
  const until = performance.now() + each;
  while (seconds.length < 3 || (performance.now() < until && seconds.length < 50)) seconds.push(once());
  return seconds.sort((a, b) => a - b)[seconds.length >> 1];
}

const wait = (value) => value.sum().to({ dtype: 'float32' }).item();
let peak = NaN; // FLOP/s of a bfloat16 product

function measure(what, work, { images, flop }) {
  try {
    const seconds = tidy(() => time(work()));
    if (seconds === undefined) return say({ ...what, skipped: 'time is up' });
    const share = flop === undefined ? {} : { tflops: +(flop / seconds / 1e12).toFixed(1), share: +(flop / seconds / peak).toFixed(3) }; // prettier-ignore
    say({ ...what, ms: +(1000 * seconds).toFixed(3), ...(images && { imagesPerSecond: Math.round(images / seconds) }), ...share }); // prettier-ignore
  } catch (error) {
    say({ ...what, error: String(error.message ?? error).slice(0, 400) });
  }
}

function product(dtype, repeats) {
  return () => {
    const [a, b] = ['a', 'b'].map((name) => new RandomStream(name).uniformTensor([size, size], device).to({ dtype }));
    return () => {
      let last;
      for (let i = 0; i < repeats; i += 1) last = a.matmul(b);
      return last.narrow(0, 0, 1).sum().to({ dtype: 'float32' }).item();
    };
  };
}

say({ runtime: runtime().version, devices: runtime().cudaDevices, graphs: canRecord(device) });
tidy(() => {
  const seconds = time(product('bfloat16', 10)());
  peak = (10 * 2 * size ** 3) / seconds;
  say({ product: 'bfloat16', tflops: +(peak / 1e12).toFixed(1) });
});
measure({ product: 'float32' }, product('float32', 2), { flop: 2 * 2 * size ** 3 });
measure({ launch: 'add of 4 floats, 1000 times' }, () => {
  const x = ops.ones([4], { device });
  return () => {
    for (let i = 0; i < 1000; i += 1) tidy(() => x.add(x));
    return x.sum().item();
  };
}, {}); // prettier-ignore
measure({ draw: '512 x 3072 uniform numbers, moved' }, () => {
  const indices = ops.arange(tiny ? 4 : 512, { dtype: 'int64' });
  return () => wait(new RandomStream('draw').uniform(indices, [3, 32, 32], device));
}, {}); // prettier-ignore

const NETWORKS = tiny
  ? [['resnet18', { width: 4 }]]
  : [['resnet18', {}], ['wrn-28-10', {}], ['preact-resnet18', {}]]; // prettier-ignore

function batchOf(count) {
  const indices = ops.arange(count, { dtype: 'int64' });
  const images = new RandomStream('images').uniform(indices, [3, 32, 32], device);
  const labels = tensor(BigInt64Array.from({ length: count }, (_, i) => BigInt(i % 10))).to({ device });
  return { images, labels, indices };
}

const pgd = (steps) => createAttack({ name: 'pgd', norm: 'linf', epsilon: 8 / 255, steps, stepSize: 2 / 255, iterate: 'last' }); // prettier-ignore

function attackPass(model, form, { images }) {
  const network = new AttackNetwork(model.evaluate(), FROZEN_FORMS[form]);
  return () => {
    const input = images.detach();
    input.requiresGrad = true;
    const [gradient] = grad(network.forward(input).sum(), [input]);
    return wait(gradient);
  };
}

function trainingPass(model, form, { images, labels }) {
  return () => {
    const loss = classificationLoss(forwardToTrain(model, images, form), labels);
    backward(loss);
    return loss.item();
  };
}

function wholeStep(model, description, batch, steps, graph) {
  const optimizer = new Sgd(model.namedParameters(), { momentum: 0.9, weightDecay: 5e-4, nesterov: true });
  const part = {
    attack: (
      (one) => () =>
        one
    )(pgd(steps)),
    form: FROZEN_FORMS.bfloat16,
    seed: 1,
  };
  const attacker = graph ? new RecordedAttack(part, (line) => say({ graph: line })) : undefined;
  const training = new AdversarialTraining({ model, optimizer, schedule: constant(0.01), seed: 1, memoryFormat: 'bfloat16', attack: part.attack, form: part.form, attacker }); // prettier-ignore
  return () => training.step(batch, { step: 0, epoch: 0 });
}

for (const count of batches) {
  for (const [architecture, options] of NETWORKS) {
    tidy(() => {
      const model = createModel({ architecture, options }, 1).to(device);
      try {
        const forward = 2 * countOperations(model, [3, 32, 32]).forward * count;
        const batch = batchOf(count);
        const what = { network: architecture, batch: count };
        const with_ = (flop) => ({ images: count, flop: flop * forward });
        measure({ ...what, attackPass: 'bfloat16' }, () => attackPass(model, 'bfloat16', batch), with_(2));
        measure({ ...what, trainingPass: 'bfloat16' }, () => trainingPass(model, 'bfloat16', batch), with_(3));
        measure({ ...what, step: 'PGD-10', graph: true }, () => wholeStep(model, what, batch, 10, true), with_(23));
        measure({ ...what, step: 'PGD-10', graph: false }, () => wholeStep(model, what, batch, 10, false), with_(23));
        measure({ ...what, step: 'PGD-2', graph: true }, () => wholeStep(model, what, batch, 2, true), with_(7));
        if (count !== batches[0]) return;
        for (const form of ['channels-last', 'plain']) measure({ ...what, attackPass: form }, () => attackPass(model, form, batch), with_(2)); // prettier-ignore
        for (const form of ['channels-last', 'contiguous']) measure({ ...what, trainingPass: form }, () => trainingPass(model, form, batch), with_(3)); // prettier-ignore
        if (device !== 'cpu') kernels({ ...what, kernels: 'PGD-2 step' }, wholeStep(model, what, batch, 2, false));
      } finally {
        model.dispose();
      }
    });
  }
}

/** The kernels of three steps, the longest first. */
function kernels(what, step) {
  if (performance.now() > end) return;
  try {
    tidy(step);
    const { seconds, kernels: all } = profileKernels(() => {
      for (let i = 0; i < 3; i += 1) tidy(step);
    });
    const busy = all.reduce((sum, one) => sum + one.seconds, 0);
    say({ ...what, wallMs: +(1000 * seconds / 3).toFixed(2), busyMs: +(1000 * busy / 3).toFixed(2) }); // prettier-ignore
    for (const { name, calls, seconds: total } of all.slice(0, 25)) say({ ms: +(1000 * total / 3).toFixed(3), calls: calls / 3, kernel: name.slice(0, 120) }); // prettier-ignore
  } catch (error) {
    say({ ...what, error: String(error.message ?? error).slice(0, 400) });
  }
}
