/**
 * What the architectures are, and what a file of weights tells of its own, in words or as JSON.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import { openWeights, tidy } from '../engine/index.js';
import { requireKnown } from '../engine/nearest.js';
import {
  ARCHITECTURES,
  describeForeign,
  draftLayers,
  listArchitectures,
  readNetwork,
  unwrapState,
  type DraftLayer,
  type ListedArchitecture,
  type ListedOption,
} from '../models/index.js';
import { isOwnCheckpoint, loadCheckpoint } from '../training/index.js';
import { isZooPath, zooFile } from './zoo/index.js';

export interface DescribeModelsOptions {
  readonly weights?: string | undefined;
  readonly json: boolean;
}

/**
 * @param subject an architecture or a file of weights; all architectures where there is none
 * @throws SaddlepointError ARGUMENT for what is neither, or with a question where weights do not tell their network;
 *   CHECKPOINT for a file that cannot be read
 */
export function describeModels(subject: string | undefined, options: DescribeModelsOptions): string {
  const path = subject !== undefined && isZooPath(subject) ? zooFile(subject) : subject;
  return path !== undefined && existsSync(path) ? ofFile(path, options) : ofNames(path, options.json);
}

function ofNames(name: string | undefined, json: boolean): string {
  const all = listArchitectures();
  if (name !== undefined) requireKnown('a file of weights or an architecture', name, ARCHITECTURES.names);
  const shown = name === undefined ? all : all.filter((each) => each.name === name);
  if (json)
    return JSON.stringify(
      Object.fromEntries(shown.map((each) => [each.name, { about: each.about, options: each.schema }])),
      null,
      2,
    );
  const common = name === undefined ? commonOptions(all.filter(hasCommon)) : [];
  const groups = new Map<string, ListedArchitecture[]>();
  for (const each of shown) {
    const lines = optionLines(
      hasCommon(each) ? each.options.filter((option) => !includes(common, option)) : each.options,
    );
    groups.set(lines, [...(groups.get(lines) ?? []), each]);
  }
  const parts = [...groups].map(
    ([lines, group]) => `${group.map((each) => `${each.name}  ${each.about}`).join('\n')}\n${lines}`,
  );
  const but = all
    .filter((each) => !hasCommon(each))
    .map((each) => each.name)
    .join(' and ');
  const rest = common.length === 0 ? [] : [`And of all but ${but}:\n${optionLines(common)}`];
  return [...parts, ...rest].join('\n\n');
}

/** Whether it is one of the networks that share most of their options. */
const hasCommon = ({ options }: ListedArchitecture) => options.some(({ name }) => name === 'normalization');
const includes = (options: readonly ListedOption[], option: ListedOption) =>
  options.some((each) => JSON.stringify(each) === JSON.stringify(option));

/** The options that all networks have in common: said once. */
function commonOptions(networks: readonly ListedArchitecture[]): ListedOption[] {
  return networks[0]!.options.filter((option) => networks.every(({ options }) => includes(options, option)));
}

function optionLines(options: readonly ListedOption[]): string {
  return options
    .map(({ name, values, about, default: usual }) => {
      const said =
        usual === undefined ? '' : ` (default: ${typeof usual === 'string' ? usual : JSON.stringify(usual)})`;
      return `  --set ${name}=…  ${values}${said}\n      ${about}`;
    })
    .join('\n');
}

/** A checkpoint's own description, what names and shapes tell, or the beginning of a list of layers. */
function ofFile(path: string, { weights, json }: DescribeModelsOptions): string {
  if (isOwnCheckpoint(path)) {
    const { model, description } = loadCheckpoint(path);
    model.dispose();
    return json
      ? JSON.stringify({ file: path, ...description }, null, 2)
      : `${path} says itself what it is: ${stringify(description)}`;
  }
  return tidy(() => {
    const { tensors, entry } = openWeights(path, weights);
    const state = unwrapState(path, tensors, entry === undefined ? weights : undefined);
    if (readNetwork(state.tensors) === undefined) {
      const layers = draftLayers(state.tensors);
      return json ? JSON.stringify({ file: path, layers }, null, 2) : draft(path, layers);
    }
    const { description, notes } = describeForeign(path, state, {});
    return json ? JSON.stringify({ file: path, ...description, notes }, null, 2) : `${path}: ${notes.join('; ')}`;
  });
}

const BEFORE = `# What the weights tell. They do not tell strides and paddings, which are filled in as they usually are, nor the layers
# without weights: add relu, flatten, max-pool and the like where they belong, and give it to --architecture.
`;

function draft(path: string, layers: readonly DraftLayer[]): string {
  const lines = layers.map((layer) => `- ${stringify(layer, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`);
  return `# The names in ${path} are of no network known here.\n${BEFORE}${lines.join('\n')}`;
}
