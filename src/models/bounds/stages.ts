/**
 * A network as bounds see it: affine maps, activations, and sums of two ways. Made from its layers as they are in
 * evaluation mode: dropout has no effect, batch normalisation is an affine map.
 *
 * @module
 */
import { SaddlepointError, type DType } from '../../engine/index.js';
import { Clamp, isExactly, Linear, type Module } from '../../nn/index.js';
import { isPreActivation, isResidual, openChains } from '../attack-network/known.js';
import type { PreActivationBlock } from '../pre-activation-block.js';
import type { AffineMap } from './affine-map.js';
import type { Box } from './box.js';
import type { Lines } from './rule.js';
import { BOUND_RULES } from './rules.js';

export type Stage =
  | { readonly kind: 'affine'; readonly name: string; readonly map: AffineMap }
  | {
      readonly kind: 'activation';
      readonly name: string;
      readonly interval: (input: Box) => Box;
      readonly lines: ((input: Box) => Lines) | undefined;
    }
  | { readonly kind: 'sum'; readonly name: string; readonly branches: readonly [readonly Stage[], readonly Stage[]] };

/** A network in two parts, so that whoever asks for differences of logits can merge them with the last layer. */
export interface Stages {
  readonly stages: readonly Stage[];
  /** The linear layer that comes last, where there is one. */
  readonly last: Linear | undefined;
}

/**
 * The stages of a network. Its tensors belong to the caller's scope, and follow no later update of the weights.
 *
 * @throws SaddlepointError ARGUMENT for a layer without a rule, with its name
 */
export function stagesOf(model: Module, dtype: DType): Stages {
  const layers = openChains([model]);
  // The images of a box lie in [0, 1] already.
  const first = layers.findIndex((layer) => !isExactly(layer, Clamp));
  const inner = first === -1 ? [] : layers.slice(first);
  const last = inner.at(-1);
  const merged = last !== undefined && isExactly(last, Linear) ? last : undefined;
  const paths = new Map(Array.from(model.modules(), ([path, layer]) => [layer, path]));
  return { stages: compile(merged === undefined ? inner : inner.slice(0, -1), dtype, paths), last: merged };
}

function compile(layers: readonly Module[], dtype: DType, paths: ReadonlyMap<Module, string>): Stage[] {
  return openChains(layers).flatMap((layer): Stage[] => {
    const name = `${paths.get(layer) ?? ''} (${layer.constructor.name})`.trim();
    const sum = (branch: readonly Module[], shortcut: readonly Module[]): Stage => {
      return { kind: 'sum', name, branches: [compile(branch, dtype, paths), compile(shortcut, dtype, paths)] };
    };
    if (isResidual(layer)) return [sum(layer.branch, [layer.shortcut]), ...compile([layer.relu], dtype, paths)];
    if (isPreActivation(layer)) {
      const [before, branch, shortcut] = partsOf(layer);
      return [...compile(before, dtype, paths), sum(branch, shortcut)];
    }
    const rule = BOUND_RULES.entries.find(([, each]) => isExactly(layer, each.layer))?.[1];
    if (rule === undefined) throw unknown(name);
    if ('affine' in rule) return [{ kind: 'affine', name, map: rule.affine(layer, dtype) }];
    return [{ kind: 'activation', name, interval: (input) => rule.interval(layer, input), lines: rule.lines }];
  });
}

/** What comes before the two ways of a block, and both. */
function partsOf(block: PreActivationBlock): [before: readonly Module[], Module[], Module[]] {
  const fromActivation = block.shortcutFrom === 'activation' && block.shortcut.layers.length > 0;
  if (fromActivation) return [block.preactivation, [...block.branch], [block.shortcut]];
  return [[], [...block.preactivation, ...block.branch], [block.shortcut]];
}

function unknown(name: string): SaddlepointError {
  return new SaddlepointError(
    'ARGUMENT',
    `expected layers with a bound rule (${BOUND_RULES.names.join(', ')}), received ${name}; add a rule to ` +
      'BOUND_RULES, or take a network without it',
  );
}
