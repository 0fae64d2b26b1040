/**
 * Is a program one that may be computed? Whatever it comes from, a `.pt2` file or a description beside weights, passes
 * here before anything is called.
 *
 * @module
 */
import { nameOf, ProgramError, readsOf, resultsOf, type Argument, type Program } from './program.js';
import { refuseOperator, refuseParts, refuseTraining } from './refusals.js';
import { OF_SHAPES } from './shape-arithmetic.js';
import { rootsOf, slotsOf, targetOf, isInPlace } from './slots.js';

/** The largest networks have some thousand. */
const MOST_NODES = 20_000;
const MOST_DIGITS = /^-?\d{1,19}$/;

/**
 * @throws ProgramError for an operator that is refused, training mode, a value that is used before it is made or made
 *   twice, a program that changes the network's own tensors, or one that is too long
 */
export function checkProgram(program: Program): void {
  const { nodes, images } = program;
  if (nodes.length > MOST_NODES)
    throw new ProgramError(`it has ${nodes.length} operators, expected at most ${MOST_NODES}`);
  const [batch = null, ...sides] = images.shape;
  if (batch === 0 || sides.some((side) => side === null || side < 1))
    throw new ProgramError(`its images are [${images.shape.join(', ')}], expected sizes of at least 1`);
  for (const node of nodes) {
    if (node.operator !== 'python' && !(`${node.operator}.${node.overload}` in OF_SHAPES)) {
      refuseOperator(nameOf(node), node.operator, node.overload);
    }
    refuseTraining(node);
    refuseParts(nameOf(node), node.arguments);
    Object.values(node.arguments).forEach(requireWhole);
  }
  requireOrder(program);
  requireOwnState(program);
}

function requireWhole(given: Argument): void {
  if (Array.isArray(given)) given.forEach(requireWhole);
  else if (typeof given === 'object' && given !== null && 'int' in given) {
    const { int } = given;
    const isWhole = typeof int === 'string' ? MOST_DIGITS.test(int) : Number.isSafeInteger(int);
    if (!isWhole) throw new ProgramError(`it has ${JSON.stringify(int)} where a whole number belongs`);
  }
}

/** Every value is made before it is used, once. */
function requireOrder({ inputs, images, nodes, output }: Program): void {
  const made = new Set<string>();
  const make = (name: string) => {
    if (made.has(name)) throw new ProgramError(`it makes the value ${name} twice`);
    made.add(name);
  };
  for (const { name } of [...inputs, images]) make(name);
  for (const node of nodes) {
    for (const name of readsOf(node))
      if (!made.has(name)) throw new ProgramError(`it uses the value ${name} before it is there`);
    for (const name of resultsOf(node)) make(name);
  }
  if (!made.has(output)) throw new ProgramError(`its logits ${output} are made by nothing`);
}

/** Nothing is written into the network's own tensors, or into views of them. */
function requireOwnState(program: Program): void {
  const slots = slotsOf(program);
  const roots = rootsOf(program, slots);
  const own = new Map(program.inputs.map(({ name, key }) => [roots[slots.get(name)!]!, key]));
  for (const node of program.nodes.filter(isInPlace)) {
    const target = targetOf(node);
    const key = target === undefined ? undefined : own.get(roots[slots.get(target)!]!);
    if (target === undefined) throw new ProgramError(`${nameOf(node)} does not say what it writes into`);
    // Detaching changes no number.
    if (key !== undefined && node.operator !== 'detach_')
      throw new ProgramError(`it changes its own tensor ${key}, as in training: call model.eval() before the export`);
  }
}
