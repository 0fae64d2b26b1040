/**
 * The forms that torch.save gives a state dict, a small file each (scripts/golden/make_models_torch_variants.py): read
 * to the values that PyTorch reads, or refused with the true reason.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { readGolden, unpack } from '../../test/support/golden.js';
import '../../test/support/matchers.js';
import type { PackedTensor } from '../../test/support/matchers.js';
import { readTorchFile } from './index.js';

leavesNothingAlive();

interface Variant {
  readonly file: string;
  readonly entry: string | null;
  /** What PyTorch reads. */
  readonly expected?: Readonly<Record<string, PackedTensor>>;
  /** A part of the reason. */
  readonly refusal?: string;
}

const { cases } = readGolden<Variant>('models-torch-variants');
const read = ({ file, entry }: Variant) => {
  const path = fileURLToPath(new URL(`../../test/golden/torch-variants/${file}`, import.meta.url));
  return readTorchFile(path, entry === null ? {} : { entry });
};
const named = (variants: readonly Variant[]) =>
  variants.map((variant) => [`${variant.file} ${variant.entry ?? ''}`, variant] as const);

test.each(named(cases.filter(({ expected }) => expected !== undefined)))('%s is read', (_, variant) => {
  const state = read(variant);
  expect([...state.keys()]).toEqual(Object.keys(variant.expected!));
  for (const [name, packed] of Object.entries(variant.expected!)) {
    using value = unpack(packed);
    expect(state.get(name)!, name).toBeAllclose(value, 0);
  }
  for (const tensor of state.values()) tensor.dispose();
});

test.each(named(cases.filter(({ refusal }) => refusal !== undefined)))('%s is refused', (_, variant) => {
  const failure = failureOf(() => read(variant));
  expect(failure.code).toBe('CHECKPOINT');
  expect(failure.message).toContain(variant.refusal);
});
