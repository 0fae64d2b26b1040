// A short table of what the stages of run.sh left in a folder.
//
//   node benchmarks/gpu/summary.mjs <folder>
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
if (folder === undefined || !existsSync(folder)) {
  process.stderr.write(`expected a folder with results of run.sh, received ${folder ?? 'nothing'}\n`);
  process.exit(2);
}

function lines(name) {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  const written = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return written.flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return []; // the last line of a stage that was stopped
    }
  });
}

const row = (what, value) => process.stdout.write(`${what.padEnd(58)} ${value}\n`);
const share = ({ share: of }) => (of === undefined ? '' : `  ${(100 * of).toFixed(1)} % of the bfloat16 rate`);

for (const line of lines('rates.jsonl')) {
  if (line.product !== undefined && line.tflops !== undefined)
    row(`product, ${line.product}`, `${line.tflops} TFLOP/s`);
  const { network, batch, attackPass, trainingPass, step, graph, ms } = line;
  if (network === undefined || ms === undefined) continue;
  const work =
    step === undefined
      ? attackPass
        ? `attack pass, ${attackPass}`
        : `training pass, ${trainingPass}`
      : `${step} step${graph ? ', graph' : ''}`;
  row(`${network}, batch ${batch}: ${work}`, `${ms} ms${share(line)}`);
}
for (const { network, batch, pytorch, step, ms } of lines('pytorch.jsonl')) {
  if (ms !== undefined) row(`${network}, batch ${batch}: ${step} step, PyTorch ${pytorch}`, `${ms} ms`);
}
for (const { network, profile, ms, busyMs } of lines('profile.jsonl')) {
  if (profile !== undefined) row(`${network}: ${profile}, profiled`, `${ms} ms, busy ${busyMs} ms`);
}
const runs = join(folder, 'runs');
for (const run of existsSync(runs) ? readdirSync(runs) : []) {
  const evaluation = join(runs, run, 'evaluation');
  for (const name of existsSync(evaluation) ? readdirSync(evaluation) : []) {
    if (!name.endsWith('.json') || name === 'gallery.json') continue;
    const { clean, attacks = {}, examples } = JSON.parse(readFileSync(join(evaluation, name), 'utf8'));
    const errors = Object.values(attacks).map(
      ({ attack, robustError }) => `${attack} ${(100 * robustError).toFixed(1)} %`,
    );
    row(`${run}: ${name}`, `clean ${(100 * clean.error).toFixed(1)} %, ${errors.join(', ')}, on ${examples} images`);
  }
}
