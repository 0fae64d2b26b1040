// What a GPU machine does: rates of matrix products, of each backend of the attack network and of the training pass, and of
// whole steps with and without the CUDA graph. One JSON line a measurement, written at once, the most valuable first.
//
//   node benchmarks/gpu/rates.mjs <output.jsonl> [--device cuda] [--seconds 90] [--batches 512,128,1024] [--tiny]
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { canRecord, ops, RandomStream, runtime, tidy, tuneConvolutions, withTf32 } from '../../dist/engine/index.js';
import { createModel } from '../../dist/models/index.js';
import { countOperations } from '../../dist/models/operations.js';
import { attackPass, batchOf, networks, step, trainingPass, wait } from './workloads.mjs';

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

let peak = NaN; // FLOP/s of a bfloat16 product

function measure(what, work, { images, flop }) {
  try {
    const seconds = tidy(() => time(work()));
    if (seconds === undefined) return say({ ...what, skipped: 'time is up' });
    const share =
      flop === undefined
        ? {}
        : { tflops: +(flop / seconds / 1e12).toFixed(1), share: +(flop / seconds / peak).toFixed(3) };
    say({
      ...what,
      ms: +(1000 * seconds).toFixed(3),
      ...(images && { imagesPerSecond: Math.round(images / seconds) }),
      ...share,
    });
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
measure(
  { product: 'tf32' },
  () =>
    (
      (work) => () =>
        withTf32(work)
    )(product('float32', 4)()),
  { flop: 4 * 2 * size ** 3 },
);
measure(
  { launch: 'add of 4 floats, 1000 times' },
  () => {
    const x = ops.ones([4], { device });
    return () => {
      for (let i = 0; i < 1000; i += 1) tidy(() => x.add(x));
      return x.sum().item();
    };
  },
  {},
);
measure(
  { draw: '512 x 3072 uniform numbers, moved' },
  () => {
    const indices = ops.arange(tiny ? 4 : 512, { dtype: 'int64' });
    return () => wait(new RandomStream('draw').uniform(indices, [3, 32, 32], device));
  },
  {},
);

for (const count of batches) {
  for (const [architecture, options] of networks(tiny)) {
    tidy(() => {
      const model = createModel({ architecture, options }, 1).to(device);
      try {
        const forward = 2 * countOperations(model, [3, 32, 32]).forward * count;
        const batch = batchOf(count, device);
        const what = { network: architecture, batch: count };
        const with_ = (flop) => ({ images: count, flop: flop * forward });
        measure({ ...what, attackPass: 'bfloat16' }, () => attackPass(model, 'bfloat16', batch), with_(2));
        measure({ ...what, trainingPass: 'bfloat16' }, () => trainingPass(model, 'bfloat16', batch), with_(3));
        measure(
          { ...what, step: 'PGD-10', graph: true },
          () => step(model, batch, { steps: 10, graph: true, say }),
          with_(23),
        );
        measure({ ...what, step: 'PGD-10', graph: false }, () => step(model, batch, { steps: 10, say }), with_(23));
        measure(
          { ...what, step: 'PGD-2', graph: true },
          () => step(model, batch, { steps: 2, graph: true, say }),
          with_(7),
        );
        if (count !== batches[0]) return;
        for (const backend of ['tf32', 'channels-last', 'plain'])
          measure({ ...what, attackPass: backend }, () => attackPass(model, backend, batch), with_(2));
        for (const backend of ['channels-last', 'contiguous'])
          measure({ ...what, trainingPass: backend }, () => trainingPass(model, backend, batch), with_(3));
      } finally {
        model.dispose();
      }
    });
  }
}
