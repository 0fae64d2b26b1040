/**
 * Named configurations of projected gradient descent that came before it.
 *
 * @module
 */
import { requireInteger } from '../engine/index.js';
import { defineAttack } from './definition.js';
import { zero } from './initializations/index.js';
import { Pgd, pgdOptions, type PgdOptions } from './pgd.js';

/**
 * The fast gradient sign method (Goodfellow, Shlens and Szegedy, "Explaining and Harnessing Adversarial Examples",
 * ICLR 2015, section 4): one step of length epsilon from the image. In another norm than the maximum norm the step is
 * that norm's. An initialization makes it the fast method of Wong, Rice and Kolter (ICLR 2020).
 *
 * @throws SaddlepointError ARGUMENT for another number of steps than one
 */
export function fastGradientSign(
  options: Omit<PgdOptions, 'name' | 'steps'> & { readonly steps?: number | undefined },
): Pgd {
  const { steps = 1, stepSize = options.epsilon, initialization = zero, iterate = 'last', ...rest } = options;
  requireInteger('steps of fgsm', steps, 1, 1);
  return new Pgd({ ...rest, steps, stepSize, initialization, iterate, name: 'fgsm' });
}

/**
 * The basic iterative method (Kurakin, Goodfellow and Bengio, "Adversarial Examples in the Physical World", ICLR 2017
 * workshop, section 2.2): several steps from the image, the last iterate taken. The paper's rule, steps of 1/255 and
 * 1.25 epsilon of them, gives the default step size: 1.25 epsilon / steps.
 */
export function basicIterative(options: Omit<PgdOptions, 'name'>): Pgd {
  const reach = options.norm.reach ?? options.epsilon;
  const { stepSize = (1.25 * reach) / Math.max(1, options.steps), ...rest } = options;
  const { initialization = zero, iterate = 'last' } = rest;
  return new Pgd({ ...rest, stepSize, initialization, iterate, name: 'bim' });
}

export const fgsmAttack = defineAttack({
  label: 'FGSM',
  about: 'one step of length epsilon (Goodfellow et al., 2015)',
  norms: ['linf', 'l2', 'l1', 'l0'],
  steps: 1,
  options: pgdOptions,
  create: (options) => fastGradientSign(options),
});

export const bimAttack = defineAttack({
  label: 'BIM',
  about: 'the basic iterative method: small steps from the image (Kurakin et al., 2017)',
  norms: 'all',
  steps: 40,
  options: pgdOptions,
  create: (options) => basicIterative(options),
});
