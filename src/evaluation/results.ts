/**
 * What an evaluation says, and the form in which it lies in a run folder (`evaluation/*.json`).
 *
 * @module
 */
import type { ConfidenceResult } from './confidence/confidence-result.js';
import type { CorruptionResult } from './corruptions/corruption-result.js';
import type { DistalResult } from './distal/distal-result.js';
import type { Doubt, MaskingReport } from './masking/verdict.js';
import type { AttackProvenance, NetworkProvenance, Provenance } from './provenance/provenance.js';
import type { SmoothingResult } from './smoothing/certificate.js';
import type { Verification } from './verifier/verification.js';

/** A rate with its 95 % interval; all three are fractions. */
export interface ErrorRate {
  readonly errors: number;
  readonly examples: number;
  readonly error: number;
  readonly interval: readonly [number, number];
  /** What became of each image, see `paired/outcomes.ts`; results from before do not say. */
  readonly outcomes?: string | undefined;
}

/** A robust error, never without what it was measured with. */
export interface RobustErrorRate {
  /** e.g. `pgd`. */
  readonly attack: string;
  /** As tables write it, e.g. `PGD`; results from before do not say. */
  readonly label?: string | undefined;
  readonly norm: string;
  /** The budget, for images in [0, 1]. */
  readonly epsilon: number;
  readonly steps: number;
  readonly restarts: number;
  readonly examples: number;
  readonly errors: number;
  readonly robustError: number;
  readonly interval: readonly [number, number];
  /** Where something says that the attack could not search: read the number with the evaluation's `masking`. */
  readonly doubt?: Doubt | undefined;
  /** `sampled` where AutoAttack tried its expensive stages on a sample; see the evaluation's `bound`. */
  readonly order?: string | undefined;
  /**
   * Where such a sample was not followed by all: with 95 % confidence the robust error on these images, had every stage
   * run on all of them, is at most this. The interval covers it.
   */
  readonly atMost?: number | undefined;
  /** Of AutoAttack. */
  readonly version?: string | undefined;
  /** How the search computed: see `reducedPrecision` for those with rounded factors. Results from before do not say. */
  readonly backend?: string | undefined;
  /** All parameters and the very images; results from before do not say. */
  readonly of?: AttackProvenance | undefined;
  /** What became of each image, see `paired/outcomes.ts`; results from before do not say. */
  readonly outcomes?: string | undefined;
}

/** What one stage of an evaluation did. */
export interface StageResult {
  /** e.g. `apgd-t`. */
  readonly name: string;
  /** Restarts times targets. */
  readonly rounds: number;
  /** Examples it was run on, and of these the ones it fooled. */
  readonly attacked: number;
  readonly errors: number;
  /** Of all examples, after this stage. */
  readonly robustError: number;
  /**
   * In the sampled order: it was tried on a sample of the examples still robust, and on the others only where that
   * found any.
   */
  readonly audit?: { readonly sample: number; readonly of: number; readonly ranOnAll: boolean } | undefined;
  readonly seconds: number;
}

/** How much the stages that ran on a sample alone could have found on the other examples. */
export interface AuditBound {
  readonly stages: readonly string[];
  readonly sample: number;
  readonly of: number;
  readonly confidence: number;
  /** At most so many more examples, */
  readonly errors: number;
  /** which would make the robust error at most this. */
  readonly robustError: number;
}

export interface ClassResult {
  readonly name: string;
  readonly examples: number;
  readonly cleanErrors: number;
  readonly errors: number;
}

/** `evaluation/test.json`, and `evaluation/<id>.json` with the id of `job/names.ts` */
export interface EvaluationResult {
  /** Whose number it is; results from before do not say. */
  readonly of?: Provenance | undefined;
  readonly dataset: string;
  /** Which part of the data set, e.g. `test[0:1000]`. */
  readonly split: string;
  readonly examples: number;
  readonly clean: ErrorRate;
  /** By attack name, e.g. `pgd`. */
  readonly attacks: Readonly<Record<string, RobustErrorRate>>;
  /** Robust error against growing budgets, of one attack; empty when not measured. */
  readonly curve: readonly RobustErrorRate[];
  /** Of AutoAttack. */
  readonly version?: string | undefined;
  readonly order?: string | undefined;
  /** Of the attacks' random numbers. */
  readonly seed?: number | undefined;
  /** Of a random sample of the split. */
  readonly sample?: { readonly seed: number } | undefined;
  /**
   * Whose stages these are, and on which images: also bound, classes and what was verified. Others than `examples`
   * where evaluations of several attacks are one result.
   */
  readonly stagesOf?:
    | {
        readonly attack: string;
        readonly label?: string | undefined;
        readonly split: string;
        readonly examples: number;
      }
    | undefined;
  readonly stages?: readonly StageResult[] | undefined;
  readonly bound?: AuditBound | undefined;
  readonly perClass?: readonly ClassResult[] | undefined;
  /** The verifier's count from the saved images, which is the number issued. */
  readonly verified?: Omit<Verification, 'rounded' | 'outcomes'> | undefined;
  /** The same images rounded to 8 bits. */
  readonly eightBit?: Verification['rounded'] | undefined;
  /** Whether the robust error may come from an attack that fails. */
  readonly masking?: MaskingReport | undefined;
  /** With a reject option. */
  readonly confidence?: ConfidenceResult | undefined;
  /** Of attacked noise. */
  readonly distal?: DistalResult | undefined;
  /** On common corruptions; the clean error beside it is on as many images. */
  readonly corruptions?: CorruptionResult | undefined;
  /** Certificates by randomised smoothing, one a standard deviation of the noise. */
  readonly smoothing?: readonly SmoothingResult[] | undefined;
  /** What a reader should know, in sentences. */
  readonly notes?: readonly string[] | undefined;
  readonly seconds: number;
}

/** One image of the gallery, as one network sees it. */
export interface GalleryItem {
  /** Index in the test set. */
  readonly index: number;
  /** The true class, by name. */
  readonly label: string;
  /** PNG files in base64, unscaled: one image pixel a PNG pixel. */
  readonly original: string;
  readonly adversarial: string;
  /** The perturbation, multiplied by `scale` and centred on mid-grey. */
  readonly perturbation: string;
  readonly cleanPrediction: string;
  readonly cleanConfidence: number;
  readonly adversarialPrediction: string;
  readonly adversarialConfidence: number;
}

/** `evaluation/gallery.json` */
export interface Gallery {
  /** Which network's predictions these are; galleries from before do not say. */
  readonly of?: NetworkProvenance | undefined;
  readonly attack: string;
  readonly norm: string;
  readonly epsilon: number;
  /** By how much the perturbations are multiplied to be seen. */
  readonly scale: number;
  readonly items: readonly GalleryItem[];
}
