/**
 * Means and standard deviations that networks are published with, by the names people know them by. They are facts of
 * the training images; the two of CIFAR-10 differ in how the deviation was taken (of all pixels, or the mean of each
 * image's).
 *
 * @module
 */
export const NORMALIZATION_PRESETS: Readonly<
  Record<string, { readonly mean: readonly number[]; readonly std: readonly number[] }>
> = {
  'cifar-10': { mean: [0.4914, 0.4822, 0.4465], std: [0.2471, 0.2435, 0.2616] },
  'cifar-10-kuangliu': { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
  'cifar-100': { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  mnist: { mean: [0.1307], std: [0.3081] },
};
