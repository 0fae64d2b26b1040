/**
 * Normalisation layers by the names recipes use.
 *
 * @module
 */
import { SaddlepointError } from '../engine/index.js';
import { BatchNorm2d } from './batch-norm.js';
import { Identity } from './chain.js';
import { GroupNorm } from './group-norm.js';
import { ones, type Initializer } from './initializers.js';
import type { Module } from './module.js';

/** Batch norm, group norm, each without scale and shift (`fixed`), or none. */
export const NORMALIZATIONS = ['bn', 'gn', 'fixedbn', 'fixedgn', 'none'] as const;
export type Normalization = (typeof NORMALIZATIONS)[number];

/**
 * Makes the layer that normalises maps of `channels` channels.
 *
 * @param weightInitializer of the scale, where there is one; default: ones
 * @throws SaddlepointError ARGUMENT when group norm finds no number of groups, see {@link groupCount}
 */
export function createNormalization(
  normalization: Normalization,
  channels: number,
  weightInitializer: Initializer = ones,
): Module {
  switch (normalization) {
    case 'bn':
      return new BatchNorm2d(channels, { weightInitializer });
    case 'fixedbn':
      return new BatchNorm2d(channels, { affine: false });
    case 'gn':
      return new GroupNorm(groupCount(channels), channels, { weightInitializer });
    case 'fixedgn':
      return new GroupNorm(groupCount(channels), channels, { affine: false });
    case 'none':
      return new Identity();
  }
}

/**
 * Stutz's number of groups: the first of min(32, C/2), min(24, C/2), min(16, C/2) that divides C.
 *
 * @throws SaddlepointError ARGUMENT when none does
 */
export function groupCount(channels: number): number {
  const half = Math.floor(channels / 2);
  const groups = [32, 24, 16].map((most) => Math.min(most, half)).find((count) => count > 0 && channels % count === 0);
  if (groups === undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected channels that group norm can divide into 32, 24, 16 or half as many groups, received ${channels}; use a width that is a multiple of 16`,
    );
  }
  return groups;
}
