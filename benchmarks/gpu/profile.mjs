// Where the time of ten training steps goes: kernels by time on a GPU, operators on a CPU. One JSON line each.
//
//   node benchmarks/gpu/profile.mjs <output.jsonl> [--device cuda] [--batch 512] [--steps 2] [--tiny]
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { profile, profileKernels, tidy, tuneConvolutions } from '../../dist/engine/index.js';
import { createModel } from '../../dist/models/index.js';
import { batchOf, networks, step } from './workloads.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    device: { type: 'string', default: 'cuda' },
    batch: { type: 'string', default: '512' },
    steps: { type: 'string', default: '2' },
    tiny: { type: 'boolean', default: false },
  },
});
const { device, tiny } = values;
const [batch, steps] = [tiny ? 4 : Number(values.batch), Number(values.steps)];
const output = positionals[0] ?? 'profile.jsonl';
const [TIMES, LISTED] = [10, 25];
writeFileSync(output, '');
tuneConvolutions(true);

const say = (line) => {
  appendFileSync(output, `${JSON.stringify(line)}\n`);
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const ms = (seconds) => +((1000 * seconds) / TIMES).toFixed(3);

for (const [architecture, options] of networks(tiny)) {
  tidy(() => {
    const model = createModel({ architecture, options }, 1).to(device);
    const one = step(model, batchOf(batch, device), { steps, say });
    const work = () => {
      for (let i = 0; i < TIMES; i += 1) tidy(one);
    };
    for (let i = 0; i < 3; i += 1) tidy(one);
    const { seconds, kernels, operators } = device === 'cpu' ? profile(work) : profileKernels(work);
    const all = kernels ?? operators;
    const busy = all.reduce((sum, each) => sum + each.seconds, 0);
    say({ network: architecture, batch, profile: `PGD-${steps} step`, ms: ms(seconds), busyMs: ms(busy) });
    for (const { name, calls, seconds: total } of all.slice(0, LISTED)) {
      say({ network: architecture, kernel: name.slice(0, 120), ms: ms(total), calls: calls / TIMES });
    }
    model.dispose();
  });
}
