/**
 * The base of every layer and network: parameters, buffers and children found by the names of the
 * properties that hold them, which are the names PyTorch's state dicts use.
 *
 * @module
 */
import { zeroGrad, keep, noGrad, SaddlepointError, shareMemory, Tensor, tidy, type Device } from '../engine/index.js';
import { belongsToBuilding } from './building.js';
import type { Initializer } from './initializers.js';

/** A trainable tensor. Lives until its module is disposed. */
export class Parameter extends Tensor {
  /** How `initialize(model, seed)` fills it; undefined leaves it as it is. */
  readonly initializer: Initializer | undefined;

  /** Takes over the tensor's memory; the tensor itself becomes disposed. */
  constructor(initial: Tensor, initializer?: Initializer) {
    super(0);
    this.adopt(initial);
    keep(this);
    belongsToBuilding(this);
    this.initializer = initializer;
    this.requiresGrad = true;
  }
}

/** State that is saved with the weights but not trained, such as running statistics. */
export class StateBuffer extends Tensor {
  /** Whether it is part of the state dict; a constant need not be. */
  readonly persistent: boolean;
  /** Whether a state dict may lack it, which leaves it as it is. */
  readonly optional: boolean;

  constructor(initial: Tensor, { persistent = true, optional = false } = {}) {
    super(0);
    this.adopt(initial);
    keep(this);
    belongsToBuilding(this);
    this.persistent = persistent;
    this.optional = optional;
  }
}

/** The tensors of a module by PyTorch's names, e.g. `layer1.0.conv1.weight`. */
export type StateDict = ReadonlyMap<string, Tensor>;

/** The base of layers and networks, from [N, …] to [N, …], with parameters and buffers named as PyTorch names them. */
export abstract class Module {
  /** Training mode: batch statistics and dropout are active. Switch it with {@link train} and {@link eval}. */
  training = true;

  /** Computes the output. What it leaves alive: exactly what it returns, when called inside `tidy`. */
  abstract forward(input: Tensor): Tensor;

  /** The modules held directly, by property name; elements of an array are `<property>.<index>`. */
  *children(): Generator<readonly [string, Module]> {
    for (const [name, value] of Object.entries(this)) {
      if (value instanceof Module) yield [name, value];
      if (Array.isArray(value)) {
        for (const [index, element] of value.entries()) {
          if (element instanceof Module) yield [`${name}.${index}`, element];
        }
      }
    }
  }

  /** This module and all below it, by path; its own path is the prefix. */
  *modules(prefix = ''): Generator<readonly [string, Module]> {
    yield [prefix, this];
    for (const [name, child] of this.children()) yield* child.modules(join(prefix, name));
  }

  /** The parameters of this module and all below it, in the order they were made. */
  *namedParameters(): Generator<readonly [string, Parameter]> {
    for (const [name, tensor] of this.#tensors()) if (tensor instanceof Parameter) yield [name, tensor];
  }

  /** What is trained, in the order it was made. */
  parameters(): Parameter[] {
    return Array.from(this.namedParameters(), ([, parameter]) => parameter);
  }

  /** How many numbers are trained. */
  parameterCount(): number {
    return this.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
  }

  /** The parameters and buffers themselves (not copies), as PyTorch names them. */
  stateDict(): StateDict {
    const saved = [...this.#tensors()].filter(([, value]) => !(value instanceof StateBuffer) || value.persistent);
    return new Map(saved);
  }

  /**
   * Copies a state dict into this module. It may lack what is optional: batch norm's counters, as in PyTorch.
   *
   * @throws SaddlepointError CHECKPOINT when a name is missing or unknown or a shape differs; nothing is
   *   copied then.
   */
  loadStateDict(state: StateDict): void {
    const own = this.#thatFits(state);
    noGrad(() => {
      for (const [name, tensor] of own) {
        const given = state.get(name);
        if (given !== undefined) tensor.copy_(given);
      }
    });
  }

  /**
   * Computes with the memory of these tensors from now on, not with a copy: for a model in another thread that follows
   * its original.
   *
   * @throws SaddlepointError as {@link loadStateDict}, and ARGUMENT for a tensor of another dtype or on another device:
   *   those before it are shared then
   */
  shareStateDict(state: StateDict): void {
    for (const [name, tensor] of this.#thatFits(state)) {
      const given = state.get(name);
      if (given !== undefined) shareMemory(tensor, given);
    }
  }

  /** The tensors of this module's state dict. @throws SaddlepointError CHECKPOINT for a state that does not fit them */
  #thatFits(state: StateDict): StateDict {
    const own = this.stateDict();
    const problems: string[] = [];
    for (const [name, tensor] of own) {
      const given = state.get(name);
      if (given === undefined && tensor instanceof StateBuffer && tensor.optional) continue;
      if (given === undefined) problems.push(`\`${name}\` is missing`);
      else if (given.shape.join() !== tensor.shape.join()) {
        problems.push(`\`${name}\` has shape [${given.shape.join(', ')}], expected [${tensor.shape.join(', ')}]`);
      }
    }
    for (const name of state.keys()) if (!own.has(name)) problems.push(`\`${name}\` is unknown`);
    if (problems.length > 0) {
      const shown = problems.slice(0, 5).join('; ');
      const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
      throw new SaddlepointError(
        'CHECKPOINT',
        `these weights do not fit the model: ${shown}${more}. Were they saved from another architecture?`,
      );
    }
    return own;
  }

  /** Switches this module and all below it to training mode. */
  train(training = true): this {
    for (const [, module] of this.modules()) module.training = training;
    return this;
  }

  /** Switches this module and all below it to evaluation mode. */
  eval(): this {
    return this.train(false);
  }

  /** Forgets the gradients of all parameters: `grad` is null then. */
  zeroGrad(): void {
    zeroGrad(this.parameters());
  }

  /** Moves every parameter and buffer to a device, in place; gradients are forgotten. */
  to(device: Device): this {
    this.zeroGrad();
    for (const [, tensor] of this.#tensors()) {
      const requiresGrad = tensor.requiresGrad;
      tensor.adopt(noGrad(() => keep(tidy(() => tensor.detach().to({ device, copy: true })))));
      tensor.requiresGrad = requiresGrad;
    }
    return this;
  }

  /** Frees every parameter and buffer. */
  dispose(): void {
    for (const [, tensor] of this.#tensors()) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  *#tensors(): Generator<readonly [string, Tensor]> {
    for (const [path, module] of this.modules()) {
      for (const [name, value] of Object.entries(module)) {
        if (value instanceof Parameter || value instanceof StateBuffer) yield [join(path, name), value];
      }
    }
  }
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
