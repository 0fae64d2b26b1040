/**
 * All adversarial images of an evaluation in one file; the unperturbed image where no attack succeeded.
 *
 * @module
 */
import { tensor, tidy, type Tensor } from '../../engine/index.js';
import { batchOf } from './chunk.js';
import { readLabels, type JobFacts } from './facts.js';
import type { EvaluationStore } from './store.js';

/** In `fooled_by`: no stage fooled it, or it is wrong as it is; else the number of the stage in the plan. */
const STANDING = -1;
const WRONG = -2;

/**
 * Writes `adversarial.safetensors`: `images` float32 [N, C, H, W], `indices` int64 [N] in the data set's file,
 * `labels` int64 [N], `fooled_by` int64 [N].
 *
 * @returns the images, on the CPU
 */
export function mergeImages(facts: JobFacts, store: EvaluationStore): Tensor {
  const { plan, split, selection, ledger, dataset } = facts;
  const { positions } = selection;
  return tidy(() => {
    const images = batchOf(split, positions).images.to({ device: 'cpu' }).clone();
    const rowOf = new Map(positions.map((position, row) => [position, row]));
    const byLine = new Map<number, { from: number[]; to: number[] }>();
    for (const position of positions) {
      const found = ledger.found(position);
      if (found === undefined) continue;
      const rows = byLine.get(found.line) ?? { from: [], to: [] };
      rows.from.push(found.row);
      rows.to.push(rowOf.get(position)!);
      byLine.set(found.line, rows);
    }
    for (const [line, { from, to }] of byLine) {
      tidy(() => images.indexCopy_(0, int64(to), store.images(line).indexSelect(0, int64(from))));
    }
    const names = plan.stages.map(({ name }) => name);
    const fooledBy = positions.map((position) => {
      if (ledger.isWrong(position)) return WRONG;
      const found = ledger.found(position);
      return found === undefined ? STANDING : names.indexOf(found.stage);
    });
    const tensors = new Map([
      ['images', images],
      ['indices', int64(positions.map((position) => split.offset + position))],
      ['labels', int64(readLabels(facts))],
      ['fooled_by', int64(fooledBy)],
    ]);
    store.saveAdversarial(tensors, {
      dataset: dataset.name,
      split: selection.name,
      attack: plan.attack,
      norm: plan.norm,
      epsilon: String(plan.epsilon),
      stages: JSON.stringify(names),
    });
    return images;
  });
}

function int64(values: readonly number[]): Tensor {
  return tensor(BigInt64Array.from(values, BigInt));
}
