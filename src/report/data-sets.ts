/**
 * Names of data sets, compared.
 *
 * @module
 */

/** One spelling for one data set, whoever wrote it: `CIFAR-10` and `cifar10` are `cifar10`. */
export function datasetKey(dataset: string): string {
  return dataset.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
