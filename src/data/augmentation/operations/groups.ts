/**
 * Operations on the images of a batch that drew them: all that drew the same one are changed at once.
 *
 * @module
 */
import { SaddlepointError, tensor, tidy, type Tensor } from '../../../engine/index.js';
import { OPERATIONS, type OperationName } from './index.js';

/** The images that drew one operation, and how strong it is for each. */
interface Group {
  readonly rows: bigint[];
  readonly amounts: number[];
}

/** The operations that are applied to a batch, and to which of its images. */
export type Groups = Map<OperationName, Group>;

/** Says that the image at `row` is changed by the operation. */
export function addTo(groups: Groups, operation: OperationName, row: number, amount: number): void {
  const group = groups.get(operation) ?? { rows: [], amounts: [] };
  group.rows.push(BigInt(row));
  group.amounts.push(amount);
  groups.set(operation, group);
}

/** Changes the images in place. @param levels whole grey levels, float32 [N, C, H, W] */
export function applyGroups(levels: Tensor, groups: Groups, fill: readonly number[]): void {
  for (const [name, { rows, amounts }] of groups) {
    tidy(() => {
      const chosen = tensor(BigInt64Array.from(rows), { device: levels.device });
      levels.indexCopy_(0, chosen, OPERATIONS[name](levels.indexSelect(0, chosen), amounts, fill));
    });
  }
}

/** The number of channels. @throws SaddlepointError ARGUMENT where it is not one that the operations are defined for */
export function requireColours(name: string, images: Tensor): number {
  const channels = images.size(1);
  if (channels === 1 || channels === 3) return channels;
  throw new SaddlepointError('ARGUMENT', `${name}: expected images of 1 or 3 channels, received ${channels}`);
}
