/**
 * Deterministic lifetimes. Garbage collection cannot keep up with a training loop, so a tensor lives
 * until it is disposed, or until the {@link tidy} scope it was made in ends.
 *
 * @module
 */
import { SaddlepointError } from './errors.js';

/** What a scope can own. */
export interface Disposable {
  dispose(): void;
}

interface Scope {
  readonly owned: Set<Disposable>;
}

let current: Scope | undefined;

/** Puts a new resource into the innermost scope; outside of any scope it simply lives on. */
export function enterScope(resource: Disposable): void {
  current?.owned.add(resource);
}

const kept = new WeakSet<Disposable>();

/**
 * Takes a resource out of every scope: it lives until its own `dispose()`.
 *
 * @returns the resource itself
 */
export function keep<T extends Disposable>(resource: T): T {
  kept.add(resource);
  current?.owned.delete(resource);
  return resource;
}

/**
 * Runs `fn` and disposes every tensor it made, except those it returns (alone, or inside arrays, plain
 * objects, maps and sets, which then belong to the enclosing scope) and those it {@link keep}s.
 *
 * @throws SaddlepointError ARGUMENT when `fn` returns a promise: a scope ends before the work would.
 */
export function tidy<T>(fn: () => T): T {
  const outer = current;
  const scope: Scope = { owned: new Set() };
  current = scope;
  let result: T;
  try {
    result = fn();
    if (result instanceof Promise) {
      throw new SaddlepointError(
        'ARGUMENT',
        'expected a synchronous function for tidy, received one that returns a promise',
      );
    }
  } catch (error) {
    current = outer;
    for (const resource of scope.owned) if (!kept.has(resource)) resource.dispose();
    throw error;
  }
  current = outer;
  release(result, scope);
  return result;
}

/**
 * One turn of a loop: computes the next state from the present one in a scope of its own, then disposes
 * what only the present state held. Without it, every state of a loop would live as long as the loop.
 *
 * @param state a tensor, or arrays and plain objects of tensors; nothing else may need what it holds
 */
export function advance<S>(state: S, next: (state: S) => S): S {
  const result = tidy(() => next(state));
  const survivors = resourcesIn(result, isDisposable);
  for (const resource of resourcesIn(state, isDisposable)) {
    if (survivors.has(resource)) continue;
    current?.owned.delete(resource);
    resource.dispose();
  }
  return result;
}

function release(result: unknown, scope: Scope): void {
  const survivors = resourcesIn(result, (value): value is Disposable => scope.owned.has(value as Disposable));
  for (const resource of scope.owned) {
    if (kept.has(resource)) continue;
    if (survivors.has(resource)) enterScope(resource);
    else resource.dispose();
  }
}

function isDisposable(value: object): value is Disposable {
  return 'dispose' in value && typeof value.dispose === 'function';
}

/** The resources in a value: itself, or inside arrays, plain objects, maps and sets. */
function resourcesIn(value: unknown, isResource: (value: object) => value is Disposable): Set<Disposable> {
  const found = new Set<Disposable>();
  const seen = new Set<object>();
  const walk = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || ArrayBuffer.isView(part) || seen.has(part)) return;
    seen.add(part);
    if (isResource(part)) found.add(part);
    else if (Array.isArray(part) || part instanceof Set || part instanceof Map) part.forEach(walk);
    else if (isPlain(part)) Object.values(part).forEach(walk);
  };
  walk(value);
  return found;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
