import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

const NORMS = { linf: 'Linf', l2: 'L2', l1: 'L1' };
/** Our architectures by the names of their classes in benchmarks/pytorch/networks.py. */
const NETWORKS = { 'small-cnn': 'SmallCnn', resnet18: 'ResNet18', simplenet: 'SimpleNet' };

/**
 * Hands weights and images over to reference.py, and brings back its answer.
 *
 * @param batch makes `{ images, labels }`, within a scope
 * @param settings the script's other options: reference, norm, epsilon, threads, seed and what else it takes
 */
export function askReference({ saddlepoint, model, description, batch, temporary, python, settings }) {
  const network = NETWORKS[description.architecture];
  if (network === undefined)
    throw new Error(
      `expected an architecture out of ${Object.keys(NETWORKS).join(', ')}, received ${description.architecture}`,
    );
  const [weights, images] = [join(temporary, 'weights.safetensors'), join(temporary, 'images.safetensors')];
  saddlepoint.writeSafetensors(weights, new Map(model.stateDict()));
  saddlepoint.tidy(() => {
    const made = batch();
    saddlepoint.writeSafetensors(
      images,
      new Map([
        ['images', made.images],
        ['labels', made.labels],
      ]),
    );
  });
  const values = {
    ...settings,
    weights,
    images,
    norm: NORMS[settings.norm],
    network: JSON.stringify({ name: network, options: description.options }),
  };
  const { status, stdout, stderr } = spawnSync(
    python,
    [join(here, 'reference.py'), ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)])],
    { encoding: 'utf8', maxBuffer: 2 ** 28, env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' } },
  );
  if (status !== 0) throw new Error(`the reference failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Positions 0 to `count` - 1, int64. */
export function firstPositions(saddlepoint, count) {
  return saddlepoint.tensor(BigInt64Array.from({ length: count }, (_, i) => BigInt(i)));
}
