/**
 * A run as a model of a hub: a folder with the weights, what they are of, ONNX, and a card that says what was measured.
 *
 * @module
 */
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { writeFileAtomically } from '../engine/atomic-file.js';
import { SaddlepointError } from '../engine/index.js';
import { packageVersion, type RunFolder } from '../monitoring/index.js';
import { readRecipe, recipeText, type Recipe } from '../training/index.js';
import { buildTable, renderMarkdown } from '../report/table/index.js';
import { attackSettings, plainSpaces, rateName } from '../report/format.js';
import { readRun } from '../report/read-run.js';
import type { EvaluationResult } from '../evaluation/index.js';
import { exportOnnx } from './export-onnx.js';
import { exportRun, requireRun } from './export-run.js';
import { openSubject } from './evaluate-subject.js';
import { pictureNetwork, type PictureNetwork } from './picture-network.js';

/** The folder that {@link exportHub} wrote. */
export interface HubFolder {
  readonly folder: string;
  readonly files: readonly string[];
  /** Whether the ONNX file has the gradient, too; undefined where there is no such file. */
  readonly gradient: boolean | undefined;
}

const TAGS = ['adversarial-robustness', 'image-classification', 'saddlepoint'];

/**
 * Writes a folder as model hubs have them: `model.safetensors`, `config.json`, `model.onnx` (with the gradient where
 * that can be written), and `README.md` with the card and its front matter.
 *
 * @param run a run folder
 * @param license of the weights, as a hub calls it, e.g. `mit`; default: none is stated
 * @throws SaddlepointError CHECKPOINT or RECIPE for what is no run; FILE where nothing can be written
 */
export function exportHub(run: string, folder: string, license?: string): HubFolder {
  const runFolder = requireRun(run);
  const recipe = readRecipe(runFolder.recipe);
  exportRun(run, join(folder, 'model.safetensors'));
  const gradient = writeOnnx(run, join(folder, 'model.onnx'));
  const config = configOf(run);
  writeFileAtomically(join(folder, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  const name = basename(resolve(run));
  writeFileAtomically(join(folder, 'README.md'), cardOf({ name, runFolder, recipe, license, gradient }));
  const files = ['README.md', 'config.json', 'model.safetensors', ...(gradient === undefined ? [] : ['model.onnx'])];
  return { folder, files, gradient };
}

/** With the gradient, or without, or not at all: what the layers allow. */
function writeOnnx(run: string, path: string): boolean | undefined {
  for (const gradient of [true, false]) {
    try {
      exportOnnx(run, path, { gradient });
      return gradient;
    } catch (error) {
      if (!(error instanceof SaddlepointError) || error.code !== 'ARGUMENT') throw error;
    }
  }
  return undefined;
}

function configOf(run: string) {
  const subject = openSubject(run, {});
  try {
    const { architecture, options } = subject.description;
    const picture = pictureNetwork(run, subject, {});
    const outputs = [...subject.model.parameters()].at(-1)?.size(0) ?? 0;
    return {
      library_name: 'saddlepoint',
      architecture,
      options,
      ...imagesOf(picture, outputs),
      version: packageVersion(),
    };
  } finally {
    subject.lock?.release();
    subject.model.dispose();
  }
}

/** By the names that configurations of image classifiers have. */
function imagesOf({ channels, size, classes }: PictureNetwork, outputs: number) {
  const names = classes(outputs);
  return {
    num_channels: channels,
    image_size: size,
    input_range: [0, 1],
    id2label: Object.fromEntries(names.map((name, i) => [String(i), name])),
    label2id: Object.fromEntries(names.map((name, i) => [name, i])),
  };
}

interface Card {
  readonly name: string;
  readonly runFolder: RunFolder;
  readonly recipe: Recipe;
  readonly license: string | undefined;
  readonly gradient: boolean | undefined;
}

function cardOf({ name, runFolder, recipe, license, gradient }: Card): string {
  const result = readRun(name, runFolder).evaluation.value ?? undefined;
  const front = {
    library_name: 'saddlepoint',
    ...(license !== undefined && { license }),
    tags: TAGS,
    datasets: [recipe.dataset.name],
    pipeline_tag: 'image-classification',
    ...(result !== undefined && { 'model-index': [{ name, results: [measured(result)] }] }),
  };
  const { architecture } = recipe.model;
  const parts = [
    `---\n${stringify(front)}---`,
    `# ${name}`,
    `A ${architecture} for ${recipe.dataset.name}, trained by the method \`${recipe.training.method}\` with Saddlepoint ${packageVersion()}.`,
    ...(result === undefined
      ? []
      : ['## What was measured', renderMarkdown(buildTable([{ name, folder: runFolder }])).trim()]),
    ...(gradient === undefined ? [] : ['## Use it from Python', code('python', pythonFor(gradient))]),
    '## Use it from TypeScript',
    code('ts', "import { loadModel } from 'saddlepoint';\nconst { model } = loadModel('model.safetensors');"),
    '## The recipe',
    code('yaml', recipeText(recipe)),
  ];
  return `${parts.join('\n\n')}\n`;
}

const code = (language: string, text: string) => `\`\`\`${language}\n${text.trim()}\n\`\`\``;

/** As the index of a card has it: accuracies, each with the threat model in its name. */
function measured(result: EvaluationResult) {
  const robust = Object.values(result.attacks).map((rate) => ({
    type: 'accuracy',
    name: plainSpaces(`Robust accuracy, ${rateName(rate)}, ${attackSettings(rate)}`),
    value: 100 * (1 - rate.robustError),
  }));
  return {
    task: { type: 'image-classification' },
    dataset: { name: result.dataset, type: result.dataset, split: result.split },
    metrics: [{ type: 'accuracy', name: 'Accuracy', value: 100 * (1 - result.clean.error) }, ...robust],
  };
}

/** Executed as it stands by scripts/development/check_cards.py, which asks its `predict` for logits. */
const pythonFor = (gradient: boolean) => `
import json
import numpy
import onnxruntime  # and nothing else

config = json.load(open("config.json"))
session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])


def predict(images):
    """Logits [N, K] of images [N, C, H, W] in [0, 1]; what normalises them is part of the network."""
    inputs = {"images": numpy.asarray(images, "float32")}
${gradient ? '    inputs["labels"] = numpy.zeros(len(images), "int64")  # of the output "gradient", for attacks\n' : ''}    return session.run(["logits"], inputs)[0]


size = config["image_size"]
images = numpy.zeros((1, config["num_channels"], size, size))
print([config["id2label"][str(number)] for number in predict(images).argmax(1)])
`;
