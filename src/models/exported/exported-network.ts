/**
 * A network that somebody exported from PyTorch: its tensors, and the program that computes with them.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ops, SaddlepointError, tidy, type Tensor } from '../../engine/index.js';
import { Chain, Module, Parameter, StateBuffer, zeroWeights } from '../../nn/index.js';
import { inputNormalization } from '../ends.js';
import { networkShape } from '../options.js';
import { checkProgram } from './check-program.js';
import { Executable, type Form } from './executable.js';
import { ProgramError, programSchema, type Program, type ProgramInput } from './program.js';

export const exportedOptions = z.strictObject({
  program: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('What a .pt2 file of torch.export computes; it is read from there'),
  normalize: networkShape.normalize,
});
export type ExportedOptions = z.input<typeof exportedOptions>;

/** What results say of it: what its images are, and which program it is. */
export function summarizeExported({ program, normalize }: z.output<typeof exportedOptions>) {
  const { images, nodes } = checkedProgram(program);
  const [batch, channels, resolution] = images.shape;
  const sha256 = createHash('sha256').update(JSON.stringify(program)).digest('hex');
  return {
    channels,
    resolution,
    batch,
    operators: nodes.length,
    sha256,
    ...(normalize !== undefined && { normalize }),
  };
}

/** A network that was exported; its weights are those that a file has. */
export class ExportedNetwork extends Chain {
  readonly layers: readonly Module[];

  /** @throws SaddlepointError RECIPE for a program that is none, or that this LibTorch cannot compute */
  constructor({ program, normalize }: ExportedOptions) {
    super();
    const exported = new ExportedProgram(checkedProgram(program));
    const channels = exported.program.images.shape[1] ?? 0;
    const ends = { normalize, channels, classes: 0, singleLogit: false, normalization: 'none', clamp: false } as const;
    this.layers = [inputNormalization(ends), exported];
    this.training = false;
  }

  override *children(): Generator<readonly [string, Module]> {
    const [normalization, program] = this.layers;
    yield ['(normalize)', normalization!];
    yield ['program', program!];
  }
}

function checkedProgram(given: unknown): Program {
  const { success, data, error } = programSchema.safeParse(given);
  if (success) {
    asRecipeError(() => {
      checkProgram(data);
    });
    return data;
  }
  const [issue] = error.issues;
  throw new SaddlepointError(
    'RECIPE',
    `expected a program as it is read from a .pt2 file, received another form at ${issue?.path.join('.') ?? ''}`,
  );
}

/** The tensors of one kind, by the names they had in PyTorch. */
class Tensors extends Module {
  constructor(inputs: readonly ProgramInput[]) {
    super();
    for (const { key, dtype, shape, parameter } of inputs) {
      if (key in this)
        throw new SaddlepointError('RECIPE', `the program has two tensors ${key}, or one of a name that is taken`);
      const zeros = zeroWeights(shape, dtype);
      // PyTorch's own may be whole numbers, which have no gradient.
      const trained = parameter && dtype.includes('float');
      Reflect.set(this, key, trained ? new Parameter(zeros) : new StateBuffer(zeros));
    }
  }

  override forward(): Tensor {
    throw new Error('it only holds tensors');
  }
}

/** The program of an exported network: from images [N, C, H, W] to logits. */
export class ExportedProgram extends Module {
  readonly weights: Tensors;
  readonly constants: Tensors;
  /** Public, so that two programs with the same tensors are told apart by whoever looks at a network's layers. */
  readonly program: Program;
  readonly #executable: Executable;
  #forms: ReadonlyMap<number, Form> | undefined;

  constructor(program: Program) {
    super();
    this.training = false;
    this.program = program;
    this.#executable = asRecipeError(() => new Executable(program));
    const of = (kind: ProgramInput['kind']) =>
      new Tensors(uniqueByKey(program.inputs.filter((each) => each.kind === kind)));
    this.weights = of('weights');
    this.constants = of('constants');
  }

  /** Convolutions among its operators may be our own. */
  get supportsNativeKernels(): boolean {
    return this.program.images.dtype === 'float32';
  }

  /**
   * Types and shapes of its values by their places (`slots.ts`), for so many images, or as many as it was exported for.
   * Computed once.
   */
  formsFor(many: number): ReadonlyMap<number, Form> {
    this.#forms ??= tidy(() => {
      const { shape, dtype } = this.program.images;
      const [batch = null, ...size] = shape;
      const device = this.stateDict().values().next().value?.device ?? 'cpu';
      const images = ops.zeros([batch ?? many, ...size.map(Number)], { dtype: dtype, device });
      return this.#executable.forms(images, this.stateDict());
    });
    return this.#forms;
  }

  override forward(images: Tensor): Tensor {
    if (this.training)
      throw new SaddlepointError(
        'ARGUMENT',
        'expected a network to train, received an exported program, which computes as in evaluation',
      );
    return runOn(this.program, images, (batch) => this.#executable.run(batch, this.stateDict()));
  }
}

/**
 * Runs a program on images of its size: on all at once, or where it was exported for so many images, on so many at a
 * time.
 *
 * @throws SaddlepointError ARGUMENT for images of another size
 */
export function runOn({ images: { shape, dtype } }: Program, images: Tensor, run: (batch: Tensor) => Tensor): Tensor {
  const [batch = null, ...sides] = shape;
  const size = sides.map(Number);
  if (images.shape.slice(1).join() !== size.join()) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected images [N, ${size.join(', ')}], for which the program was exported, received [${images.shape.join(', ')}]`,
    );
  }
  const input = images.to({ dtype: dtype });
  if (batch === null || batch === images.size(0)) return run(input).to({ dtype: images.dtype });
  const parts: Tensor[] = [];
  for (let start = 0; start < images.size(0); start += batch) {
    const length = Math.min(batch, images.size(0) - start);
    const part = input.narrow(0, start, length);
    const filler = part.narrow(0, length - 1, 1).expand([batch - length, ...size]);
    parts.push(run(length === batch ? part : ops.cat([part, filler])).narrow(0, 0, length));
  }
  return ops.cat(parts).to({ dtype: images.dtype });
}

/** A parameter that the network's code uses under two names is one tensor. */
function uniqueByKey(inputs: readonly ProgramInput[]): ProgramInput[] {
  return [...new Map(inputs.map((input) => [input.key, input])).values()];
}

function asRecipeError<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof ProgramError)) throw cause;
    throw new SaddlepointError('RECIPE', cause.message, { cause });
  }
}
