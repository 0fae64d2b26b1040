/**
 * CIFAR-10 (Krizhevsky, 2009): 50,000 + 10,000 colour photographs in 10 classes, 32 × 32.
 *
 * @module
 */
import { fetchCifar, findCifar, loadCifar, verifyCifar, type CifarFamily } from './cifar.js';
import { dataCache } from './download.js';
import type { Source } from './source.js';

/** The official files and their SHA-256; of the pickles MD5 alone is known, and we never fetch them. */
export const CIFAR10: CifarFamily = {
  name: 'cifar-10',
  title: 'CIFAR-10',
  classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  archive: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
  },
  binary: {
    folder: 'cifar-10-batches-bin',
    labels: 1,
    train: {
      images: 10_000,
      files: {
        'data_batch_1.bin': 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
        'data_batch_2.bin': 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
        'data_batch_3.bin': 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
        'data_batch_4.bin': '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
        'data_batch_5.bin': '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
      },
    },
    test: {
      images: 10_000,
      files: { 'test_batch.bin': '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b' },
    },
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
  images: { classes: CIFAR10.classes, shape: [3, 32, 32] },
  find: () => findCifar(CIFAR10, [dataCache()])?.folder,
  load: (folder) => loadCifar(CIFAR10, folder),
  fetch: (say) => fetchCifar(CIFAR10, say),
  verify: (folder) => verifyCifar(CIFAR10, folder),
};
