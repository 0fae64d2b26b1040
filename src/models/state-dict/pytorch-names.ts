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
];

/**
 * Renames a state dict to our names.
 *
 * @throws SaddlepointError CHECKPOINT when two names become the same
 */
export function renamePyTorchState<Value>(state: ReadonlyMap<string, Value>): Map<string, Value> {
  const renamed = new Map<string, Value>();
  for (const [original, value] of state) {
    const name = rename(original);
    if (name === null) continue;
    if (renamed.has(name)) {
      throw new SaddlepointError('CHECKPOINT', `expected different tensors, received two that are named \`${name}\``);
    }
    renamed.set(name, value);
  }
  return renamed;
}

function rename(original: string): string | null {
  let name = original;
  for (const [pattern, replacement] of PYTORCH_NAMES) {
    if (!pattern.test(name)) continue;
    if (replacement === null) return null;
    name = name.replace(pattern, replacement);
  }
  return name;
}
