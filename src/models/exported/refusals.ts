/**
 * Operators that a program cannot have here, and why. Everything else of PyTorch's own is computed, where this LibTorch
 * has it.
 *
 * @module
 */
import { ProgramError, type Argument } from './program.js';

const DATA = 'whose result depends on the values and not only on the shapes of the images, so that it has no gradient';
const RANDOM = 'which draws random numbers that are not those of a seed here';
const MEMORY = 'which changes memory in a way that a file may not ask for';
const TRUSTING = 'which is not called for a file, since LibTorch believes whatever arguments it is given';

const REFUSED: readonly (readonly [names: RegExp, why: string])[] = [
  [/^(item|_local_scalar_dense|nonzero\w*|masked_select|unique\w*|_unique\w*|bincount|argwhere)$/, DATA],
  [
    /^(rand|randn|randint|randperm|normal|bernoulli|multinomial|poisson|uniform|exponential|rrelu\w*)(_like)?_?$/,
    RANDOM,
  ],
  [/^(from_file|set_\w*|set|resize\w*_?|_resize\w*|record_stream|pin_memory|storage\w*|copy_to\w*|data)$/, MEMORY],
  [/(_out|\.out)$/, MEMORY],
  // Those that were found to end the process, or never to end, for arguments that are wrong.
  [/^(max_unpool\w*|to_sparse\w*|to_mkldnn|choose_qparams\w*|special_\w+_polynomial_\w|histogramdd)$/, TRUSTING],
  [/^(linalg_(svd\w*|eig\w*|pinv|matrix_rank|cond|lstsq)|svd|pinverse|matrix_rank|nuclear_norm|eig|symeig)$/, TRUSTING],
];

/** Internal operators of LibTorch, which trust what they are given: only these are known to look at it. */
const INTERNAL = new Set([
  '_to_copy',
  '_softmax',
  '_log_softmax',
  '_native_batch_norm_legit_no_training',
  '_native_batch_norm_legit',
  '_unsafe_view',
  '_unsafe_index',
  '_adaptive_avg_pool2d',
  '_scaled_dot_product_attention',
  '_scaled_dot_product_flash_attention_for_cpu',
  '_upsample_bicubic2d_aa',
  '_upsample_bilinear2d_aa',
  '_upsample_nearest_exact2d',
  '_safe_softmax',
  '_weight_norm',
  '_trilinear',
]);

/** Gradients and backends, which no exported network calls by name, and some of which crash on what they do not expect. */
const INNER = /_backward(_\w+)?$|^(mkldnn|cudnn|miopen|fbgemm|mps|sparse|quantized|quantize|slow_conv|thnn_conv)_?/;

/** Which are there in training alone: batch norm with a batch's own statistics, and dropout with its mask. */
const IN_TRAINING = /^(_native_batch_norm_legit_functional|_batch_norm_with_update\w*|native_dropout)$/;

/** Which only check what is so anyway. */
const CHECKS = /^(_assert_\w+|sym_constrain_range\w*|_assert_async)$/;

/** Whether a node computes nothing. */
export function isCheck(operator: string): boolean {
  return CHECKS.test(operator);
}

/**
 * @param target as PyTorch writes it, e.g. `torch.ops.aten.nonzero.default`
 * @throws ProgramError with the name and the reason, for what is refused
 */
export function refuseOperator(target: string, operator: string, overload: string): void {
  if (IN_TRAINING.test(operator)) throw new ProgramError(`it computes ${operator}, as in training. ${HOW_TO_EXPORT}`);
  const found =
    REFUSED.find(([names]) => names.test(operator)) ?? (overload.endsWith('out') ? [null, MEMORY] : undefined);
  if (found !== undefined) throw new ProgramError(`it has the operator ${target}, ${found[1]}`);
  if ((operator.startsWith('_') && !INTERNAL.has(operator)) || INNER.test(operator))
    throw new ProgramError(
      `it has the operator ${target}, which is internal to PyTorch. Export it anew with a newer version`,
    );
}

/** @throws ProgramError where the node computes as in training */
export function refuseTraining(operator: string, given: Readonly<Record<string, Argument>>): void {
  const { training, train } = given;
  // Without running averages a batch norm is one of the weights, which some networks standardise by it.
  const normalizes =
    operator.includes('batch_norm') &&
    training === true &&
    given.running_mean !== null &&
    given.running_mean !== undefined;
  if (normalizes || (operator.includes('dropout') && train === true))
    throw new ProgramError(`it computes ${operator}, as in training. ${HOW_TO_EXPORT}`);
}

/** Into so many parts nothing is split that has an image's size; LibTorch would make a list of as many as it is told. */
const MOST_PARTS = 2 ** 20;

/** @throws ProgramError where the node makes more parts of a tensor than there can be */
export function refuseParts(target: string, { sections, chunks }: Readonly<Record<string, Argument>>): void {
  for (const parts of [sections, chunks]) {
    if (typeof parts !== 'object' || parts === null || !('int' in parts) || Number(parts.int) <= MOST_PARTS) continue;
    throw new ProgramError(`it has the operator ${target} with ${parts.int} parts, expected at most ${MOST_PARTS}`);
  }
}

/** The lines of Python that make a file which is read. */
export const HOW_TO_EXPORT = `In Python:
    model.eval()
    batch = torch.export.Dim("batch", min=1, max=4096)
    program = torch.export.export(model, (torch.zeros(2, 3, 32, 32),), dynamic_shapes=({0: batch},))
    torch.export.save(program, "net.pt2")`;
