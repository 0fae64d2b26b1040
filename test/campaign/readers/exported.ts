/**
 * Networks of torch.export: archives that are broken outside and inside, programs that call other operators with other
 * arguments. Whoever reads one builds the network, and lets it see an image; nothing of that may end the process.
 *
 * @module
 */
import { dynamicOperator, grad, ops, tidy } from '../../../src/engine/index.js';
import { buildModel, readExported } from '../../../src/models/index.js';
import { exportedBytes, filesOf } from '../../support/exported.js';
import { choose, type Random } from '../../support/random-values.js';
import { storedZip } from '../../support/stored-zip.js';
import { mendJson, write, type Reader } from './reader.js';
import { OPERATORS } from './exported-operators.js';

const NAMES = [
  'small-residual.dynamic',
  'small-class-token.dynamic',
  'small-masked.dynamic',
  'small-layouts.static',
  'small-several-results.dynamic',
  'small-in-place.decomposed',
  'small-resized.dynamic',
  'small-reshape.decomposed',
  'small-two-outputs.static',
  'old/2.3.1/small-layouts.dynamic',
  'old/2.8.0/small-buffers.dynamic',
];
const PROGRAM = /(models\/model|serialized_exported_program)\.json$/;
const NUMBERS = [-2, -1, 0, 1, 2, 3, 5, 7, 64, 1000, 2 ** 31, 2 ** 53, 2 ** 63];
const FLOATS = [0, 1, -1, 0.5, 1e-5, 1e30, 'Infinity', 'NaN'];

interface Node {
  target: string;
  inputs: { name: string; arg: Record<string, unknown>; kind?: number }[];
  outputs: Record<string, unknown>[];
}
interface Graph {
  nodes: Node[];
  tensor_values: Record<string, { dtype: number; sizes: Record<string, unknown>[] }>;
}

let unpacked: readonly ReadonlyMap<string, Buffer>[] | undefined;
const archives = () => (unpacked ??= NAMES.map(filesOf));
const seeds = (): Buffer[] => NAMES.map(exportedBytes);

/** The archive as it came, or a sound one with something else in it. */
function mend(bytes: Buffer, random: Random): Buffer {
  if (random() < 0.2) return bytes;
  const files = new Map(choose(random, archives()));
  const names = [...files.keys()];
  if (random() < 0.3) {
    const file = choose(
      random,
      names.filter((name) => name.endsWith('.json')),
    );
    files.set(file, mendJson(files.get(file)!, random, files.get(file)!.toString('utf8')));
  } else {
    const file = names.find((name) => PROGRAM.test(name))!;
    const program = JSON.parse(files.get(file)!.toString('utf8')) as {
      graph_module: { graph: Graph };
    };
    for (let changes = 1 + Math.floor(3 * random()); changes > 0; changes -= 1)
      choose(random, CHANGES)(program.graph_module.graph, random);
    files.set(file, Buffer.from(JSON.stringify(program)));
  }
  return storedZip(files);
}

/** What is there before a node: the weights, the images, and the results of those before it. */
function valuesBefore({ nodes, tensor_values }: Graph, index: number): string[] {
  const later = new Set(
    nodes.slice(index).flatMap(({ outputs }) => JSON.stringify(outputs).match(/(?<="name":")\w+/g) ?? []),
  );
  return Object.keys(tensor_values).filter((name) => !later.has(name));
}

const CHANGES: readonly ((graph: Graph, random: Random) => void)[] = [
  // another value in an argument
  (graph, random) => {
    const index = Math.floor(random() * graph.nodes.length);
    const inputs = graph.nodes[index]!.inputs;
    if (inputs.length > 0) choose(random, inputs).arg = argumentFor('', valuesBefore(graph, index), random);
  },
  (graph, random) => {
    const { inputs } = choose(random, graph.nodes);
    const numbers = inputs.filter(({ arg }) => 'as_ints' in arg || 'as_int' in arg || 'as_sym_ints' in arg);
    if (numbers.length === 0) return;
    const { arg } = choose(random, numbers);
    if (Array.isArray(arg.as_ints) && arg.as_ints.length > 0)
      arg.as_ints[Math.floor(random() * arg.as_ints.length)] = choose(random, NUMBERS);
    else if ('as_int' in arg) arg.as_int = choose(random, NUMBERS);
  },
  (graph, random) => {
    const { inputs } = choose(random, graph.nodes);
    inputs.splice(Math.floor(random() * inputs.length), 1);
  },
  // another operator, with what it was given or with arguments of its own
  (graph, random) => void (choose(random, graph.nodes).target = targetOf(choose(random, OPERATORS))),
  replaceNode,
  replaceNode,
  replaceNode,
  // weights and images of other types or shapes than the bytes are of
  (graph, random) => {
    const meta = graph.tensor_values[choose(random, Object.keys(graph.tensor_values))]!;
    if (random() < 0.3) meta.dtype = Math.floor(15 * random());
    else if (meta.sizes.length > 0)
      meta.sizes[Math.floor(random() * meta.sizes.length)] = { as_int: choose(random, NUMBERS) };
  },
  (graph, random) => void graph.nodes.splice(Math.floor(random() * graph.nodes.length), 1),
];

function replaceNode(graph: Graph, random: Random): void {
  const index = Math.floor(random() * graph.nodes.length);
  const [operator, overload] = choose(random, OPERATORS);
  const found = dynamicOperator(operator, overload);
  if (found === undefined) return;
  const values = valuesBefore(graph, index);
  const node = graph.nodes[index]!;
  node.target = targetOf([operator, overload]);
  node.inputs = found.parameters
    .filter(({ hasDefault }) => !hasDefault || random() < 0.5)
    .map(({ name, type }) => ({ name, arg: argumentFor(type, values, random) }));
  const others = found.returns.slice(1).map(() => ({ as_none: true }));
  node.outputs = [node.outputs[0] ?? { as_none: true }, ...others];
}

const targetOf = ([operator, overload]: readonly [string, string]): string =>
  `torch.ops.aten.${operator}.${overload === '' ? 'default' : overload}`;

/** Mostly of the kind that a parameter wants. */
function argumentFor(type: string, values: readonly string[], random: Random): Record<string, unknown> {
  const kind = random() < 0.05 ? '' : type;
  const number = () => choose(random, random() < 0.9 ? NUMBERS.slice(1, 8) : NUMBERS);
  const list = <Value>(value: () => Value): Value[] => Array.from({ length: Math.floor(5 * random()) }, value);
  const tensor = () => ({ name: choose(random, values) });
  if (kind.endsWith('?') && random() < 0.3) return { as_none: true };
  if (kind.startsWith('Tensor?[')) return { as_optional_tensors: list(() => ({ as_tensor: tensor() })) };
  if (kind.startsWith('Tensor[')) return { as_tensors: list(tensor) };
  if (kind.startsWith('Tensor')) return { as_tensor: tensor() };
  if (/^(int|SymInt)\[/.test(kind)) return { as_ints: list(number) };
  if (/^(int|SymInt)/.test(kind)) return { as_int: number() };
  if (kind.startsWith('float[')) return { as_floats: list(() => choose(random, FLOATS)) };
  if (kind.startsWith('bool[')) return { as_bools: list(() => random() < 0.5) };
  if (kind.startsWith('bool')) return { as_bool: random() < 0.5 };
  if (/^(float|Scalar)/.test(kind)) return { as_float: choose(random, FLOATS) };
  if (kind.startsWith('str'))
    return { as_string: choose(random, ['none', 'mean', 'reflect', 'gelu', 'ij', '', 'x'.repeat(300)]) };
  return choose(random, [
    { as_tensor: tensor() },
    { as_int: number() },
    { as_ints: list(number) },
    { as_none: true },
    { as_scalar_type: Math.floor(15 * random()) },
    { as_memory_format: Math.floor(5 * random()) },
    { as_device: { type: 'cuda', index: 0 } },
  ]);
}

/** Reads a file, builds its network, and computes logits and gradient of one image. */
function read(bytes: Buffer, folder: string): void {
  const { description, state } = readExported(write(folder, 'net.pt2', bytes));
  try {
    using model = buildModel(description);
    model.loadStateDict(state);
    tidy(() => {
      const images = ops.full([1, 3, 6, 6], 0.5, { dtype: 'float32' });
      images.requiresGrad = true;
      const logits = model.forward(images);
      if (logits.requiresGrad) grad(logits.sum(), [images]);
    });
  } finally {
    for (const tensor of state.values()) tensor.dispose();
  }
}

export const EXPORTED: Readonly<Record<string, Reader>> = { 'exported network': { seeds, mend, read } };
