/**
 * CIFAR-100 (Krizhevsky, 2009): 50,000 + 10,000 colour photographs in 100 fine classes, 32 × 32. The 20 coarse
 * classes are not used.
 *
 * @module
 */
import { fetchCifar, findCifar, loadCifar, verifyCifar, type CifarFamily } from './cifar.js';
import { dataCache } from './download.js';
import type { Source } from './source.js';

const CLASSES =
  'apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle ' +
  'caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish ' +
  'forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle ' +
  'mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine ' +
  'possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar ' +
  'sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle wardrobe whale ' +
  'willow_tree wolf woman worm';

/** The official files and their SHA-256; of the pickles MD5 alone is known, and we never fetch them. */
export const CIFAR100: CifarFamily = {
  name: 'cifar-100',
  title: 'CIFAR-100',
  classes: CLASSES.split(' ').map((name) => name.replace('_', ' ')),
  archive: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
    sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
  },
  binary: {
    folder: 'cifar-100-binary',
    labels: 2, // coarse, then fine
    train: {
      images: 50_000,
      files: { 'train.bin': 'f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29' },
    },
    test: { images: 10_000, files: { 'test.bin': 'd8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a' } },
  },
  python: {
    folder: 'cifar-100-python',
    labels: 'fine_labels',
    train: { images: 50_000, files: { train: '16019d7e3df5f24257cddd939b257f8d' } },
    test: { images: 10_000, files: { test: 'f0ef6b0ae62326f3e7ffdfab6717acfc' } },
  },
};

export const cifar100: Source = {
  about: '60,000 colour photographs, 32 × 32, 100 classes (169 MB to download)',
  images: { classes: CIFAR100.classes, shape: [3, 32, 32] },
  find: () => findCifar(CIFAR100, [dataCache()])?.folder,
  load: (folder) => loadCifar(CIFAR100, folder),
  fetch: (say) => fetchCifar(CIFAR100, say),
  verify: (folder) => verifyCifar(CIFAR100, folder),
};
