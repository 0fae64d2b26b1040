/**
 * An attack of one's own: random signs, the best of several. Recipes and commands know it once it is imported:
 *
 *   npx saddlepoint evaluate <run> --import ./examples/write-an-attack.mjs --attack random-signs --epsilon 0.1
 */
import { Attack, ATTACKS, defineAttack, z } from 'saddlepoint';
import { betterUntilFooled, crossEntropyObjective } from 'saddlepoint/attacks';
import { advance } from 'saddlepoint/engine';

class RandomSigns extends Attack {
  name = 'random-signs';

  constructor({ norm, epsilon, steps, strength = 1 }) {
    super(norm, epsilon, crossEntropyObjective);
    this.steps = steps;
    this.strength = strength;
  }

  /** What is returned is brought within budget and box, and looked at by the network, whatever this does. */
  search(context) {
    const { images, randomness } = context;
    let found = { images: images.clone(), ...context.query(images) };
    for (let step = 0; step < this.steps; step += 1) {
      found = advance(found, (before) => {
        // Numbers belong to the example, so that no result depends on its batch.
        const drawn = randomness.stream
          .derive('step', step)
          .uniform(randomness.indices, images.shape.slice(1), images.device);
        const moved = images.add(
          drawn
            .sub(0.5)
            .sign()
            .mul(this.strength * this.epsilon),
        );
        const candidate = this.project(images, moved);
        return betterUntilFooled(before, { images: candidate, ...context.query(candidate) });
      });
    }
    return found;
  }
}

ATTACKS.add(
  'random-signs',
  defineAttack({
    label: 'random signs',
    about: 'the worst of several random corners of the ball',
    norms: ['linf'],
    steps: 20,
    options: { strength: z.number().gt(0).max(1).optional() },
    blackBox: true,
    create: (options) => new RandomSigns(options),
  }),
);
