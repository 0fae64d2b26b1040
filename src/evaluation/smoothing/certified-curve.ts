/**
 * Certificates of many images in figures: certified accuracy against the radius (Cohen et al., ICML 2019, figure 6),
 * and the average certified radius (Zhai et al., "MACER", ICLR 2020, section 5).
 *
 * @module
 */
import { wilsonInterval } from '../interval.js';
import type { CertifiedAccuracy, ImageCertificate, SmoothingResult } from './certificate.js';

/** Between two radii of the curve, in shares of sigma. */
const STEP = 0.2;

/**
 * The share of images that the smoothed classifier gets right, certified in the whole ball of a radius; every image
 * counts, those it abstains from included.
 *
 * @param certificates at least one
 */
export function certifiedAccuracy(certificates: readonly ImageCertificate[], radius: number): CertifiedAccuracy {
  const correct = certificates.filter((one) => one.answer === one.label && one.radius >= radius).length;
  const examples = certificates.length;
  return { radius, correct, accuracy: correct / examples, interval: wilsonInterval(correct, examples) };
}

/** The curve, the average radius and the abstentions. @param certificates at least one */
export function summarize(
  certificates: readonly ImageCertificate[],
  sigma: number,
): Pick<SmoothingResult, 'curve' | 'averageRadius' | 'abstentions'> {
  const right = certificates.filter(({ answer, label }) => answer === label);
  const furthest = right.reduce((most, { radius }) => Math.max(most, radius), 0);
  const steps = Math.floor(furthest / (STEP * sigma)) + 1;
  const radii = Array.from({ length: steps + 1 }, (_, step) => Number((step * STEP * sigma).toPrecision(12)));
  return {
    curve: radii.map((radius) => certifiedAccuracy(certificates, radius)),
    averageRadius: right.reduce((sum, { radius }) => sum + radius, 0) / certificates.length,
    abstentions: certificates.filter(({ answer }) => answer === null).length,
  };
}
