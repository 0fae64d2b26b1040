/**
 * Which form the attack network takes on this machine: the fastest of a few, by a short measurement.
 *
 * @module
 */
import { grad, tidy, type Tensor } from '../engine/index.js';
import { AttackNetwork, PLAIN_FORM, type FrozenForm } from '../models/attack-network/index.js';
import type { Module } from '../nn/index.js';

/** The forms by the names recipes use; `auto` measures. */
const FORMS = {
  plain: PLAIN_FORM,
  'channels-last': { dtype: 'float32', memoryFormat: 'channels-last' },
  bfloat16: { dtype: 'bfloat16', memoryFormat: 'channels-last' },
} as const satisfies Readonly<Record<string, FrozenForm>>;

export type AttackFormName = keyof typeof FORMS;
export const ATTACK_NETWORK_NAMES = ['auto', 'plain', 'channels-last', 'bfloat16'] as const;

export interface AttackFormChoice {
  readonly name: AttackFormName;
  /** Measured attack passes (forward and backward to the images) a second, by form; empty when not measured. */
  readonly passesPerSecond: Readonly<Record<string, number>>;
}

export function formOf(name: AttackFormName): FrozenForm {
  return FORMS[name];
}

/** Repetitions of each form; the best counts, since whatever disturbs a measurement only makes it slower. */
const REPETITIONS = 3;
/** A form that is this much slower in its first pass is not measured further. */
const HOPELESS = 3;

/** Times one attack pass of each form on these images, float32 [N, C, H, W] in [0, 1]. Leaves nothing alive. */
export function chooseAttackForm(model: Module, images: Tensor): AttackFormChoice {
  const passesPerSecond: Record<string, number> = {};
  let best: { name: AttackFormName; seconds: number } | undefined;
  for (const name of Object.keys(FORMS) as AttackFormName[]) {
    const seconds = fastest(model, FORMS[name], images, best?.seconds ?? Infinity);
    passesPerSecond[name] = Math.round(images.dimension(0) / seconds);
    if (best === undefined || seconds < best.seconds) best = { name, seconds };
  }
  return { name: best!.name, passesPerSecond };
}

function fastest(model: Module, form: FrozenForm, images: Tensor, toBeat: number): number {
  return tidy(() => {
    const network = new AttackNetwork(model, form);
    let best = pass(network, images); // warms up, and counts where it is hopeless
    for (let i = 0; i < REPETITIONS && best < HOPELESS * toBeat; i += 1) best = Math.min(best, pass(network, images));
    return best;
  });
}

function pass(network: AttackNetwork, images: Tensor): number {
  const started = performance.now();
  tidy(() => {
    const input = images.detach();
    input.requiresGrad = true;
    const [gradient] = grad(network.forward(input).sum(), [input]) as [Tensor];
    gradient.sum().item(); // waits for the device
  });
  return (performance.now() - started) / 1000;
}
