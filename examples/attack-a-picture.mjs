/**
 * Changes pictures so little that nobody sees it, until the network errs.
 *
 *   node examples/attack-a-picture.mjs <model> <pictures…>
 */
import { attackPictures } from 'saddlepoint';

const [model, ...pictures] = process.argv.slice(2);
for (const { picture, before, after, fooled, adversarial } of attackPictures(pictures, { model, epsilon: 4 / 255 })) {
  console.log(`${picture}: ${before.class} → ${after.class}, ${fooled ? 'fooled' : 'not fooled'}: ${adversarial}`);
}
