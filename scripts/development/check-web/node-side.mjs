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
     * The iterates of PGD, a step at a time: the image with its start, then what comes of each step.
     *
     * @param {Float32Array} image
     * @param {{ norm: 'linf' | 'l2', epsilon: number, steps: number, start: Float32Array, label: number }} attack
     */
    iterates: (image, { norm, epsilon, steps, start, label }) => {
      const labels = BigInt64Array.of(BigInt(label));
      const options = {
        norm: NORMS[norm],
        epsilon,
        stepSize: (2.5 * epsilon) / steps,
        iterate: /** @type {const} */ ('last'),
      };
      /** @param {number} taken @param {Float32Array} from a perturbation */
      const attack = (taken, from) =>
        tidy(() => {
          const initialization = { name: 'given', random: false, perturbation: () => batch(from) };
          const pgd = new Pgd({ ...options, steps: taken, initialization });
          return Float32Array.from(pgd.run(model, batch(image), tensor(labels), { seed: 1 }).images.toNumbers());
        });
      const found = [attack(0, start)];
      for (let step = 0; step < steps; step += 1) {
        const present = found.at(-1) ?? image;
        const perturbation = present.map((pixel, i) => pixel - (image[i] ?? NaN));
        found.push(attack(1, perturbation));
      }
      return found;
    },
  };
}

/** @param {readonly number[]} logits @param {number} label */
export function lossOf(logits, label) {
  const largest = Math.max(...logits);
  return largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) - (logits[label] ?? NaN);
}
