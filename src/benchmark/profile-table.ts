/**
 * Where the time of a training step goes, as a table.
 *
 * @module
 */
import type { OperatorTime } from '../engine/index.js';
import type { BenchResult, WorkloadResult } from './result.js';
import { mainWorkloads, table } from './tables.js';

/** Kinds of operators by their names; the first that fits counts. */
const KINDS: readonly (readonly [string, RegExp])[] = [
  ['own convolutions', /saddlepoint::/],
  ["LibTorch's convolutions", /conv/],
  ['matrix products', /::(mm|addmm|bmm|baddbmm|linear|mkldnn_linear)/],
  ['batch norm', /batch_norm/],
  ['copies', /::(copy_|clone|contiguous|cat|to|_to_copy)$/],
];
const OTHERS = 'other operators';
const OUTSIDE = 'outside of operators';
/** Operators named for each network. */
const NAMED = 4;

/** The workloads that were profiled. */
export function profiled(result: BenchResult): WorkloadResult[] {
  return mainWorkloads(result, 'training').filter(({ profile }) => profile !== undefined && profile !== null);
}

export function profileTable(result: BenchResult): string {
  const kinds = [...KINDS.map(([kind]) => kind), OTHERS];
  const rows = profiled(result).map(({ title, profile }) => {
    const { seconds, operators } = profile!;
    const share = (part: number) => `${((100 * part) / seconds).toFixed(0)} %`;
    const sums = kinds.map((kind) => sumOf(operators.filter(({ name }) => kindOf(name) === kind)));
    const largest = operators.slice(0, NAMED).map(({ name, ...one }) => `\`${shortened(name)}\` ${share(one.seconds)}`);
    return [title, ...sums.map(share), share(seconds - sumOf(operators)), largest.join(', ')];
  });
  return table(['network', ...kinds, OUTSIDE, 'most time take'], rows);
}

/** Of a backward pass the operator it belongs to. */
function shortened(operator: string): string {
  return operator
    .replace(/^autograd::engine::evaluate_function: /, 'backward of ')
    .replace(/torch::autograd::CppNode<(.*)>$/, '$1')
    .replace('(anonymous namespace)::', '');
}

function kindOf(operator: string): string {
  return KINDS.find(([, pattern]) => pattern.test(operator))?.[0] ?? OTHERS;
}

function sumOf(operators: readonly OperatorTime[]): number {
  return operators.reduce((sum, { seconds }) => sum + seconds, 0);
}
