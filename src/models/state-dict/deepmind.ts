/**
 * What tells DeepMind's networks (Gowal et al., 2020, and who built on their code), and what they have that others have
 * not: SiLU, zeros at the end of the map, and images that are always normalised.
 *
 * @module
 */

/** @param original names before they are ours */
export function isDeepMinds(original: readonly string[]): boolean {
  return original.some((name) => /(^|\.)(layer\.\d+\.block\.\d+|layer_\d+\.\d+)\.batchnorm_0\./.test(name));
}

export const DEEPMINDS = {
  options: { activation: 'silu', padding: 'end' },
  /** Some train them with ReLU, which leaves no trace. */
  alike: ['activation'],
  normalizesImages: true,
} as const;
