/**
 * The names other PyTorch implementations give the same parameters, and ours. Ours are those of the common
 * ResNets for CIFAR, so a Python user who has these loads our weights without any renaming.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';

/** A name that matches is rewritten, or left out where there is no replacement. Applied in this order. */
export const PYTORCH_NAMES: readonly (readonly [pattern: RegExp, replacement: string | null])[] = [
  // torch.nn.DataParallel, torch.compile
  [/^module\./, ''],
  [/^_orig_mod\./, ''],
  // torchvision's ResNets, and timm's
  [/\.downsample\./, '.shortcut.'],
  [/^fc\./, 'linear.'],
  // The Wide ResNets of TRADES and most of the robustness literature; their second copy of the first group is unused.
  [/^sub_block1\./, null],
  [/^block(\d+)\.layer\.(\d+)\./, 'layer$1.$2.'],
  [/\.convShortcut\./, '.shortcut.0.'],
  // A second copy of the first layers in Andriushchenko and Flammarion's pre-activation ResNets, unused.
  [/^model_preact_hl1\./, null],
  // DeepMind's Wide ResNets, which number the groups from 0, and their pre-activation ResNets.
  [/^(init_conv|conv_2d)\./, 'conv1.'],
  [/^logits\./, 'linear.'],
  ...[0, 1, 2, 3].map(
    (group) => [new RegExp(`^layer(\\.${group}\\.block|_${group})\\.`), `layer${group + 1}.`] as const,
  ),
  [/\.batchnorm_0\./, '.bn1.'],
  [/\.batchnorm_1\./, '.bn2.'],
  [/\.(conv_0|conv_2d_1)\./, '.conv1.'],
  [/\.(conv_1|conv_2d_2)\./, '.conv2.'],
  [/\.shortcut\.(weight|bias)$/, '.shortcut.0.$1'],
];

/** DeepMind's last normalisation has one name, which ours has not. */
const LAST = /^batchnorm\./;
const isPreActResNet = (names: Iterable<string>) => [...names].some((name) => /(^|\.)layer_0\./.test(name));

/**
 * Renames a state dict to our names.
 *
 * @throws SaddlepointError CHECKPOINT when two names become the same
 */
export function renamePyTorchState<Value>(state: ReadonlyMap<string, Value>): Map<string, Value> {
  const renamed = new Map<string, Value>();
  const last = isPreActResNet(state.keys()) ? 'bn.' : 'bn1.';
  for (const [original, value] of state) {
    const name = rename(original)?.replace(LAST, last);
    if (name === undefined) continue;
    if (renamed.has(name)) {
      throw new SaddlepointError('CHECKPOINT', `expected different tensors, received two that are named \`${name}\``);
    }
    renamed.set(name, value);
  }
  return renamed;
}

/** Undefined for what is left out. */
function rename(original: string): string | undefined {
  let name = original;
  for (const [pattern, replacement] of PYTORCH_NAMES) {
    if (!pattern.test(name)) continue;
    if (replacement === null) return undefined;
    name = name.replace(pattern, replacement);
  }
  return name;
}
