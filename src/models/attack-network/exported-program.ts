/**
 * An exported network's program as the attack network computes it: batch norm folded into the convolutions, their sums
 * and ReLUs in the same pass over memory, no weight with a gradient.
 *
 * @module
 */
import { advance, ops, tidy, type Tensor } from '../../engine/index.js';
import { Executable } from '../exported/executable.js';
import { runOn, type ExportedProgram } from '../exported/exported-network.js';
import { instructionOf, type Instruction, type Values } from '../exported/instruction.js';
import { isList, numberOf, type Argument, type Program, type ProgramNode } from '../exported/program.js';
import { convolution } from './convolution.js';
import { affineOf, foldAfter, foldedWeight, type BatchStatistics, type ConvolutionWeights } from './fold.js';
import { BATCH_NORM, fuseConvolutions, Uses, type FusedConvolution } from './fused-nodes.js';
import type { FrozenBackend, Step } from './step.js';

/** Images that shapes are found with: more than one, to which anything could be broadcast. */
const PROBE = 2;

/** What the fusing needs of the network. */
interface Frozen {
  readonly uses: Uses;
  readonly backend: FrozenBackend;
  /** Without gradients, by the places of the program's inputs. */
  readonly tensors: ReadonlyMap<number, Tensor>;
}

/** The program as one step. Its tensors belong to the caller's scope. */
export function exportedProgram(network: ExportedProgram, backend: FrozenBackend): Step {
  const { program } = network;
  const state = new Map(Array.from(network.stateDict(), ([name, tensor]) => [name, tensor.detach()]));
  const executable = network.supportsNativeKernels
    ? new Executable(program, (given, slots) =>
        instructions(network, given, slots, state, { ...backend, dtype: 'float32' }),
      )
    : new Executable(program);
  return { run: (images) => runOn(program, images, (batch) => executable.run(batch, state)), owned: true };
}

function instructions(
  network: ExportedProgram,
  program: Program,
  slots: ReadonlyMap<string, number>,
  state: ReadonlyMap<string, Tensor>,
  backend: FrozenBackend,
): Instruction[] {
  const tensors = new Map(
    program.inputs.map(({ name, kind, key }) => [slots.get(name)!, state.get(`${kind}.${key}`)!]),
  );
  const frozen = { uses: new Uses(program, slots, network.formsFor(PROBE)), backend, tensors };
  const fused = fuseConvolutions(frozen.uses);
  const gone = new Set([...fused.values()].flatMap(({ nodes }) => nodes));
  const plain = (number: number) => instructionOf(program.nodes[number]!, slots);
  return program.nodes.flatMap((node, number) => {
    const whole = fused.get(number);
    if (whole !== undefined) return fusedInstruction(whole, frozen) ?? whole.nodes.map(plain);
    if (gone.has(number)) return [];
    return affineInstruction(node, frozen) ?? reluInstruction(node, number, frozen) ?? plain(number);
  });
}

/** Undefined where the weights are none of the network's own, or the convolution is transposed. */
function fusedInstruction({ convolution: node, norm, residual, relu, result }: FusedConvolution, frozen: Frozen) {
  const { arguments: given } = node;
  const input = frozen.uses.slotOf(given.input);
  const weight = tensorOf(given.weight, frozen);
  const bias = tensorOf(given.bias, frozen);
  const isOrdinary = given.transposed !== true && weight?.ndim === 4 && bias !== undefined;
  if (input === undefined || weight === undefined || weight === null || !isOrdinary) return undefined;
  const statistics = norm && statisticsOf(norm, frozen);
  if (norm !== undefined && statistics === undefined) return undefined;
  const own = { weight, scale: null, bias };
  const weights = statistics === undefined ? own : foldAfter(own, statistics);
  const step = convolutionStep(node, weights, frozen.backend);
  if (step === undefined) return undefined;
  const { joined, run } = step;
  const compute = (images: Tensor, shortcut: Tensor | null) => {
    if (joined !== undefined) return joined(images, shortcut, relu);
    const sum = shortcut === null ? run(images) : advance(run(images), (branch) => branch.add_(shortcut));
    return relu ? sum.relu_() : sum;
  };
  return {
    reads: residual === undefined ? [input] : [input, residual],
    writes: [result],
    run: ({ at }: Values) => {
      at[result] = compute(at[input] as Tensor, residual === undefined ? null : (at[residual] as Tensor));
    },
  };
}

/** Ours where it is square; LibTorch's for what is not. */
function convolutionStep({ arguments: given }: ProgramNode, weights: ConvolutionWeights, backend: FrozenBackend) {
  const [stride, padding, dilation] = [wholes(given.stride, 1), wholes(given.padding, 0), wholes(given.dilation, 1)];
  const groups = wholes(given.groups, 1)?.[0];
  if (stride === undefined || padding === undefined || dilation === undefined || groups === undefined) return undefined;
  const isSquare =
    [stride, padding].every(([height, width]) => height === width) && dilation.every((each) => each === 1);
  const { weight, bias } = weights;
  if (isSquare)
    return convolution({ weight, stride: stride[0]!, padding: padding[0]!, groups }, () => weights, backend, tidy);
  const folded = foldedWeight(weights);
  const run: Step['run'] = (input) => ops.conv2d(input, folded, { bias, stride, padding, dilation, groups });
  return { run, owned: true, joined: undefined };
}

/** Batch norm that no convolution comes before is a factor and a term for each channel. */
function affineInstruction(node: ProgramNode, frozen: Frozen): Instruction | undefined {
  const input = frozen.uses.slotOf(node.arguments.input);
  const result = frozen.uses.resultOf(node);
  const isNorm = BATCH_NORM.test(node.operator) && node.arguments.training !== true;
  const statistics = isNorm ? statisticsOf(node, frozen) : undefined;
  if (statistics === undefined || input === undefined || result === undefined) return undefined;
  if (!frozen.uses.isFloat32(input)) return undefined;
  const { scale, shift } = affineOf(statistics);
  const [factor, term] = [scale, shift].map((values) => values.reshape([1, -1, 1, 1]));
  return {
    reads: [input],
    writes: [result],
    run: ({ at }) => {
      const maps = at[input] as Tensor;
      if (maps.ndim === 4) at[result] = term!.addcmul(maps, factor!);
      else at[result] = tidy(() => maps.mul(alongChannels(scale, maps)).add(alongChannels(shift, maps)));
    },
  };
}

const alongChannels = (values: Tensor, maps: Tensor) => values.reshape([1, -1, ...maps.shape.slice(2).map(() => 1)]);

/** Whose result nothing but its one reader looks at, not even the way back. */
const FRESH = /^(add|conv2d|convolution|batch_norm|_native_batch_norm_legit_no_training|linear|addmm)$/;

/** A ReLU may be in place where it alone reads what was made for it just before. */
function reluInstruction(node: ProgramNode, number: number, { uses }: Frozen): Instruction | undefined {
  const [input, result] = [uses.slotOf(node.arguments.self), uses.resultOf(node)];
  const maker = uses.program.nodes[number - 1];
  if (node.operator !== 'relu' || input === undefined || result === undefined || maker === undefined) return undefined;
  const isFresh = FRESH.test(maker.operator) && uses.resultOf(maker) === input;
  if (!isFresh || uses.after(input, number - 1).length !== 1) return undefined;
  return {
    reads: [input],
    writes: [result],
    run: ({ at }) => {
      at[result] = (at[input] as Tensor).relu_();
      at[input] = undefined;
    },
  };
}

function statisticsOf({ arguments: given }: ProgramNode, frozen: Frozen): BatchStatistics | undefined {
  const [mean, variance] = [tensorOf(given.running_mean, frozen), tensorOf(given.running_var, frozen)];
  const [weight, bias] = [tensorOf(given.weight, frozen), tensorOf(given.bias, frozen)];
  const epsilon = numberOf(given.eps);
  if (!mean || !variance || weight === undefined || bias === undefined || epsilon === undefined) return undefined;
  return { running_mean: mean, running_var: variance, weight, bias, epsilon };
}

/** Null for none; undefined for what the program computes. */
function tensorOf(given: Argument | undefined, { uses, tensors }: Frozen): Tensor | null | undefined {
  if (given === undefined || given === null) return null;
  const slot = uses.slotOf(given);
  return slot === undefined ? undefined : tensors.get(slot);
}

/** One for each axis; undefined for what the program computes. */
function wholes(given: Argument | undefined, fallback: number): number[] | undefined {
  if (given === undefined) return [fallback, fallback];
  const numbers = (isList(given) ? given : [given]).map(numberOf);
  const [first] = numbers;
  if (first === undefined || numbers.some((each) => each === undefined)) return undefined;
  return numbers.length === 1 ? [first, first] : (numbers as number[]);
}
