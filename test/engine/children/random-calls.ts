/**
 * The child of never-dies.test.ts: calls everything the engine exports with random arguments.
 *
 *     random-calls.ts <seed> <calls> <journal>
 *
 * Before each call it writes the call into the journal, so that the parent can show the one that killed
 * the process. Prints a JSON object: how often each target was called, and errors of a foreign kind.
 *
 * @module
 */
import { openSync, ftruncateSync, writeSync } from 'node:fs';
import { inspect } from 'node:util';
import * as engine from '../../../src/engine/index.js';
import { native, type NativeModule } from '../../../src/engine/native.js';
import { functionDeclarations } from '../../../src/engine/ops/functions.js';
import { methodDeclarations } from '../../../src/engine/ops/methods.js';
import { parseDeclaration, type Declaration } from '../../../src/engine/schema.js';
import { choose, RandomValues, seeded } from '../../support/random-values.js';

const { Generator, SaddlepointError, Tensor, ops } = engine;
const [seed = '1', calls = '1000', journal = '/dev/null'] = process.argv.slice(2);
const random = seeded(Number(seed));
const values = new RandomValues(random);
const file = openSync(journal, 'w');

/** What the addon's functions take; a function missing here fails the type check. */
const nativeParameters: Record<Exclude<keyof NativeModule, 'invoke'>, readonly string[]> = {
  lookup: ['str', 'str'],
  backward: ['Tensor[]', 'Tensor[]?', 'bool', 'bool'],
  grad: ['Tensor[]', 'Tensor[]', 'Tensor[]?', 'bool', 'bool', 'bool'],
  gradientOf: ['Tensor'],
  clearGradients: ['Tensor[]'],
  setRequiresGrad: ['Tensor', 'bool'],
  requiresGrad: ['Tensor'],
  setGradMode: ['bool'],
  exchangeAutocast: ['Device', 'bool', 'ScalarType'],
  clearAutocastCache: [],
  fromBytes: ['bytes', 'int[]', 'ScalarType'],
  copyInto: ['Tensor', 'bytes'],
  item: ['Tensor'],
  describe: ['Tensor'],
  isContiguous: ['Tensor', 'MemoryFormat'],
  free: ['float'],
  counters: [],
  fillUniform: ['Tensor', 'int', 'int', 'Tensor'],
  createGenerator: ['Device', 'int'],
  freeGenerator: ['int'],
  sgdStep: ['Tensor[]', 'Tensor[]', 'float', 'float', 'float', 'float', 'bool', 'bool'],
  lend: ['Tensor'],
  borrow: ['int'],
  takeBack: ['int'],
  shareMemory: ['Tensor', 'Tensor'],
  averageInto: ['Tensor[]', 'Tensor[]', 'float'],
  setThreads: ['int'],
  setProductThreads: ['int'],
  environment: [],
  environmentLives: ['int'],
  catchSignals: ['int'],
  releaseSignals: [],
  stopRequested: [],
  setInterruptible: ['bool'],
  lockFile: ['int', 'bool'],
  tuneConvolutions: ['bool'],
  allowTf32: ['bool'],
  convolutionLimits: [],
  profileBegin: [],
  profileEnd: [],
  runtime: [],
  onError: ['Scalar'],
};

/** The same functions without their types, so that they take anything. */
const addon = native as unknown as Record<string, (...values: never[]) => unknown>;

interface Target {
  readonly name: string;
  readonly call: () => unknown;
}

/** The addon knows no Tensor objects, only their handles. */
function toHandles(value: unknown): unknown {
  if (value instanceof Tensor) return value.disposed ? 16777216.5 : value.handle;
  if (value instanceof Generator) return 0;
  return Array.isArray(value) ? value.map(toHandles) : value;
}

function apply(name: string, target: (...values: never[]) => unknown, given: readonly unknown[]): unknown {
  const text = `${name}(${given.map((value) => inspect(value, { breakLength: Infinity })).join(', ')})`;
  ftruncateSync(file);
  writeSync(file, text, 0);
  return target(...(given as never[]));
}

function nativeTargets(): Target[] {
  const plain = Object.entries(nativeParameters).map(([name, types]) => ({
    name: `native.${name}`,
    call: () => {
      const given = types.map((type) => toHandles(values.value(type)));
      const result = apply(`native.${name}`, addon[name]!, given);
      // By chance it was given a function: what follows needs our errors.
      if (name === 'onError') native.onError((code, message) => new SaddlepointError(code, message));
      if (name === 'grad' || name === 'gradientOf' || name === 'fromBytes') return wrap(result);
      return undefined;
    },
  }));
  const declared = declarations().map(({ text }) => {
    const { name: operator, overload, parameters, inPlace } = parseDeclaration(text);
    const id = native.lookup(operator, overload)?.id ?? -1;
    return {
      name: `native.invoke ${text}`,
      call: () => {
        const given = parameters.map(({ type, hasDefault }) =>
          hasDefault && values.chance(0.5) ? undefined : toHandles(values.value(type)),
        );
        const result = apply(`native.invoke ${text}`, addon.invoke!, [id, ...given]);
        return inPlace ? undefined : wrap(result);
      },
    };
  });
  return [...plain, ...declared];
}

function wrap(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(wrap);
  return typeof result === 'number' && result >= 2 ** 24 ? new Tensor(result) : undefined;
}

function declarations(): { name: string; text: string; method: boolean }[] {
  const list = (table: Readonly<Record<string, Declaration>>, method: boolean) =>
    Object.entries(table).flatMap(([name, texts]) => [texts].flat().map((text) => ({ name, text: text, method })));
  return [...list(methodDeclarations, true), ...list(functionDeclarations, false)];
}

function operatorTargets(): Target[] {
  return declarations().map(({ name, text, method }) => {
    const { parameters } = parseDeclaration(text);
    const positional = parameters.filter(({ hasDefault, keywordOnly }) => !hasDefault && !keywordOnly);
    const optional = parameters.filter((parameter) => !positional.includes(parameter));
    return {
      name: `${method ? 'Tensor' : 'ops'} ${text}`,
      call: () => {
        const given: unknown[] = positional.map(({ type }) => values.value(type));
        const options = optional.flatMap(({ option, type }) =>
          values.chance(0.5) ? [] : [[option, values.value(type)] as const],
        );
        if (options.length > 0 || values.chance(0.2)) given.push(Object.fromEntries(options));
        if (values.chance(0.02)) given.splice(Math.floor(random() * 3), 1);
        const target = method
          ? (self: unknown, ...rest: unknown[]): unknown =>
              (Tensor.prototype[name as 'add'] as (...values: unknown[]) => unknown).call(self, ...rest)
          : (ops[name as keyof typeof ops] as (...values: unknown[]) => unknown);
        const result = apply(text, target, given);
        if (values.chance(0.5)) differentiate(result, given);
        return result;
      },
    };
  });
}

/** The backward kernels are the library's too. */
function differentiate(result: unknown, given: readonly unknown[]): void {
  const outputs = [result].flat().filter((element) => element instanceof Tensor);
  const inputs = given.filter(
    (value) => value instanceof Tensor && !value.disposed && value.requiresGrad,
  ) as engine.Tensor[];
  for (const output of outputs) {
    if (inputs.length === 0 || output.numel() > 1e6 || !output.requiresGrad) continue;
    engine.tidy(() => {
      const gradients = native.grad(
        [output.handle],
        inputs.map((input) => input.handle),
        [ops.zerosLike(output).add(1).handle],
        true,
        values.chance(0.2),
        true,
      );
      for (const gradient of gradients) if (gradient !== null) new Tensor(gradient);
    });
  }
}

function functionTargets(): Target[] {
  const one = (name: string, types: readonly string[], target: (...values: never[]) => unknown): Target => ({
    name,
    call: () =>
      apply(
        name,
        target,
        types.map((type) => values.value(type)),
      ),
  });
  const stream = new engine.RandomStream('test');
  return [
    one('tensor', ['bytes'], (data: never) => engine.tensor(data)),
    one(
      'tensor with a shape',
      ['float[]', 'int[]', 'ScalarType', 'Device'],
      (data: never, shape: never, dtype: never, device: never) => engine.tensor(data, { shape, dtype, device }),
    ),
    one('backward', ['Tensor'], (output: never) => engine.backward(output)),
    one('grad', ['Tensor', 'Tensor[]'], (output: never, inputs: never) => engine.grad(output, inputs)),
    one('zeroGrad', ['Tensor[]'], (tensors: never) => engine.zeroGrad(tensors)),
    one('autocast', ['ScalarType', 'Tensor', 'Device'], (dtype: never, x: never, device: never) =>
      engine.autocast(dtype, () => ops.linear(x, x), device),
    ),
    one('setThreads', ['int'], (count: never) => engine.setThreads(count)),
    one('stream.uniform', ['Tensor', 'int[]', 'Device'], (indices: never, shape: never, device: never) =>
      stream.uniform(indices, shape, device),
    ),
    one('stream.normal', ['Tensor', 'int[]', 'Device'], (indices: never, shape: never, device: never) =>
      stream.normal(indices, shape, device),
    ),
    one('stream.integers', ['Tensor', 'int[]', 'int'], (indices: never, shape: never, bound: never) =>
      stream.integers(indices, shape, bound),
    ),
    one('stream.permutation', ['int'], (count: never) => stream.permutation(count)),
    one('new Generator', ['int', 'Device'], (generatorSeed: never, device: never) =>
      new Generator(generatorSeed, device).dispose(),
    ),
    // Accessors of a tensor: the receiver is always one, alive or disposed.
    one('item', [], () => values.tensor().item()),
    one('toTypedArray', [], () => values.tensor().toTypedArray()),
    one('isContiguous', ['MemoryFormat'], (format: never) => values.tensor().isContiguous(format)),
    one('requiresGrad =', ['bool'], (value: boolean) => (values.tensor().requiresGrad = value)),
    one('gradient', [], () => values.tensor().grad),
    one('dimension', ['int'], (index: number) => values.tensor().size(index)),
  ];
}

const targets = [...operatorTargets(), ...nativeTargets(), ...functionTargets()];
let succeeded = 0;
const foreign: string[] = [];
const called = new Set<string>();
for (let count = 0; count < Number(calls); count += 1) {
  // The first rounds visit every target; afterwards chance decides.
  const target = count < targets.length ? targets[count]! : choose(random, targets);
  called.add(target.name);
  try {
    values.offer(target.call());
    succeeded += 1;
  } catch (error) {
    if (!(error instanceof SaddlepointError) || error.message === '') foreign.push(`${target.name}: ${String(error)}`);
  }
  if (count % 20 === 0) {
    native.setGradMode(true);
    native.setThreads(1);
    native.exchangeAutocast('cpu', false, 'bfloat16');
    native.clearAutocastCache();
  }
}
process.stdout.write(JSON.stringify({ targets: targets.length, called: called.size, succeeded, foreign }));
