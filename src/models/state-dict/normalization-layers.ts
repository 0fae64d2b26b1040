/**
 * Which normalisation a network has between its layers, by what it saves of one.
 *
 * @module
 */
import type { OpenOption } from './reading.js';
import type { Shapes } from './shapes.js';

export interface NormalizationReading {
  readonly normalization?: string;
  readonly assumed: readonly string[];
  readonly open: readonly OpenOption[];
}

/** @param layer one that would normalise, e.g. `bn1` */
export function readNormalization(shapes: Shapes, layer: string): NormalizationReading {
  const [statistics, scale] = [shapes.has(`${layer}.running_mean`), shapes.has(`${layer}.weight`)];
  if (statistics) return { normalization: scale ? 'bn' : 'fixedbn', assumed: [], open: [] };
  if (scale) {
    const assumed = ['group norm with 32 groups, or half as many as there are channels where those are fewer than 64'];
    return { normalization: 'gn', assumed, open: [] };
  }
  const choices = [
    { value: 'none', means: 'nothing is normalised between the layers' },
    { value: 'fixedbn', means: 'batch norm of each batch itself, without scale and shift' },
    { value: 'fixedgn', means: 'group norm without scale and shift' },
  ];
  return { assumed: [], open: [{ name: 'normalization', choices }] };
}

/** One logit is Stutz's binary form. */
export function readClasses(logits: number): { classes: number; singleLogit?: boolean } {
  return logits === 1 ? { classes: 2, singleLogit: true } : { classes: logits };
}
