/**
 * A training method of one's own: adversarial logit pairing (Kannan, Kurakin and Goodfellow, 2018), cross-entropy on
 * adversarial images, and a price for logits that move. Recipes know it once it is imported:
 *
 *   npx saddlepoint train recipe.yaml --import ./examples/write-a-method.mjs --set training.method=logit-pairing
 */
import { defineMethod, METHODS, nn, z } from 'saddlepoint';

METHODS.add(
  'logit-pairing',
  defineMethod({
    attacks: true,
    options: { pairing: z.number().min(0).default(0.5) },
    create: ({ pairing }) => ({
      attacked: (images) => images,
      loss({ images, adversarial, labels, labelSmoothing, forward }) {
        const [clean, robust] = forward(images, adversarial);
        const error = nn.classificationLoss(robust, labels, { labelSmoothing });
        const moved = clean.sub(robust).square().mean();
        return { loss: error.add(moved, { alpha: pairing }), clean, adversarial: robust };
      },
    }),
  }),
);
