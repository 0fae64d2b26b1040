/**
 * Checkpoints as other people write them (scripts/golden/make_checkpoints.py): PyTorch's logits with nothing
 * said but the file, or after one question that names the option.
 *
 * @module
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { temporaryFolder } from '../../test/support/folders.js';
import { readGolden, unpack } from '../../test/support/golden.js';
import '../../test/support/matchers.js';
import type { PackedTensor } from '../../test/support/matchers.js';
import { noGrad, openWeights, tidy, writeSafetensors } from '../engine/index.js';
import { askedNetwork, type NetworkOptions } from './network-options.js';
import { openForeign } from './open-foreign.js';

leavesNothingAlive();

interface CheckpointCase {
  readonly file: string;
  readonly about: string;
  /** What has to be said. */
  readonly options: NetworkOptions;
  /** A part of what is asked where it is not. */
  readonly question: string | null;
  readonly logits: PackedTensor;
}

const [{ images }, ...cases] = readGolden<unknown>('checkpoints').cases as [
  { images: PackedTensor },
  ...(readonly CheckpointCase[]),
];
const golden = (file: string) => fileURLToPath(new URL(`../../test/golden/checkpoints/${file}`, import.meta.url));
const open = (path: string, options: NetworkOptions = {}) => openForeign(path, askedNetwork(options), options.weights);
const named = cases.map((each) => [each.about, each] as const);

test('there are seventeen of them', () => {
  expect(cases).toHaveLength(17);
});

describe('the logits are those of PyTorch', () => {
  test.each(named)('%s', (_, { file, options, logits }) => {
    const { model } = open(golden(file), options);
    tidy(() => {
      expect(noGrad(() => model.eval().forward(unpack(images)))).toBeAllclose(logits, 1e-5);
    });
    model.dispose();
  });
});

describe('what the file does not tell is asked, with the option that answers it', () => {
  test.each(named.filter(([, { question }]) => question !== null))('%s', (_, { file, question }) => {
    const { code, message } = failureOf(() => open(golden(file)));
    expect(['ARGUMENT', 'CHECKPOINT']).toContain(code);
    expect(message).toContain(question);
  });
});

describe('what was read and what is assumed is said', () => {
  const notesOf = (file: string, options?: NetworkOptions) => {
    const { model, source, normalizationKnown } = open(golden(file), options);
    model.dispose();
    return { notes: source.notes!, normalizationKnown };
  };

  test('a network and the convention of its names', () => {
    const { notes, normalizationKnown } = notesOf('article.ckpt');
    expect(notes).toEqual([
      expect.stringMatching(
        /tell the network: wide-resnet, depth=10, widenFactor=2, width=2; what they do not tell is taken as usual: ReLU; the stride on a block's second convolution/,
      ),
    ]);
    expect(normalizationKnown).toBe(false);
  });

  test('a normalisation in the file', () => {
    const { notes, normalizationKnown } = notesOf('preact-normalized.pt');
    expect(notes[1]).toBe('the normalisation of the images is the one in the file');
    expect(normalizationKnown).toBe(true);
  });

  test("DeepMind's networks by their names, with what no name tells", () => {
    expect(notesOf('deepmind.pt').notes).toEqual([
      expect.stringMatching(
        /tell the network: wide-resnet, depth=16, widenFactor=2, width=2, bias=false, strideOn=first, shortcutFrom=activation, activation=silu, padding=end; what they do not tell is taken as usual: SiLU, also called Swish, as in/,
      ),
      'the normalisation of the images is the one in the file',
    ]);
    expect(notesOf('deepmind-preact.pt').notes[0]).toMatch(/shortcutFrom=input, shortcutKernel=3, activation=silu/);
    const relu = { preset: 'none', set: ['activation=relu'] };
    expect(notesOf('deepmind-relu.pt', relu).notes[0]).toMatch(/activation=relu, padding=end; .*: ReLU$/);
  });

  test('a stem that leaves no trace', () => {
    expect(notesOf('timm.pth.tar', { weights: 'ema' }).notes[0]).toContain('a stem of stride 1 without pooling');
  });
});

describe('one clear error', () => {
  const folder = temporaryFolder();
  /** A file with some of the tensors of another, under these names. */
  const changed = (file: string, rename: (name: string) => string | undefined) =>
    tidy(() => {
      const path = join(folder, 'changed.safetensors');
      const tensors = [...openWeights(golden(file)).tensors].flatMap(([name, tensor]) => {
        const other = rename(name);
        return other === undefined ? [] : [[other, tensor] as const];
      });
      writeSafetensors(path, new Map(tensors));
      return path;
    });

  test.each<[string, string, NetworkOptions, RegExp]>([
    [
      'an architecture that the weights contradict',
      'pytorch-cifar.pth',
      { architecture: 'resnet18' },
      /expected blocks=\[2,1,1,1\], as the names and shapes in .* tell, received resnet18, which has blocks=\[2,2,2,2\]/,
    ],
    [
      'an option that they contradict',
      'trades.pt',
      { set: ['strideOn=second'] },
      /expected strideOn=first, as the names and shapes in .* tell, received strideOn=second/,
    ],
    ['an architecture of another family', 'trades.pt', { architecture: 'simplenet' }, /do not fit simplenet/],
    [
      'a second normalisation',
      'robustbench.pt',
      { preset: 'cifar-10' },
      /holds its normalisation, mean 0\.4914,0\.4822,0\.4465 .*: expected no other/,
    ],
    [
      'an average where there is none',
      'trades.pt',
      { weights: 'ema' },
      /holds the weights of one network alone: expected no --weights, received ema/,
    ],
    ['an unknown option', 'trades.pt', { set: ['widht=3'] }, /unknown option `widht`, did you mean `width`\?/],
  ])('%s', (_, file, options, message) => {
    expect(failureOf(() => open(golden(file), options)).message).toMatch(message);
  });

  test('a network that is none of ours is named', () => {
    const withoutShortcuts = changed('bottlenecks.pt', (name) => (name.includes('shortcut') ? undefined : name));
    expect(failureOf(() => open(withoutShortcuts)).message).toMatch(
      /none of those here: its shortcuts have no weights/,
    );
  });

  test('names that nobody knows are shown, with what to do', () => {
    const strange = changed('trades.pt', (name) => name.replace('module.', '').replaceAll('block', 'brick'));
    const { code, message } = failureOf(() => open(strange));
    expect(code).toBe('ARGUMENT');
    expect(message).toMatch(
      /names tell the network, received conv1\.weight, brick1\..* and \d+ more in .*--architecture/,
    );
  });

  test('a normalisation of pixels from 0 to 255 is asked for in [0, 1]', () => {
    const path = join(folder, 'bytes.safetensors');
    tidy(() => {
      const { tensors } = openWeights(golden('robustbench.pt'));
      const scaled = [...tensors].map(
        ([name, value]) => [name, name.startsWith('normalize.') ? value.mul(255) : value] as const,
      );
      writeSafetensors(path, new Map(scaled));
    });
    expect(failureOf(() => open(path)).message).toMatch(
      /pixels from 0 to 255, .* say --mean 0\.4914,0\.4822,0\.4465 --std 0\.2471,0\.2435,0\.2616/,
    );
    open(path, { mean: [0.4914, 0.4822, 0.4465], std: [0.2471, 0.2435, 0.2616] }).model.dispose();
  });
});
