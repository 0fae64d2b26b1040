/**
 * The AutoAugment policy for CIFAR-10 (Cubuk et al., CVPR 2019), as facts: which operations, how often, how strong.
 *
 * @module
 */
import type { OperationName as AnyOperation } from './operations/index.js';

/** What the policy and its scale know. */
type OperationName = Exclude<AnyOperation, 'slantX' | 'slantY' | 'turn'>;

/** An operation, its probability, and its strength from 0 to 9. */
export type Step = readonly [operation: OperationName, probability: number, strength: number];

/** One of these is drawn for each image, all with the same probability; its two steps follow each other. */
export const CIFAR10_POLICY: readonly (readonly [Step, Step])[] = [
  [
    ['invert', 0.1, 7],
    ['contrast', 0.2, 6],
  ],
  [
    ['rotate', 0.7, 2],
    ['translateX', 0.3, 9],
  ],
  [
    ['sharpness', 0.8, 1],
    ['sharpness', 0.9, 3],
  ],
  [
    ['shearY', 0.5, 8],
    ['translateY', 0.7, 9],
  ],
  [
    ['autocontrast', 0.5, 8],
    ['equalize', 0.9, 2],
  ],
  [
    ['shearY', 0.2, 7],
    ['posterize', 0.3, 7],
  ],
  [
    ['colour', 0.4, 3],
    ['brightness', 0.6, 7],
  ],
  [
    ['sharpness', 0.3, 9],
    ['brightness', 0.7, 9],
  ],
  [
    ['equalize', 0.6, 5],
    ['equalize', 0.5, 1],
  ],
  [
    ['contrast', 0.6, 7],
    ['sharpness', 0.6, 5],
  ],
  [
    ['colour', 0.7, 7],
    ['translateX', 0.5, 8],
  ],
  [
    ['equalize', 0.3, 7],
    ['autocontrast', 0.4, 8],
  ],
  [
    ['translateY', 0.4, 3],
    ['sharpness', 0.2, 6],
  ],
  [
    ['brightness', 0.9, 6],
    ['colour', 0.2, 8],
  ],
  [
    ['solarize', 0.5, 2],
    ['invert', 0, 3],
  ],
  [
    ['equalize', 0.2, 0],
    ['autocontrast', 0.6, 0],
  ],
  [
    ['equalize', 0.2, 8],
    ['equalize', 0.6, 4],
  ],
  [
    ['colour', 0.9, 9],
    ['equalize', 0.6, 6],
  ],
  [
    ['autocontrast', 0.8, 4],
    ['solarize', 0.2, 8],
  ],
  [
    ['brightness', 0.1, 3],
    ['colour', 0.7, 0],
  ],
  [
    ['solarize', 0.4, 5],
    ['autocontrast', 0.9, 3],
  ],
  [
    ['translateY', 0.9, 9],
    ['translateY', 0.7, 9],
  ],
  [
    ['autocontrast', 0.9, 2],
    ['solarize', 0.8, 3],
  ],
  [
    ['equalize', 0.8, 8],
    ['invert', 0.1, 3],
  ],
  [
    ['translateY', 0.7, 9],
    ['autocontrast', 0.9, 1],
  ],
];

/** What a strength means for each operation: ten evenly spaced amounts, and whether a random sign goes with it. */
interface Scale {
  readonly amount: (strength: number) => number;
  /** How the amount is used with the sign drawn for the image, +1 or -1. Default: without it. */
  readonly signed?: (amount: number, sign: number) => number;
}

const between = (first: number, last: number) => (strength: number) => first + ((last - first) * strength) / 9;
const eitherWay = (amount: number, sign: number) => amount * sign;
const aroundOne = (amount: number, sign: number) => 1 + amount * sign;
const shear: Scale = { amount: between(0, 0.3), signed: eitherWay };
const translate: Scale = { amount: between(0, 150 / 331), signed: eitherWay };
const enhance: Scale = { amount: between(0, 0.9), signed: aroundOne };
const unused: Scale = { amount: () => 0 };

const SCALES: Readonly<Record<OperationName, Scale>> = {
  shearX: shear,
  shearY: shear,
  translateX: translate,
  translateY: translate,
  rotate: { amount: between(0, 30) }, // always anticlockwise, as in Stutz's code
  colour: enhance,
  contrast: enhance,
  brightness: enhance,
  sharpness: enhance,
  posterize: { amount: (strength) => Math.round(between(8, 4)(strength)) },
  solarize: { amount: between(256, 0) },
  autocontrast: unused,
  equalize: unused,
  invert: unused,
};

/** The number an operation is given for a strength from 0 to 9 and the sign drawn for the image. */
export function amountOf(operation: OperationName, strength: number, sign: 1 | -1): number {
  const { amount, signed } = SCALES[operation];
  const value = amount(strength);
  return signed === undefined ? value : signed(value, sign);
}
