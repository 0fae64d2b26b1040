/**
 * What the article reports, and on which terms: "47.9% Robust Test Error on CIFAR10 with Adversarial Training and
 * PyTorch" (D. Stutz). The body of its table is lost; these are the figures its text gives.
 *
 * @module
 */

/** A network of the article, with its errors as fractions; null where no source gives one. */
export interface ArticleModel {
  /** As recipes name it. */
  readonly architecture: string;
  /** Channels of its first layer; another width is another network. */
  readonly width: number;
  readonly name: string;
  readonly clean: number;
  readonly pgd: number | null;
  readonly autoattack: number | null;
  /** Which model the figure belongs to is concluded, and not stated. */
  readonly inferred: boolean;
}

/** In the article's order. */
export const ARTICLE_MODELS: readonly ArticleModel[] = [
  {
    architecture: 'wrn-28-10',
    width: 12,
    name: 'WRN-28-10',
    clean: 0.09,
    pgd: 0.438,
    autoattack: 0.479,
    inferred: false,
  },
  { architecture: 'resnet18', width: 64, name: 'ResNet-18', clean: 0.145, pgd: null, autoattack: null, inferred: true },
  {
    architecture: 'simplenet',
    width: 64,
    name: 'SimpleNet',
    clean: 0.156,
    pgd: null,
    autoattack: null,
    inferred: true,
  },
];

export const ARTICLE = {
  title: '47.9% Robust Test Error on CIFAR10 with Adversarial Training and PyTorch',
  dataset: 'cifar-10',
  /** The first test images. */
  examples: 1000,
  training: 'adversarial',
  norm: 'linf',
  epsilon: 0.03,
} as const;

/** The terms of the article's figures. */
export const ARTICLE_NOTE =
  `The article is David Stutz's "${ARTICLE.title}": CIFAR-10, adversarial training with PGD at L∞ ε = 0.03 ` +
  '(as its code has it, not 8/255), errors on the first 1,000 test images, PGD with 10 iterations as in training. ' +
  'It gives no intervals; of 1,000 images, the 95 % interval is about ± 3 points at 45 % and ± 2 points at 10 %. The clean error of WRN-28-10 is given as "9%".';

/** The reservation about the two models whose figures the text does not assign. */
export const INFERRED_NOTE =
  'The article says that "the other two" models have clean errors of 14.5 % and 15.6 %; that these are ResNet-18 and ' +
  'SimpleNet, in this order, is concluded from the order in which it names them. Their robust errors are lost.';
