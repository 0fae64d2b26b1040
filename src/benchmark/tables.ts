/**
 * The tables of a benchmark, in Markdown. They hold what the result file holds and nothing else.
 *
 * @module
 */
import type { Measurement } from './compare.js';
import { isFailure, operationsOf, type BenchResult, type Failure, type Pair, type WorkloadResult } from './result.js';
import { SPREAD } from './rounds.js';
import { median, type Summary } from './statistics.js';
import { BASELINE_NAMES, BASELINES, type Growth, type Baseline } from './workloads.js';

/** A table from its head and its rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The workloads of the main tables with this work. */
export function mainWorkloads(result: BenchResult, work?: WorkloadResult['work']): WorkloadResult[] {
  return result.workloads.filter((workload) => workload.growth === null && (work ?? workload.work) === workload.work);
}

/** Time PyTorch / Saddlepoint: how many times as fast Saddlepoint is. */
export function ratioTable(result: BenchResult, work: WorkloadResult['work']): string {
  const rows = mainWorkloads(result, work).map((workload) => {
    const ours = saddlepointTime(workload);
    const speed = ours === undefined ? '' : number(workload.batch / ours.median);
    return [
      workload.title,
      String(workload.batch),
      ours === undefined ? 'failed' : time(ours.median),
      speed,
      ...BASELINE_NAMES.map((baseline) => cell(workload, baseline, ({ ratio }) => spreadOfRatio(ratio))),
    ];
  });
  const head = [
    'network',
    'batch',
    'Saddlepoint, a step',
    'images a second',
    ...BASELINE_NAMES.map((baseline) => BASELINES[baseline]),
  ];
  return table(head, rows);
}

/** Every process that was measured: seconds of one step, and how many times as fast Saddlepoint is. */
export function timeTable(result: BenchResult): string {
  const rows = mainWorkloads(result).flatMap((workload) => {
    const ours = saddlepointTime(workload);
    const name = `${workload.title}, ${work(workload)}, batch ${workload.batch}`;
    const best = pairOfBaseline(workload, 'best');
    const theirs = workload.pairs.map((pair) => {
      const how = pair.variant === null ? BASELINES[pair.baseline] : `(c) ${pair.variant}`;
      const marked = pair === best ? `**${how}**` : how;
      const figures = isFailure(pair) ? ['failed', ''] : [spread(pair.pytorch, time), spreadOfRatio(pair.ratio)];
      return [name, marked, pair.waitPolicy, ...figures];
    });
    return [[name, 'Saddlepoint', 'passive', ours === undefined ? 'failed' : spread(ours, time), ''], ...theirs];
  });
  return table(['work', 'side', '`OMP_WAIT_POLICY`', 'a step', 'PyTorch / Saddlepoint'], rows);
}

/** Comparisons whose spread stayed above what was asked for, and rounds that were disturbed. */
export function unsettled(result: BenchResult): string[] {
  return result.workloads.flatMap((workload) => {
    const wide = measured(workload).filter(({ ratio: { median: middle, quartiles } }) => {
      return quartiles[1] - quartiles[0] > SPREAD * middle;
    });
    const { name, rounds, disturbed } = workload;
    if (workload.growth !== null || (wide.length === 0 && disturbed === 0)) return [];
    const sides = wide.map(({ baseline, variant, waitPolicy }) => `${variant ?? BASELINES[baseline]} (${waitPolicy})`);
    return [
      `${name}, ${rounds} rounds` +
        (disturbed === 0 ? '' : `, ${disturbed} of them on a machine that was not quiet`) +
        (wide.length === 0 ? '' : `: ${sides.join('; ')}`),
    ];
  });
}

/** The most resident memory of each process; on a GPU also what PyTorch took there. */
export function memoryTable(result: BenchResult): string {
  const rows = mainWorkloads(result).map((workload) => {
    const ours = measured(workload).map(({ peakBytes }) => peakBytes.saddlepoint);
    const device = (pair: Pair) => (pair.peakDeviceBytes === null ? '' : `; on the GPU ${mebi(pair.peakDeviceBytes)}`);
    return [
      `${workload.title}, ${work(workload)}, batch ${workload.batch}`,
      ours.length === 0 ? 'failed' : mebi(Math.max(...ours)),
      ...BASELINE_NAMES.map((baseline) =>
        cell(workload, baseline, (pair) => mebi(pair.peakBytes.pytorch) + device(pair)),
      ),
    ];
  });
  return table(['work', 'Saddlepoint', ...BASELINE_NAMES.map((baseline) => BASELINES[baseline])], rows);
}

/** Share of the machine's matrix-product rate that the work's multiply-adds were done at. */
export function limitTable(result: BenchResult): string {
  const rows = mainWorkloads(result).map((workload) => {
    const needed = operationsOf(workload);
    const { name, rate } = limitOf(result, workload);
    const ours = saddlepointTime(workload);
    const share = (seconds: number) => `${((100 * needed) / seconds / rate).toFixed(0)} %`;
    return [
      `${workload.title}, ${work(workload)}, batch ${workload.batch}`,
      number(needed / 2e9),
      attackNetworkOf(workload),
      `${name}, ${number(rate / 1e9)}`,
      ours === undefined ? 'failed' : share(ours.median),
      ...BASELINE_NAMES.map((baseline) => cell(workload, baseline, ({ pytorch }) => share(pytorch.median))),
    ];
  });
  const head = ['work', '10⁹ multiply-adds a step', 'attack network', 'limit, GFLOP/s', 'Saddlepoint'];
  return table([...head, ...BASELINE_NAMES.map((baseline) => BASELINES[baseline])], rows);
}

function attackNetworkOf({ plan }: WorkloadResult): string {
  if (!plan?.attackBackend) return '';
  return plan.attackSplit > 1 ? `${plan.attackBackend}, ${plan.attackSplit} shares` : plan.attackBackend;
}

/** On a GPU the bfloat16 rate; elsewhere that of the precision our attack network has. */
function limitOf({ rates, device }: BenchResult, { plan }: WorkloadResult): { name: string; rate: number } {
  const half = device === 'cuda' || plan?.attackBackend === 'bfloat16';
  if (half && rates.bfloat16 !== null) return { name: 'bfloat16', rate: rates.bfloat16 };
  return { name: 'float32', rate: rates.float32 };
}

/** What was tried for PyTorch at its best. */
export function candidateTable(result: BenchResult): string {
  const rows = result.best.flatMap(({ network, batch, finalists, candidates }) =>
    candidates.map(({ variant, seconds, reason }) => [
      `${network}, batch ${batch}`,
      finalists.some(({ name }) => name === variant.name) ? `**${variant.name}**` : variant.name,
      ...(seconds === null ? [`– (${escaped(reason ?? '')})`, '–'] : [time(seconds.attack), time(seconds.training)]),
    ]),
  );
  return table(['network', 'how it computes', 'attack, best of 3', 'training step, best of 3'], rows);
}

/** The training step of the 16-channel ResNet-18 as one quantity grows. */
export function growthTable(result: BenchResult, quantity: Growth['quantity']): string {
  const points = result.workloads.filter(({ growth }) => growth?.quantity === quantity);
  const rows = points.map((workload) => {
    const ours = saddlepointTime(workload);
    return [
      String(workload.growth!.value),
      ours === undefined ? 'failed' : time(ours.median),
      cell(workload, 'eager', ({ pytorch }) => time(pytorch.median)),
      cell(workload, 'eager', ({ ratio }) => spreadOfRatio(ratio)),
      ours === undefined ? '' : number((1e3 * ours.median) / (operationsOf(workload) / 2e9)),
    ];
  });
  return table([quantity, 'Saddlepoint', BASELINES.eager, 'ratio', 'Saddlepoint, ms per 10⁹ multiply-adds'], rows);
}

/** The demo network's single steps: time Saddlepoint / PyTorch where both do the same. */
export function stepTable(measurements: readonly Measurement[]): string {
  const rows = measurements.map(({ workload, saddlepoint, pytorch, ratios }) => [
    workload.title,
    time(saddlepoint),
    time(pytorch),
    median(ratios).toFixed(3),
    `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
  ]);
  return table(['work', 'Saddlepoint', 'PyTorch', 'Saddlepoint / PyTorch, median', 'range'], rows);
}

/** Every side that gave no figure, with its reason. */
export function failures(result: BenchResult): string[] {
  const steps = result.steps !== null && 'failed' in result.steps ? [`single steps: ${result.steps.failed}`] : [];
  const sides = result.workloads.flatMap(({ name, pairs }) =>
    pairs
      .filter(isFailure)
      .map(({ baseline, variant, failed }) => `${name}, ${variant ?? BASELINES[baseline]}: ${failed}`),
  );
  return [...steps, ...sides];
}

function measured({ pairs }: WorkloadResult): Pair[] {
  return pairs.filter((pair): pair is Pair => !isFailure(pair));
}

/** Seconds of one step on our side: the same rounds, whoever is compared. */
export function saddlepointTime(workload: WorkloadResult): Summary | undefined {
  return measured(workload)[0]?.saddlepoint;
}

/**
 * What stands for this baseline in the tables. At its best is whatever took the least time of all that PyTorch did in
 * the same rounds; the others wait passively, as ours does.
 */
function pairOfBaseline(workload: WorkloadResult, baseline: Baseline): Pair | Failure | undefined {
  if (baseline !== 'best')
    return workload.pairs.find((pair) => pair.baseline === baseline && pair.waitPolicy === 'passive');
  if (!workload.pairs.some((pair) => pair.baseline === 'best')) return undefined;
  const working = measured(workload).sort((a, b) => a.pytorch.median - b.pytorch.median);
  return working[0] ?? workload.pairs.find((pair) => pair.baseline === 'best');
}

function cell(workload: WorkloadResult, baseline: Baseline, show: (pair: Pair) => string): string {
  const pair = pairOfBaseline(workload, baseline);
  if (pair === undefined) return '';
  return isFailure(pair) ? 'failed' : show(pair);
}

/** A second decimal only where the middle half of the measurements lies closer together than a tenth. */
function spreadOfRatio(ratio: Summary): string {
  const digits = ratio.quartiles[1] - ratio.quartiles[0] < 0.1 ? 2 : 1;
  return spread(ratio, (value) => value.toFixed(digits));
}

function work({ work: kind, attack }: WorkloadResult): string {
  return kind === 'attack' ? `PGD-${attack.steps} attack` : `PGD-${attack.steps} training step`;
}

/** Median, and in brackets the quartiles. */
function spread({ median: middle, quartiles }: Summary, show: (value: number) => string): string {
  return `${show(middle)} (${show(quartiles[0])} to ${show(quartiles[1])})`;
}

/** Seconds as people read them: three significant digits. */
export function time(seconds: number): string {
  const [value, unit] = seconds >= 1 ? [seconds, 's'] : seconds >= 1e-3 ? [seconds * 1e3, 'ms'] : [seconds * 1e6, 'µs'];
  return `${number(value)} ${unit}`;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function mebi(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

/** A reason fits into a cell. */
function escaped(text: string): string {
  const line = text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}
