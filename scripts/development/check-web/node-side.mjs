// What Node says of the pictures that the page attacks.
import { noGrad, tensor, tidy } from '../../../dist/engine/index.js';
import { loadModel } from '../../../dist/index.js';
import { Pgd, NORMS } from '../../../dist/attacks/index.js';

const [SIZE, CHANNELS] = [32, 3];

/** Planes of float32 in [0, 1]. @param {Uint8Array} bytes row by row, as PNG has them */
export function planes(bytes) {
  const area = SIZE * SIZE;
  const ofPlane = (/** @type {number} */ i) => bytes[(i % area) * CHANNELS + Math.floor(i / area)] ?? 0;
  return Float32Array.from(bytes, (_, i) => ofPlane(i) / 255);
}

/** A network's answers. @param {string} path */
export function openInNode(path) {
  const { model } = loadModel(path);
  model.eval();
  /** @param {Float32Array} image */
  const batch = (image) => tensor(image).reshape([1, CHANNELS, SIZE, SIZE]);
  return {
    /** @param {Float32Array} image */
    logits: (image) => tidy(() => noGrad(() => model.forward(batch(image))).toNumbers()),
    /**
     * The last iterate of PGD from a given start.
     *
     * @param {Float32Array} image
     * @param {{ norm: 'linf' | 'l2', epsilon: number, steps: number, start: Float32Array, label: number }} attack
     */
    attack: (image, { norm, epsilon, steps, start, label }) =>
      tidy(() => {
        const initialization = { name: 'given', random: false, perturbation: () => batch(start) };
        const pgd = new Pgd({ norm: NORMS[norm], epsilon, steps, initialization, iterate: 'last' });
        const labels = tensor(BigInt64Array.of(BigInt(label)));
        return pgd.run(model, batch(image), labels, { seed: 1 }).images.toNumbers();
      }),
  };
}
