/**
 * Which form the attack network takes on this machine: the fastest of a few, by a short measurement.
 *
 * @module
 */
import { grad, withTf32, type Tensor } from '../../engine/index.js';
import { AttackNetwork, FROZEN_FORMS, type FrozenForm } from '../../models/attack-network/index.js';
import { suitsOwnConvolutions, type Module } from '../../nn/index.js';
import { chooseFastest, type Rates } from './fastest.js';

export type AttackFormName = keyof typeof FROZEN_FORMS;
/**
 * What a training attacks: a form of the attack network, or the model itself, which is what the forms are measured by.
 */
export type AttackNetworkName = AttackFormName | 'model';
/** What a training chooses from. */
const TRAINING_ATTACK_FORMS = ['plain', 'channels-last', 'winograd', 'bfloat16'] as const;
export const ATTACK_NETWORK_NAMES = ['auto', 'plain', 'channels-last', 'winograd', 'bfloat16', 'model'] as const;

export interface AttackFormChoice {
  readonly name: AttackFormName;
  /** Measured attack passes (forward and backward to the images) a second, by form. */
  readonly passesPerSecond: Rates;
}

/** Null for the model itself. */
export function formOf(name: AttackNetworkName): FrozenForm | null {
  return name === 'model' ? null : FROZEN_FORMS[name];
}

/** The forms that differ for this model: `winograd` is left out where it changes nothing. */
export function attackFormsFor<Name extends AttackFormName>(
  model: Module,
  names: readonly Name[] = TRAINING_ATTACK_FORMS as readonly AttackFormName[] as readonly Name[],
): Name[] {
  return names.filter((name) => name !== 'winograd' || suitsOwnConvolutions(model));
}

/**
 * Times one attack pass of each form on these images, float32 [N, C, H, W] in [0, 1]. Leaves nothing alive.
 *
 * @param names the forms to choose from; default: a training's that differ for this model
 * @param begin told each form before it is tried
 */
export function chooseAttackForm(
  model: Module,
  images: Tensor,
  names: readonly AttackFormName[] = attackFormsFor(model),
  begin?: (name: AttackFormName) => void,
): AttackFormChoice {
  const prepare = (name: AttackFormName) => () => {
    const network = new AttackNetwork(model, FROZEN_FORMS[name]);
    const once = () => {
      pass(network, images);
    };
    return name === 'tf32' ? () => withTf32(once) : once;
  };
  const candidates = Object.fromEntries(names.map((name) => [name, prepare(name)]));
  return chooseFastest(candidates as Record<AttackFormName, () => () => void>, images.size(0), images.device, begin);
}

function pass(network: AttackNetwork, images: Tensor): void {
  const input = images.detach();
  input.requiresGrad = true;
  const [gradient] = grad(network.forward(input).sum(), [input]) as [Tensor];
  gradient.sum().item(); // waits for the device
}
