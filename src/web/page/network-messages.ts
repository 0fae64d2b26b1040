/**
 * What the page and a network's worker say to each other.
 *
 * @module
 */
import type { Backend } from './runtime.js';

/** What a network says of an image. */
export interface Look {
  readonly logits: Float32Array;
  /** Of the cross-entropy with the label, with respect to the image. */
  readonly gradient: Float32Array;
}

export type Request =
  | {
      readonly kind: 'open';
      readonly backend: Backend;
      /** The address of `runtime/`. */
      readonly runtime: string;
      /** The backend's WebAssembly. */
      readonly binary: ArrayBuffer;
      /** ONNX with the gradient. */
      readonly network: ArrayBuffer;
      /** Of an image: [1, C, H, W]. */
      readonly shape: readonly number[];
    }
  | { readonly kind: 'look'; readonly image: Float32Array; readonly label: number };

export type Answer =
  | { readonly kind: 'opened' }
  | ({ readonly kind: 'look' } & Look)
  | { readonly kind: 'failed'; readonly message: string };
