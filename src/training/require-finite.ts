/**
 * Weights and running statistics that are numbers. The loss alone does not tell: batch statistics may be finite where
 * the running ones, which evaluation and attack use, are not.
 *
 * @module
 */
import { noGrad, SaddlepointError, tidy } from '../engine/index.js';
import type { Module } from '../nn/index.js';

/**
 * @param step optimizer steps done, for the message
 * @throws SaddlepointError NUMERIC naming the first weights or statistics with NaN or infinity
 */
export function requireFinite(model: Module, step: number): void {
  const broken = tidy(() =>
    noGrad(() => {
      const values = [...model.stateDict()].filter(([, value]) => value.dtype.startsWith('float'));
      return values.find(([, value]) => !Number.isFinite(value.sum().item()))?.[0];
    }),
  );
  if (broken === undefined) return;
  throw new SaddlepointError(
    'NUMERIC',
    `${broken} is not a number after step ${step}; lower the learning rate, or look for batches of a single image`,
  );
}
