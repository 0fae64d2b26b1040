/**
 * The operations of AutoAugment and of IDBH by name. A new one is one function and one line here.
 *
 * @module
 */
import { brightness, colour, contrast, sharpness } from './enhance.js';
import { rotate, shearX, shearY, slantX, slantY, translateX, translateY, turn } from './geometry.js';
import type { Operation } from './operation.js';
import { autocontrast, equalize, invert, posterize, solarize } from './tones.js';

export const OPERATIONS = {
  shearX,
  shearY,
  translateX,
  translateY,
  rotate,
  slantX,
  slantY,
  turn,
  colour,
  contrast,
  brightness,
  sharpness,
  posterize,
  solarize,
  autocontrast,
  equalize,
  invert,
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof OPERATIONS;
export type { Operation } from './operation.js';
