/**
 * All adversarial images of an evaluation in one file; the unperturbed image where no attack succeeded.
 *
 * @module
 */
import { isTransformation, THREAT_MODELS } from '../../attacks/index.js';
import { ops, tensor, tidy, type Tensor } from '../../engine/index.js';
import { batchOf, type FoundImages } from './chunk.js';
import { readLabels, type JobFacts } from './facts.js';
import type { EvaluationStore } from './store.js';

/** In `fooled_by`: no stage fooled it, or it is wrong as it is; else the number of the stage in the plan. */
export const STANDING = -1;
export const WRONG = -2;

/**
 * Writes `adversarial.safetensors`: `images` float32 [N, C, H, W], `indices` int64 [N] in the data set's file,
 * `labels` int64 [N], `fooled_by` int64 [N]; of a transformation also what each image is made with, `parameters`
 * float32 [N, P], nothing where no attack succeeded.
 *
 * @returns the path of the file
 */
export function mergeImages(facts: JobFacts, store: EvaluationStore): string {
  const { plan, split, selection, ledger, dataset } = facts;
  const { positions } = selection;
  return tidy(() => {
    const images = batchOf(split, positions).images.to({ device: 'cpu' }).clone();
    const whereOf = (position: number) => ledger.found(position);
    putImages(images, positions, whereOf, store);
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
    const threat = THREAT_MODELS.get(plan.norm);
    if (isTransformation(threat)) {
      const parameters = ops.zeros([positions.length, threat.parameters(images.shape.slice(1))]);
      putImages(parameters, positions, whereOf, store, 'parameters');
      tensors.set('parameters', parameters);
    }
    return store.saveAdversarial(tensors, {
      dataset: dataset.name,
      split: selection.name,
      attack: plan.attack,
      norm: plan.norm,
      epsilon: String(plan.epsilon),
      stages: JSON.stringify(names),
    });
  });
}

/**
 * Puts saved images in their places, or what they were made with.
 *
 * @param images float32 [N, C, H, W], or [N, P], changed: one a position
 * @param whereOf the line of the journal and the row of its images; undefined leaves what is there
 */
export function putImages(
  images: Tensor,
  positions: readonly number[],
  whereOf: (position: number) => { readonly line: number; readonly row: number } | undefined,
  store: EvaluationStore,
  part: keyof FoundImages = 'images',
): void {
  const byLine = new Map<number, { from: number[]; to: number[] }>();
  for (const [row, position] of positions.entries()) {
    const where = whereOf(position);
    if (where === undefined) continue;
    const rows = byLine.get(where.line) ?? { from: [], to: [] };
    rows.from.push(where.row);
    rows.to.push(row);
    byLine.set(where.line, rows);
  }
  for (const [line, { from, to }] of byLine) {
    tidy(() => images.indexCopy_(0, int64(to), store.found(line, part).indexSelect(0, int64(from))));
  }
}

function int64(values: readonly number[]): Tensor {
  return tensor(BigInt64Array.from(values, BigInt));
}
