/**
 * What attacks refuse, before any work starts: a code, what was expected, what was received.
 *
 * @module
 */
import { afterAll, describe, expect, test } from 'vitest';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { failureOf } from '../../test/support/failure.js';
import { ops, tensor, tidy, type ErrorCode, type Tensor } from '../engine/index.js';
import { attackOf, linf, Pgd, type Attack, type AttackDescription } from './index.js';
import { int64, LinearNetwork, Recorder, toyBatch, toyNetwork, type ToyBatch } from './toy.test-helper.js';

leavesNothingAlive();

/** As for any call, with the tensors it makes freed. */
const tidyFailureOf = (call: () => unknown) => failureOf(() => tidy(call));

/** A value of a type the compiler would not let through. */
const wrong = (value: unknown) => value as never;

describe('a description that makes no sense', () => {
  const sound: AttackDescription = { name: 'pgd', norm: 'linf', epsilon: 0.1, steps: 5 };
  const cases: Record<string, [Partial<AttackDescription>, RegExp]> = {
    'epsilon NaN': [{ epsilon: NaN }, /expected epsilon to be a number of at least 0, received NaN/],
    'epsilon infinite': [{ epsilon: Infinity }, /epsilon.*received Infinity/],
    'epsilon negative': [{ epsilon: -0.1 }, /epsilon.*received -0\.1/],
    'epsilon as text': [{ epsilon: wrong('8/255') }, /epsilon.*received "8\/255"/],
    'epsilon missing': [{ epsilon: wrong(undefined) }, /epsilon.*received undefined/],
    'epsilon on the scale of bytes': [
      { epsilon: 8 },
      /at most 1 for images in \[0, 1\], received 8\. Did you mean 8\/255\?/,
    ],
    'steps negative': [{ steps: -1 }, /expected steps to be a whole number of at least 0, received -1/],
    'steps a fraction': [{ steps: 2.5 }, /steps.*received 2\.5/],
    'steps NaN': [{ steps: NaN }, /steps.*received NaN/],
    'step size NaN': [{ stepSize: NaN }, /expected stepSize to be a number of at least 0, received NaN/],
    'step size negative': [{ stepSize: -0.01 }, /stepSize.*received -0\.01/],
    'an unknown norm': [{ norm: wrong('l7') }, /expected a norm out of .*linf.*, received "l7"/],
    'a norm named like a method': [{ norm: wrong('toString') }, /expected a norm .*received "toString"/],
    'an unknown initialization': [{ initialization: wrong('gauss') }, /initialization.*uniform.*received "gauss"/],
    'an unknown objective': [{ objective: wrong(3) }, /objective.*cross-entropy.*received 3/],
    'an unknown iterate': [{ iterate: wrong('first') }, /expected iterate to be best or last, received "first"/],
  };

  test.each(Object.entries(cases))('%s', (_, [change, message]) => {
    const failure = failureOf(() => attackOf({ ...sound, ...change }));
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe('ARGUMENT');
  });

  test('the edges are allowed: no steps, no budget, the whole box', () => {
    expect(attackOf({ ...sound, steps: 0 }).epsilon).toBe(0.1);
    expect(attackOf({ ...sound, epsilon: 0 }).epsilon).toBe(0);
    expect(attackOf({ ...sound, epsilon: 1 }).epsilon).toBe(1);
  });
});

describe('a batch that makes no sense', () => {
  const attack: Attack = new Pgd({ norm: linf, epsilon: 0.1, steps: 2 });
  const model = new Recorder(toyNetwork());
  afterAll(() => {
    model.dispose();
  });
  const gone = tensor([1]);
  gone.dispose();

  const cases: Record<string, [ErrorCode, RegExp, (batch: ToyBatch) => Partial<ToyBatch>]> = {
    'images as bytes': [
      'ARGUMENT',
      /expected images as float32 \[N, C, H, W\].*received Tensor\(uint8/,
      (b) => ({ images: b.images.to({ dtype: 'uint8' }) }),
    ],
    'images in double precision': [
      'ARGUMENT',
      /received Tensor\(float64/,
      (b) => ({ images: b.images.to({ dtype: 'float64' }) }),
    ],
    'one image without its batch dimension': [
      'ARGUMENT',
      /received Tensor\(float32 \[2, 6, 6\]/,
      (b) => ({ images: b.images.select(0, 0) }),
    ],
    'images in [0, 255]': [
      'ARGUMENT',
      /expected images in \[0, 1\], received \d+ of 216 values outside.*Divide bytes by 255/,
      (b) => ({ images: b.images.mul(255) }),
    ],
    'normalised images': ['ARGUMENT', /normalise inside the model/, (b) => ({ images: b.images.sub(0.5) })],
    'an image with a NaN': ['ARGUMENT', /received 216 of 216/, (b) => ({ images: b.images.mul(NaN) })],
    'images that are no tensor': [
      'ARGUMENT',
      /expected images .*received an array of 2/,
      () => ({ images: wrong([1, 2]) }),
    ],
    'images missing': ['ARGUMENT', /expected images .*received undefined/, () => ({ images: wrong(undefined) })],
    'images of another library': [
      'ARGUMENT',
      /received an object/,
      () => ({ images: wrong({ ndim: 4, dtype: 'float32', shape: [1, 1, 1, 1] }) }),
    ],
    'disposed images': ['DISPOSED', /disposed/, () => ({ images: gone })],
    'labels as floats': [
      'ARGUMENT',
      /expected labels as int64 \[3\], received Tensor\(float32 \[3\]/,
      () => ({ labels: ops.zeros([3]) }),
    ],
    'too few labels': [
      'ARGUMENT',
      /expected labels as int64 \[3\], received Tensor\(int64 \[2\]/,
      () => ({ labels: int64([0, 1]) }),
    ],
    'labels one-hot': ['ARGUMENT', /expected labels/, (b) => ({ labels: b.labels.oneHot({ numClasses: 4 }) })],
    'labels as words': [
      'ARGUMENT',
      /expected labels as a list of classes or as int64 \[N\], received an array of 3/,
      () => ({ labels: wrong(['a', 'b', 'c']) }),
    ],
    'disposed labels': ['DISPOSED', /disposed/, () => ({ labels: gone })],
    'indices of another number': ['ARGUMENT', /expected indices as int64 \[3\]/, () => ({ indices: int64([0]) })],
    'indices that are no tensor': [
      'ARGUMENT',
      /expected indices as int64 \[3\], received an array of 3/,
      () => ({ indices: wrong([0, 1, 2]) }),
    ],
    'indices missing': ['ARGUMENT', /expected indices .*received undefined/, () => ({ indices: wrong(undefined) })],
  };

  test.each(Object.entries(cases))('%s', (_, [code, message, change]) => {
    const failure = tidyFailureOf(() => {
      const { images, labels, ...randomness } = { ...toyBatch([0, 1, 2]), ...change(toyBatch([0, 1, 2])) };
      return attack.run(model, images, labels, randomness);
    });
    expect(failure.message).toMatch(message);
    expect(failure.code).toBe(code);
    expect(model.calls).toHaveLength(0);
  });

  test.each([99, -1])('a label that the network has no class for, %d, with every mode restored', (label) => {
    const network = toyNetwork();
    const call = (work: (batch: ToyBatch, labels: Tensor) => unknown) =>
      tidyFailureOf(() => work(toyBatch([0]), int64([label])));
    const failures = [
      call(({ images, ...rest }, labels) => attack.run(network, images, labels, rest)),
      call(({ images, ...rest }, labels) => attack.perturb(network, images, labels, rest)),
    ];
    const message = `expected labels from 0 to 3 for a network of 4 classes, received ${label} to ${label}`;
    for (const failure of failures) expect(failure).toMatchObject({ code: 'ARGUMENT', message });
    expect([...network.modules()].every(([, module]) => module.training)).toBe(true);
    network.dispose();
  });

  /** A network of the caller's own, which answers what a function makes of the right logits. */
  class Answering extends LinearNetwork {
    constructor(readonly answer: (logits: Tensor) => unknown) {
      super(Array.from({ length: 4 }, (_, row) => Array.from({ length: 72 }, (_, i) => Math.sin(row * 72 + i))));
    }

    override forward(images: Tensor): Tensor {
      return wrong(this.answer(super.forward(images)));
    }
  }
  const answers: Record<string, [(logits: Tensor) => unknown, RegExp]> = {
    'maps in place of logits': [(z) => z.unsqueeze(2).unsqueeze(3), /received Tensor\(float32 \[3, 4, 1, 1\]/],
    'one number an image': [(z) => z.select(1, 0), /received Tensor\(float32 \[3\]/],
    'too few rows': [(z) => z.narrow(0, 0, 2), /received Tensor\(float32 \[2, 4\] .* for 3/],
    'no classes': [(z) => z.narrow(1, 0, 0), /received Tensor\(float32 \[3, 0\]/],
    'whole numbers': [(z) => z.to({ dtype: 'int64' }), /received Tensor\(int64/],
    'an array': [(z) => z.toNumbers(), /received an array of 12 for 3/],
    'logits in an object': [(z) => ({ logits: z }), /received an object/],
    nothing: [() => undefined, /received undefined/],
    'a promise': [(z) => Promise.resolve(z), /Its forward must not be asynchronous/],
    'logits without a gradient': [(z) => z.detach(), /expected logits with a gradient to the images/],
  };
  test.each(Object.entries(answers))('a network that answers %s', (_, [answer, message]) => {
    const network = new Answering(answer);
    const options = { norm: linf, epsilon: 0.1 } as const;
    for (const asked of [
      new Pgd({ ...options, steps: 2 }),
      attackOf({ name: 'apgd', ...options, norm: 'linf', steps: 2 }),
    ]) {
      const failure = tidyFailureOf(() => {
        const { images, labels, ...rest } = toyBatch([0, 1, 2]);
        return asked.run(network, images, labels, rest);
      });
      expect(failure).toMatchObject({ code: 'ARGUMENT', message: expect.stringMatching(message) as string });
    }
    network.dispose();
  });

  test('a network that answers in another precision is attacked all the same', () => {
    const network = new Answering((z) => z.to({ dtype: 'float64' }));
    const images = tidy(() => {
      const { images: clean, labels, ...rest } = toyBatch([0, 1, 2]);
      return attack.run(network, clean, labels, rest).images.shape;
    });
    expect(images).toEqual([3, 2, 6, 6]);
    network.dispose();
  });

  test('something that is no network', () => {
    const failure = tidyFailureOf(() => {
      const { images, labels, ...rest } = toyBatch([0]);
      return attack.run(wrong({ forward: () => images }), images, labels, rest);
    });
    expect(failure.message).toMatch(/expected a model as a Module, received an object/);
    expect(failure.code).toBe('ARGUMENT');
  });
});
