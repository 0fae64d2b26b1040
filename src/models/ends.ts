/**
 * The first and the last layers, which all networks have in common.
 *
 * @module
 */
import { Clamp, Identity, kaimingNormal, Linear, Normalize, zeros, type Module } from '../nn/index.js';
import type { NetworkOptions } from './options.js';

/** Clips to [0, 1], or not. */
export function inputClamp({ clamp }: NetworkOptions): Module {
  return clamp ? new Clamp() : new Identity();
}

/** Normalises the colour planes, or not. */
export function inputNormalization({ normalize }: NetworkOptions): Module {
  return normalize === undefined ? new Identity() : new Normalize(normalize.mean, normalize.std);
}

/** How many logits there are: one a class, or one for two classes. */
export function logitCount({ classes, singleLogit }: NetworkOptions): number {
  return singleLogit ? 1 : classes;
}

/** Stutz's last layer: Kaiming normal by fan-in, shift 0. */
export function classifier(features: number, options: NetworkOptions): Linear {
  const initial = { weightInitializer: kaimingNormal('fan-in'), biasInitializer: zeros };
  return new Linear(features, logitCount(options), initial);
}
