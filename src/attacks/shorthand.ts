/**
 * Attacks as a program writes them: plain values, as in a recipe.
 *
 * @module
 */
import { SaddlepointError, expectation } from '../engine/index.js';
import type { Attack } from './attack.js';
import { parseBudget } from './budget.js';
import { ATTACKS, attackSchema, attackOf, normsOf, type AttackDescription, type AttackName } from './registry.js';

/** An attack's options. Only epsilon has to be said; it may be a fraction such as `8/255`. */
export type AttackChoice = Partial<Omit<AttackDescription, 'epsilon' | 'name' | 'stepSize'>> & {
  readonly epsilon: number | string;
  readonly stepSize?: number | string | undefined;
};

/**
 * Makes an attack from its name and plain options, with the defaults of a recipe.
 *
 * @throws SaddlepointError ARGUMENT for a name or option that is none, or a value out of its range
 */
export function createAttack(description: AttackChoice & { readonly name: AttackName }): Attack {
  const checked = attackSchema().safeParse(description, { error: expectation });
  if (checked.success) return attackOf(checked.data);
  for (const key of ['epsilon', 'stepSize'] as const) requireBudget(key, description[key]);
  // The attack's own words know more: the nearest name, and what the attack has.
  const [norm] = normsOf(ATTACKS.get(description.name));
  attackOf({ norm, ...description } as AttackDescription);
  const [issue] = checked.error.issues;
  throw new SaddlepointError('ARGUMENT', `${issue!.path.join('.')}: ${issue!.message}`);
}

/** Text that is no budget; whatever else is wrong the attack says itself. */
function requireBudget(key: string, value: unknown): void {
  if (typeof value !== 'string' || parseBudget(value) !== undefined) return;
  throw new SaddlepointError(
    'ARGUMENT',
    `expected ${key} as a positive number or a fraction such as 8/255, received ${JSON.stringify(value)}`,
  );
}

const named = (name: AttackName) => (options: AttackChoice) => createAttack({ ...options, name });

/** Projected gradient descent (Madry et al., ICLR 2018). */
export const pgd = named('pgd');
/** The fast gradient sign method (Goodfellow et al., ICLR 2015). */
export const fgsm = named('fgsm');
/** The basic iterative method (Kurakin et al., ICLR 2017 workshop). */
export const bim = named('bim');
/** Auto-PGD (Croce and Hein, ICML 2020). */
export const apgd = named('apgd');
/** The fast adaptive boundary attack (Croce and Hein, ICML 2020). */
export const fab = named('fab');
/** DeepFool (Moosavi-Dezfooli et al., CVPR 2016). */
export const deepfool = named('deepfool');
/** Carlini and Wagner's L2 attack (S&P 2017). */
export const cw = named('cw');
/** Decoupled direction and norm (Rony et al., CVPR 2019). */
export const ddn = named('ddn');
/** The fast minimum-norm attack (Pintor et al., NeurIPS 2021). */
export const fmn = named('fmn');
/** The Square attack (Andriushchenko et al., ECCV 2020). */
export const square = named('square');
