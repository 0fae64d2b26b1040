/**
 * What a recipe says of its data set.
 *
 * @module
 */
import { z } from 'zod';
import { fromRegistries } from '../engine/index.js';
import { LARGEST_SIZE, RESIZES, type FolderOptions } from './folder/options.js';
import { DATASETS, FOLDER_NAMES, type DatasetName } from './registry.js';

/** The schema of a recipe's `dataset`. */
export const datasetSchema = fromRegistries(() =>
  z
    .strictObject({
      name: z.enum(DATASETS.names),
      /**
       * Training images set apart to watch the run and to choose by; never the test set. 0: none, as in Stutz's
       * article.
       */
      validation: z.int().min(0).default(1000),
      /** Of a folder of one's own images: where it is, from where the command is run. */
      path: z.string().min(1).optional(),
      /** Height and width to bring its images to; by default they are of one size already. */
      size: z.int().min(1).max(LARGEST_SIZE).optional(),
      /** `cover` cuts off what is too much (default), `contain` fills up with black, `exact` distorts. */
      resize: z.enum(RESIZES).optional(),
      /** Share of each class set apart for testing where the folder has no such part. Default 0.2. */
      testShare: z.number().gt(0).lt(1).optional(),
      /** Generated images that are mixed into every batch of the training; an epoch is as long as without them. */
      extra: z
        .strictObject({
          /** An uncompressed .npz with `image` (uint8 [N, H, W, C]) and `label` (whole numbers [N]). */
          file: z.string().min(1),
          /** Share of each batch that is generated. */
          share: z.number().gt(0).lt(1).default(0.7),
        })
        .optional(),
    })
    .refine(isOfFolder, {
      error: `path, size, resize and testShare are of a folder of one's own images: name: ${FOLDER_NAMES[0]!}`,
    }),
);

const isOfFolder = ({
  name,
  path,
  size,
  resize,
  testShare,
}: { name: DatasetName } & FolderOptions & { path?: string | undefined }): boolean =>
  FOLDER_NAMES.includes(name) || [path, size, resize, testShare].every((value) => value === undefined);
