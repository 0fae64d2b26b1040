/**
 * A program of torch.export as ours: the images that go in, the logits that come out, and the operators between.
 *
 * @module
 */
import { z } from 'zod';
import { DTYPE_OF_CODE, HOW_TO_EXPORT } from '../../engine/index.js';
import { argumentOf } from './arguments.js';
import { checkProgram } from './check-program.js';
import { isList, ProgramError, type Argument, type Program, type ProgramInput, type ProgramNode } from './program.js';
import { isCheck } from './refusals.js';
import { onlyEntry, parseProgram, read, type SerializedNode, type SerializedProgram } from './serialized.js';

type Graph = SerializedProgram['graph_module']['graph'];

/** Arithmetic of shapes, by Python's names: `_operator.mul`, `math.ceil`, `torch.sym_max`. */
const PYTHON = /^(?:_operator|math|torch)\.(\w+)$/;
const ATEN = /^torch\.ops\.aten\.(\w+)\.(\w+)$/;
const DIMENSIONS_OF_IMAGES = 4;

/**
 * Reads the text of a program.
 *
 * @throws ProgramError for one that is no classifier of images in evaluation mode, has an operator that is refused, or
 *   is written in a version or form that is not known
 */
export function readProgram(text: string): Program {
  const {
    graph_module: { graph, signature },
  } = parseProgram(text);
  const { inputs, images } = inputsOf(graph, signature.input_specs);
  const program = { inputs, images, nodes: graph.nodes.flatMap(nodeOf), ...outputOf(graph, signature.output_specs) };
  checkProgram(program);
  return program;
}

const arg = z.looseObject({ name: z.string() });
const spec = {
  parameter: z.looseObject({ arg, parameter_name: z.string() }),
  buffer: z.looseObject({ arg, buffer_name: z.string(), persistent: z.boolean().default(true) }),
  tensor_constant: z.looseObject({ arg, tensor_constant_name: z.string() }),
  user_input: z.looseObject({ arg: z.record(z.string(), z.unknown()) }),
};
const tensorOutput = z.looseObject({ arg: z.looseObject({ as_tensor: read.named }) });

function inputsOf(graph: Graph, specs: readonly Record<string, unknown>[]) {
  const inputs: ProgramInput[] = [];
  const given: string[] = [];
  for (const each of specs) {
    const [kind, value] = onlyEntry(each, 'an input of the program');
    const state = stateOf(kind, value);
    if (state !== undefined) inputs.push({ ...state, ...metaOf(graph, state.name) });
    else if (kind === 'user_input') {
      const [what, name] = onlyEntry(parsed(spec.user_input, value, kind).arg, 'an input');
      if (what !== 'as_tensor')
        throw new ProgramError(`its forward takes an input that is ${what}, expected images alone`);
      given.push(parsed(read.tensorName, name, kind));
    } else if (kind !== 'constant_input') {
      throw new ProgramError(`it has an input of the kind ${kind}, which is not read`);
    }
  }
  const [name] = given;
  if (name === undefined || given.length > 1)
    throw new ProgramError(`its forward takes ${given.length} tensors, expected one, the images`);
  return { inputs, images: imagesOf(graph, name) };
}

/** Undefined for an input that is no part of the network's state. */
function stateOf(kind: string, value: unknown): Pick<ProgramInput, 'name' | 'key' | 'kind' | 'parameter'> | undefined {
  if (kind === 'parameter') {
    const { arg: input, parameter_name: key } = parsed(spec.parameter, value, kind);
    return { name: input.name, key, kind: 'weights', parameter: true };
  }
  if (kind === 'buffer') {
    const { arg: input, buffer_name: key, persistent } = parsed(spec.buffer, value, kind);
    return { name: input.name, key, kind: persistent ? 'weights' : 'constants', parameter: false };
  }
  if (kind !== 'tensor_constant') return undefined;
  const { arg: input, tensor_constant_name: key } = parsed(spec.tensor_constant, value, kind);
  return { name: input.name, key, kind: 'constants', parameter: false };
}

function metaOf(graph: Graph, name: string) {
  const meta = Object.hasOwn(graph.tensor_values, name) ? graph.tensor_values[name] : undefined;
  if (meta === undefined) throw new ProgramError(`it does not say what its input ${name} is`);
  const dtype = DTYPE_OF_CODE[meta.dtype];
  if (dtype === undefined)
    throw new ProgramError(`its input ${name} has the element type of the number ${meta.dtype}, which is not read`);
  return { dtype, shape: meta.sizes.map(({ as_int: size }) => size ?? NaN) };
}

/** Any batch, of images of one size. */
function imagesOf(graph: Graph, name: string): Program['images'] {
  const { dtype, shape } = metaOf(graph, name);
  const [batch, ...image] = shape.map((size) => (Number.isNaN(size) ? null : size));
  if (shape.length !== DIMENSIONS_OF_IMAGES || !dtype.startsWith('float'))
    throw new ProgramError(`its forward takes ${dtype} [${shape.join(', ')}], expected images float32 [N, C, H, W]`);
  if (image.includes(null))
    throw new ProgramError(
      `its images have any size, expected one. Leave all but the first dimension fixed. ${HOW_TO_EXPORT}`,
    );
  return { name, dtype, shape: [batch!, ...image] };
}

/** Of several values the first that can be logits: one row an image. */
function outputOf(graph: Graph, specs: readonly Record<string, unknown>[]): Pick<Program, 'output' | 'outputs'> {
  const outputs = specs.map((each) => onlyEntry(each, 'an output of the program'));
  const changed = outputs.find(([kind]) => kind !== 'user_output');
  if (changed !== undefined)
    throw new ProgramError(`it changes its own state (${changed[0]}), as in training. ${HOW_TO_EXPORT}`);
  const names = outputs.flatMap(([, value]) => {
    const { success, data } = tensorOutput.safeParse(value);
    return success ? [data.arg.as_tensor.name] : [];
  });
  const metas = names.map((name) => metaOf(graph, name));
  const output = names.find((_, i) => metas[i]!.dtype.includes('float') && metas[i]!.shape.length === 2);
  if (output !== undefined) return { output, outputs: outputs.length };
  const found = metas.map(({ dtype, shape }) => `${dtype} [${shape.map((size) => size || 'N').join(', ')}]`);
  throw new ProgramError(
    `it returns ${found.length === 0 ? 'no tensor' : found.join(' and ')}, expected logits, float32 [N, K]. Wrap it in a module that returns them`,
  );
}

/** None for a node that only checks. */
function nodeOf({ target, inputs, outputs }: SerializedNode): ProgramNode[] {
  const python = PYTHON.exec(target);
  const [, operator, overload] = python === null ? (ATEN.exec(target) ?? []) : ['', 'python', python[1]];
  if (operator === undefined || overload === undefined) {
    const kind = target.includes('higher_order')
      ? 'which runs programs within the program'
      : 'which PyTorch alone does not have';
    throw new ProgramError(`it has the operator ${target}, ${kind}`);
  }
  if (isCheck(operator)) return [];
  const given: Record<string, Argument> = {};
  for (const input of inputs) given[input.name] = argumentOf(input.arg, `${input.name} of ${target}`);
  const results = outputs.map((output): ProgramNode['results'][number] => {
    const value = argumentOf(output, `a result of ${target}`);
    if (isList(value)) return value.map((each) => resultName(each, target));
    return value === null ? null : resultName(value, target);
  });
  return [{ operator, overload: overload === 'default' ? '' : overload, arguments: given, results }];
}

function resultName(value: Argument, target: string): string {
  if (typeof value === 'object' && value !== null && 'value' in value) return value.value;
  throw new ProgramError(`a result of ${target} has no name`);
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const { success, data } = schema.safeParse(value);
  if (success) return data;
  throw new ProgramError(`its ${what} has another form`);
}
