/**
 * Which backend the attack network takes on this machine: the fastest of a few, by a short measurement.
 *
 * @module
 */
import { grad, withTf32, type Tensor } from '../../engine/index.js';
import { FROZEN_BACKENDS, searchedNetwork, type FrozenBackend } from '../../models/attack-network/index.js';
import { supportsNativeKernels, type Module } from '../../nn/index.js';
import { chooseFastest, type Rates, type Way } from './fastest.js';

export type FrozenBackendName = keyof typeof FROZEN_BACKENDS;
/**
 * What a training attacks: a backend of the attack network, or the model itself, which is what the backends are
 * measured by.
 */
export type AttackBackend = FrozenBackendName | 'model';
/** What a training chooses from. */
const TRAINING_ATTACK_BACKENDS = ['plain', 'channels-last', 'winograd', 'bfloat16'] as const;
export const ATTACK_BACKENDS = ['auto', 'plain', 'channels-last', 'winograd', 'bfloat16', 'model'] as const;

export interface AttackBackendChoice {
  readonly name: FrozenBackendName;
  /** Measured attack passes (forward and backward to the images) a second, by backend. */
  readonly passesPerSecond: Rates;
}

/** Null for the model itself. */
export function backendOf(name: AttackBackend): FrozenBackend | null {
  return name === 'model' ? null : FROZEN_BACKENDS[name];
}

/** The backends that differ for this model: `winograd` is left out where it changes nothing. */
export function attackBackendsFor<Name extends FrozenBackendName>(
  model: Module,
  names: readonly Name[] = TRAINING_ATTACK_BACKENDS as readonly FrozenBackendName[] as readonly Name[],
): Name[] {
  return names.filter((name) => name !== 'winograd' || supportsNativeKernels(model));
}

/** Whether a search in this backend rounds more than float32 does. */
export function isReduced(name: AttackBackend): boolean {
  const backend = backendOf(name);
  return backend !== null && (backend.dtype !== 'float32' || backend.tf32 === true);
}

/**
 * Times one attack pass of each backend on these images, float32 [N, C, H, W] in [0, 1]. Leaves nothing alive.
 *
 * @param names the backends to choose from; default: a training's that differ for this model
 * @param begin told each backend before it is tried
 */
export function chooseAttackBackend(
  model: Module,
  images: Tensor,
  names: readonly FrozenBackendName[] = attackBackendsFor(model),
  begin?: (name: FrozenBackendName) => void,
): AttackBackendChoice {
  const ways = Object.fromEntries(
    names.map((name) => [name, attackPassOf(model, name, (n) => images.narrow(0, 0, n))]),
  );
  const { device } = images;
  return chooseFastest(ways as Record<FrozenBackendName, Way>, {
    images: images.size(0),
    device,
    begin,
    reduced: isReduced,
  });
}

/**
 * One attack pass, forward and backward to the images.
 *
 * @param take the first so many images; they belong to the caller's scope
 */
export function attackPassOf(model: Module, name: AttackBackend, take: (images: number) => Tensor): Way {
  return (number) => {
    const backend = backendOf(name);
    const network = searchedNetwork(model, backend);
    const images = take(number);
    const once = () => {
      pass(network, images);
    };
    return name === 'tf32' ? () => withTf32(once) : once;
  };
}

function pass(network: Module, images: Tensor): void {
  const input = images.detach();
  input.requiresGrad = true;
  const [gradient] = grad(network.forward(input).sum(), [input]) as [Tensor];
  gradient.sum().item(); // waits for the device
}
