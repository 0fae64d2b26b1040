/**
 * What a network wants of a picture: how many pixels, how many channels; and how its classes are called.
 *
 * @module
 */
import { describeDataset } from '../data/index.js';
import { SaddlepointError } from '../engine/index.js';
import { summarizeModel } from '../models/index.js';
import { RunFolder } from '../monitoring/index.js';
import { readJson } from '../report/read-json.js';
import { evaluationSchema } from '../report/schemas.js';
import { recipeOfWeights } from '../training/index.js';
import type { EvaluationSubject } from './evaluate-subject.js';

export interface PictureNetwork {
  /** Height and width; undefined where the network takes any. */
  readonly size: number | undefined;
  readonly channels: 1 | 3;
  /** Of the networks' outputs, in their order; numbers where nothing tells them. */
  readonly classes: (outputs: number) => readonly string[];
}

export interface PictureSettings {
  readonly size?: number | undefined;
  /** As the user names them. */
  readonly classes?: readonly string[] | undefined;
}

/** From what the user says, else the recipe's data set, else the network's own options. */
export function pictureNetwork(path: string, subject: EvaluationSubject, settings: PictureSettings): PictureNetwork {
  const recipe = subject.recipe ?? recipeOfWeights(subject.source.file ?? path);
  const images = recipe === undefined ? undefined : describeDataset(recipe.dataset.name).images;
  const options = summarizeModel(subject.description).options;
  const own = typeof options.resolution === 'number' ? options.resolution : undefined;
  const channels = options.channels ?? images?.shape[0] ?? 3;
  if (channels !== 1 && channels !== 3) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected a network of pictures of 1 or 3 channels, received one of ${JSON.stringify(channels)}`,
    );
  }
  const names = settings.classes ?? images?.classes ?? measuredClasses(path);
  return {
    size: settings.size ?? recipe?.dataset.size ?? own ?? images?.shape[1],
    channels,
    classes: (outputs) => {
      if (settings.classes !== undefined && settings.classes.length !== outputs) {
        throw new SaddlepointError(
          'ARGUMENT',
          `expected --classes with the ${outputs} names of the network's outputs, received ${settings.classes.length}`,
        );
      }
      return names?.length === outputs ? names : Array.from({ length: outputs }, (_, i) => String(i));
    },
  };
}

/** A run on one's own images knows their classes by its evaluation. */
function measuredClasses(path: string): readonly string[] | undefined {
  const run = new RunFolder(path);
  // Names are a courtesy: of a result that is damaged, there are none.
  return readJson(run, run.evaluation, evaluationSchema).value?.perClass?.map(({ name }) => name);
}
