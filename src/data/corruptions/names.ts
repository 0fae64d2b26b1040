/**
 * The corruptions of CIFAR-10-C and CIFAR-100-C: 15 that the mean is taken over, and 4 extra ones that the authors set
 * apart for validation.
 *
 * Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations", ICLR
 * 2019.
 *
 * @module
 */

/** Those of the benchmark, in the paper's order: noise, blur, weather, digital. */
export const STANDARD_CORRUPTIONS: readonly string[] = [
  'gaussian_noise',
  'shot_noise',
  'impulse_noise',
  'defocus_blur',
  'glass_blur',
  'motion_blur',
  'zoom_blur',
  'snow',
  'frost',
  'fog',
  'brightness',
  'contrast',
  'elastic_transform',
  'pixelate',
  'jpeg_compression',
];

/** Measured where they are there, and never part of the mean. */
export const EXTRA_CORRUPTIONS: readonly string[] = ['speckle_noise', 'gaussian_blur', 'spatter', 'saturate'];

/** Every corruption has its images in so many severities, the mildest first. */
export const SEVERITIES = 5;

/** Images of each severity in the files as they are published. */
export const PUBLISHED_IMAGES = 10_000;
