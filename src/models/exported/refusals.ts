/**
 * What a program cannot have here, and why.
 *
 * @module
 */
import { HOW_TO_EXPORT } from '../../engine/index.js';
import { kindOf } from './allowed-operators.js';
import { numberOf, ProgramError, type Argument, type ProgramNode } from './program.js';

const DATA = 'whose result depends on the values and not only on the shapes of the images, so that it has no gradient';
const RANDOM = 'which draws random numbers that are not those of a seed here';

/** Of what is not allowed, those with a reason that helps. */
const REASONS: readonly (readonly [names: RegExp, why: string])[] = [
  [/^(item|_local_scalar_dense|nonzero\w*|masked_select|unique\w*|_unique\w*|bincount|argwhere)$/, DATA],
  [
    /^(rand\w*|normal\w*|bernoulli\w*|multinomial|poisson|uniform\w*|exponential_|rrelu\w*|cauchy_|geometric_)$/,
    RANDOM,
  ],
];
const OTHERS = 'which is none of those that networks are made of and that a file may ask for';

/** Which are there in training alone: batch norm with a batch's own statistics. */
const IN_TRAINING = /^(_native_batch_norm_legit_functional|_batch_norm_with_update\w*)$/;

/** Which only check what is so anyway. */
const CHECKS = /^(_assert_\w+|sym_constrain_range\w*)$/;

/** Whether a node computes nothing. */
export function isCheck(operator: string): boolean {
  return CHECKS.test(operator);
}

/**
 * @param name as PyTorch writes it, e.g. `aten.nonzero.default`
 * @throws ProgramError with the name and the reason, for what is refused
 */
export function refuseOperator(name: string, operator: string, overload: string): void {
  if (IN_TRAINING.test(operator)) throw new ProgramError(`it computes ${operator}, as in training. ${HOW_TO_EXPORT}`);
  if (kindOf(operator) !== undefined && !overload.endsWith('out')) return;
  const why = REASONS.find(([names]) => names.test(operator))?.[1] ?? OTHERS;
  throw new ProgramError(`it has the operator ${name}, ${why}`);
}

/** @throws ProgramError where the node computes as in training, or draws random numbers */
export function refuseTraining({ operator, arguments: given }: Pick<ProgramNode, 'operator' | 'arguments'>): void {
  const { training, train, use_input_stats: ownStatistics, dropout_p: share } = given;
  // Without running averages a batch norm is one of the weights, which some networks standardise by it.
  const averages = given.running_mean !== null && given.running_mean !== undefined;
  const normalizes = averages && (training === true || ownStatistics === true);
  const drops = operator.includes('dropout') && train !== false;
  if (normalizes || drops || (share !== undefined && numberOf(share) !== 0))
    throw new ProgramError(`it computes ${operator}, as in training. ${HOW_TO_EXPORT}`);
}

/**
 * Into so many parts nothing is split that has an image's size; LibTorch would make a list of as many as it is told.
 */
const MOST_PARTS = 2 ** 20;

/** @throws ProgramError where the node makes more parts of a tensor than there can be */
export function refuseParts(name: string, { sections, chunks }: Readonly<Record<string, Argument>>): void {
  for (const parts of [sections, chunks]) {
    if (parts === undefined || !(Number(numberOf(parts)) > MOST_PARTS)) continue;
    throw new ProgramError(`it has the operator ${name} with ${numberOf(parts)} parts, expected at most ${MOST_PARTS}`);
  }
}
