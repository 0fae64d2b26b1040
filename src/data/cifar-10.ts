/**
 * CIFAR-10 (Krizhevsky, 2009): 50,000 + 10,000 colour photographs in 10 classes, 32 × 32.
 *
 * @module
 */
import { fetchCifar, findCifar, loadCifar, verifyCifar, type CifarFamily } from './cifar.js';
import { dataCache } from './download.js';
import type { Source } from './source.js';

/** The official files and their MD5 sums. */
export const CIFAR10: CifarFamily = {
  name: 'cifar-10',
  title: 'CIFAR-10',
  classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  archive: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  },
  binary: {
    folder: 'cifar-10-batches-bin',
    labels: 1,
    train: {
      images: 10_000,
      files: {
        'data_batch_1.bin': '5dd7e06a14cb22eb9f671a540d1b7c25',
        'data_batch_2.bin': '5ea93a67294ea407fff1d09f752e9692',
        'data_batch_3.bin': '942cd6a4bcdd0dd3c604fbe906cb4421',
        'data_batch_4.bin': 'ae636b3ba5c66a11e91e8cb52e771fcb',
        'data_batch_5.bin': '53f37980c15c3d472c316c40844f3f0d',
      },
    },
    test: { images: 10_000, files: { 'test_batch.bin': '803d5f7f4d78ea53de84dbe85f74fb6d' } },
  },
  python: {
    folder: 'cifar-10-batches-py',
    labels: 'labels',
    train: {
      images: 10_000,
      files: {
        data_batch_1: 'c99cafc152244af753f735de768cd75f',
        data_batch_2: 'd4bba439e000b95fd0a9bffe97cbabec',
        data_batch_3: '54ebc095f3ab1f0389bbae665268c751',
        data_batch_4: '634d18415352ddfa80567beed471001a',
        data_batch_5: '482c414d41f54cd18b22e5b47cb7c3cb',
      },
    },
    test: { images: 10_000, files: { test_batch: '40351d587109b95175f43aff81a1287e' } },
  },
};

export const cifar10: Source = {
  about: '60,000 colour photographs, 32 × 32, 10 classes (170 MB to download)',
  find: () => findCifar(CIFAR10, [dataCache()])?.folder,
  load: (folder) => loadCifar(CIFAR10, folder),
  fetch: (say) => fetchCifar(CIFAR10, say),
  verify: (folder) => verifyCifar(CIFAR10, folder),
};
