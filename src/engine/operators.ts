/**
 * Binds every declared operator when the engine loads: methods onto Tensor, the rest as functions.
 *
 * @module
 */
import { bind, type BoundOperator } from './binding.js';
import { functionDeclarations } from './ops/functions.js';
import { methodDeclarations } from './ops/methods.js';
import type { FunctionsOf } from './schema.js';
import { withoutStridedPointwise } from './strided-pointwise.js';
import { Tensor } from './tensor.js';

for (const [name, declaration] of Object.entries(methodDeclarations)) {
  const operator: BoundOperator = bind(declaration);
  Object.defineProperty(Tensor.prototype, name, {
    configurable: true,
    writable: true,
    value: function method(this: Tensor, ...values: readonly unknown[]): unknown {
      return operator([this, ...values]);
    },
  });
}

/** The operators that are not methods of Tensor; `import { ops }` and call `ops.conv2d(…)`. */
export const ops = Object.freeze(
  Object.fromEntries(
    Object.entries(functionDeclarations).map(([name, declaration]) => {
      const operator = name === 'conv2d' ? withoutStridedPointwise(bind(declaration)) : bind(declaration);
      return [name, (...values: readonly unknown[]) => operator(values)];
    }),
  ),
) as unknown as FunctionsOf<typeof functionDeclarations, Tensor>;
