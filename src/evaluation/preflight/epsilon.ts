/**
 * Is the budget on the scale of images in [0, 1], and of its norm?
 *
 * @module
 */
import { isTransformation, THREAT_MODELS, type ThreatModelName } from '../../attacks/index.js';
import { DISTANCES } from '../verifier/distances.js';
import { movesPixels } from '../verifier/transformations.js';
import { note, stop, type Finding } from './finding.js';

const CHECK = 'epsilon-scale';
const LEVEL = 1 / 255;

/**
 * Stops where a budget reaches the uniformly grey image from every image (then no classifier can be better than a
 * guess), or is so small that it was divided by 255 twice; notes one that no 8-bit image can use, or that looks
 * like an L-infinity budget in L2.
 *
 * @param shape of one image, [C, H, W]
 */
export function checkEpsilon(norm: ThreatModelName, epsilon: number, shape: readonly number[]): Finding | undefined {
  const size = shape.reduce((product, length) => product * length, 1);
  if (!Number.isFinite(epsilon) || epsilon < 0)
    return stop(CHECK, `expected an epsilon of at least 0, received ${epsilon}`);
  const threat = THREAT_MODELS.get(norm);
  if (isTransformation(threat)) return checkTransformation(norm, epsilon, threat.diameter(shape));
  if (!DISTANCES.has(norm)) {
    return stop(
      CHECK,
      `expected a distance for the threat model ${norm}, by which the verifier measures it again, found none. ` +
        `Add it where the threat model is added: DISTANCES.add('${norm}', …), from saddlepoint/evaluation`,
    );
  }
  if (epsilon === 0) return undefined;
  const { counts, diameter } = threat;
  if (counts !== undefined) return checkCount(norm, epsilon, counts, diameter(shape));
  const half = diameter(shape) / 2;
  if (epsilon >= half) {
    return stop(
      CHECK,
      `expected an epsilon below ${short(half)}, the ${norm} distance within which every image of shape ` +
        `[${shape.join(', ')}] in [0, 1] has the uniformly grey image, received ${short(epsilon)}. Did you mean ` +
        `${short(epsilon)}/255?`,
    );
  }
  // In L-infinity budgets of half a grey level are in use; a tenth is 8/255 divided by 255 again, and the like.
  const least = norm === 'linf' ? LEVEL / 10 : LEVEL;
  if (epsilon < least) {
    return stop(
      CHECK,
      `expected an epsilon of at least ${short(least)} in ${norm}, received ${short(epsilon)}: it moves no pixel ` +
        `by a grey level. Was it divided by 255 twice? ${short(epsilon * 255)} is ${short(epsilon)} * 255`,
    );
  }
  if (epsilon < LEVEL) {
    return note(CHECK, `an epsilon of ${short(epsilon)} is less than a grey level: no other 8-bit image is within it`);
  }
  if (norm === 'l2' && epsilon < (0.2 * Math.sqrt(size)) / 255) {
    return note(
      CHECK,
      `an L2 epsilon of ${short(epsilon)} moves a pixel by ${short((epsilon / Math.sqrt(size)) * 255)} grey ` +
        'levels on average; was it meant for linf?',
    );
  }
  return undefined;
}

/** The verifier makes moved images again; one from outside it does not know, and its images it cannot judge. */
function checkTransformation(norm: string, epsilon: number, most: number): Finding | undefined {
  if (!movesPixels(norm)) {
    return stop(
      CHECK,
      `expected a transformation by which the verifier can make images again, received ${norm}, which it does not know`,
    );
  }
  if (epsilon > 0 && epsilon <= most) return undefined;
  return stop(CHECK, `expected an epsilon for ${norm} above 0 and at most ${short(most)}, received ${short(epsilon)}`);
}

function checkCount(norm: string, epsilon: number, counts: string, most: number): Finding | undefined {
  if (most <= 1)
    return stop(
      CHECK,
      `expected a threat model that leaves something of an image, received ${norm}: every network fails`,
    );
  if (epsilon >= 1 && epsilon < most) return undefined;
  return stop(
    CHECK,
    `expected an epsilon for ${norm} from 1 to ${most - 1}, a count of ${counts}, received ${short(epsilon)}`,
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
