/**
 * What the table calls networks, trainings and sets of images.
 *
 * @module
 */
import type { BoundMethod } from '../../evaluation/certified-error.js';
import { datasetKey } from '../data-sets.js';
import { count, epsilon, normName } from '../format.js';
import { type RecipeFacts } from '../recipe-facts.js';
import { ARTICLE_MODELS, type ArticleModel } from './article.js';

/** The name of an architecture as the literature writes it; one it does not know stays as it is. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['resnet20', 'ResNet-20'],
  ['resnet34', 'ResNet-34'],
  ['resnet50', 'ResNet-50'],
  ['preact-resnet18', 'PreActResNet-18'],
  ['wide-resnet', 'Wide ResNet'],
  ['resnet', 'ResNet'],
  ['small-cnn', 'small CNN'],
]);

/** A network of a run: what to call it, and which of Stutz's it is, if any. */
export interface NamedModel {
  readonly name: string;
  readonly article: ArticleModel | undefined;
}

/** Names the network. Another width than the article's is said, for it is another network. */
export function nameModel({ architecture, model }: RecipeFacts): NamedModel {
  if (architecture === undefined) return { name: 'unknown', article: undefined };
  const width = widthOf(model?.options);
  const article = ARTICLE_MODELS.find((one) => one.architecture === architecture);
  if (article !== undefined && (width === undefined || width === article.width)) return { name: article.name, article };
  const name = article?.name ?? ARCHITECTURES.get(architecture) ?? architecture;
  return { name: width === undefined ? name : `${name}, width ${width}`, article: undefined };
}

function widthOf(options: unknown): number | undefined {
  const width = (options as { readonly width?: unknown } | null | undefined)?.width;
  return typeof width === 'number' ? width : undefined;
}

/** `adversarial, L∞ ε = 0.03`; the budget is that of the attack in training, `ε = 6/255 to 10/255` where it changes. */
export function nameTraining({ training, trainedNorm = 'linf', trainedEpsilon, firstEpsilon }: RecipeFacts): string {
  if (training === undefined) return '–';
  if (trainedEpsilon === undefined) return training;
  if (firstEpsilon === undefined) return `${training}, ${nameBudget(trainedNorm, trainedEpsilon)}`;
  return `${training}, ${nameBudget(trainedNorm, firstEpsilon)} to ${epsilon(trainedEpsilon)}`;
}

/** `L∞ ε = 8/255` */
export function nameBudget(norm: string, size: number): string {
  return `${normName(norm)} ε\u00a0=\u00a0${epsilon(size)}`;
}

/** Bounds as the literature writes them. */
export const BOUND_NAMES: Readonly<Record<BoundMethod, string>> = { ibp: 'IBP', crown: 'CROWN' };

const DATASETS: Readonly<Record<string, { name: string; test: number }>> = {
  cifar10: { name: 'CIFAR-10', test: 10_000 },
  cifar100: { name: 'CIFAR-100', test: 10_000 },
  mnist: { name: 'MNIST', test: 10_000 },
  fashionmnist: { name: 'Fashion-MNIST', test: 10_000 },
  svhn: { name: 'SVHN', test: 26_032 },
};

/**
 * `CIFAR-10, first 1,000 test images`; images from elsewhere than the front of the test set are named as they are.
 *
 * @param whole whether these are all images of the split, where the size of the test set is not known here
 */
export function nameImages(dataset: string, split: string, examples: number, whole: boolean): string {
  const known = DATASETS[datasetKey(dataset)];
  const name = known?.name ?? dataset;
  if (!isFrontOfTest(split)) return `${name}, ${split}, ${count(examples, 'image')}`;
  const all = known === undefined ? split === 'test' && whole : examples === known.test;
  return all
    ? `${name}, full test set (${count(examples, 'image')})`
    : `${name}, first ${count(examples, 'test image')}`;
}

/** Whether a split is `test`, or `test[0:…]`. */
export function isFrontOfTest(split: string): boolean {
  return split === 'test' || split.startsWith('test[0:');
}
