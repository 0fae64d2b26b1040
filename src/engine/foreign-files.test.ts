/**
 * Files of other kinds are named as what they are; what stands beside the weights in a checkpoint is read past.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { readGolden, unpack } from '../../test/support/golden.js';
import '../../test/support/matchers.js';
import type { PackedTensor } from '../../test/support/matchers.js';
import { openWeights, tidy } from './index.js';

leavesNothingAlive();

const golden = (name: string) => fileURLToPath(new URL(`../../test/golden/foreign-files/${name}`, import.meta.url));
const folder = temporaryFolder();

const refusalOf = (path: string, entry?: string) => {
  const { code, message } = failureOf(() => openWeights(path, entry));
  expect(code).toBe('CHECKPOINT');
  return message;
};
const written = (content: string | Uint8Array) => {
  const path = join(folder, 'given.pt');
  writeFileSync(path, content);
  return path;
};

describe('named as what it is, with the way in', () => {
  test.each([
    [
      'torchscript.pt',
      /received a TorchScript program\. The network it was made from, before it was scripted or traced, is read whole\. In Python:\n {4}model\.eval\(\)\n[^]*torch\.export\.export\(model, \(torch\.zeros\(2, 3, 32, 32\),\), dynamic_shapes=[^]*torch\.export\.save\(program, "net\.pt2"\)\nIts weights alone in Python:\n {4}import torch\n {4}torch\.save\(torch\.jit\.load\(".*torchscript\.pt"/,
    ],
    ['export.pt2', /received a program of torch\.export\. [^]*torch\.export\.load\(/],
    [
      'network.pt',
      /holds a whole network, torch\.nn\.modules\.container\.Sequential, as Python objects[^]*weights_only=False\)\n {4}torch\.save\(model\.state_dict\(\)[^]*torch\.export\.save\(/,
    ],
    ['legacy-network.pt', /holds a whole network as Python objects[^]*weights_only=False/],
  ])('%s', (file, message) => {
    expect(refusalOf(golden(file))).toMatch(message);
  });

  test.each([
    ['an ONNX graph', Buffer.from([0x08, 0x08, 0x12, 0x07, ...Buffer.from('pytorch')])],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'],
    ['a web page', '<!DOCTYPE html><html><title>Sign in</title></html>'],
    ['a packed archive', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['an HDF5 file', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')],
    ['an empty file', ''],
  ])('%s', (kind, content) => {
    expect(refusalOf(written(content))).toContain(`received ${kind}`);
  });
});

test('of an ONNX graph, how the network it was made from is written whole', () => {
  const graph = Buffer.from([0x08, 0x08, 0x12, 0x07, ...Buffer.from('pytorch')]);
  expect(refusalOf(written(graph))).toMatch(
    /an ONNX graph\. The network it was made from, where that is one of PyTorch's, is read whole\. In Python:\n {4}model\.eval\(\)[^]*torch\.export\.save\(program, "net\.pt2"\)\nIts weights alone in Python:\n {4}import onnx/,
  );
});

describe('a checkpoint with more in it than weights', () => {
  const [{ weight, average }] = readGolden<{ weight: PackedTensor; average: PackedTensor }>('foreign-files').cases as [
    { weight: PackedTensor; average: PackedTensor },
  ];
  const expectWeight = (file: string, expected: PackedTensor, entry?: string) =>
    tidy(() => {
      const { tensors } = openWeights(golden(file), entry);
      expect([...tensors.keys()]).toEqual(['fc.weight']);
      expect(tensors.get('fc.weight')!).toBeAllclose(unpack(expected), 0);
    });

  test('options, numbers of NumPy and an optimizer are read past', () => {
    expectWeight('beside.pth.tar', weight);
  });

  test('of an average beside the weights, the question names the option, and each answer is taken', () => {
    expect(refusalOf(golden('average.pth'))).toMatch(
      /several state dicts, state_dict and state_dict_ema: --weights raw takes state_dict, .*; --weights ema takes state_dict_ema/,
    );
    expectWeight('average.pth', weight, 'raw');
    expectWeight('average.pth', average, 'ema');
    expectWeight('average.pth', average, 'state_dict_ema');
    expect(refusalOf(golden('average.pth'), 'state_dict_em')).toMatch(
      /no weights under state_dict_em, but under state_dict and state_dict_ema; did you mean state_dict_ema\?/,
    );
  });

  test('in dictionaries of dictionaries', () => {
    expect(refusalOf(golden('nested.ckpt'))).toContain('--weights ema takes model.ema.shadow');
    expectWeight('nested.ckpt', weight, 'raw');
    expectWeight('nested.ckpt', average, 'model.ema.shadow');
  });
});

test('the kind of a file of weights is told by its content, not by its name', () => {
  const header = Buffer.from('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  tidy(() => {
    const { tensors } = openWeights(written(Buffer.concat([length, header, Buffer.alloc(4)])));
    expect([...tensors.keys()]).toEqual(['a']);
  });
});
