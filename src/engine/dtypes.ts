/**
 * Element types and memory formats, by the names PyTorch's users know.
 *
 * @module
 */

export type DType =
  'float32' | 'float64' | 'float16' | 'bfloat16' | 'uint8' | 'int8' | 'int16' | 'int32' | 'int64' | 'bool';

export type MemoryFormat = 'contiguous' | 'channels-last' | 'preserve';

/** `cpu`, `cuda` or `cuda:<index>`. */
export type Device = string;

export type TypedArray = Float32Array | Float64Array | Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array;

/** A new typed array that holds `length` elements of a dtype as JavaScript can. Half precisions become float32. */
export function arrayFor(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case 'float64':
      return new Float64Array(length);
    case 'uint8':
    case 'bool':
      return new Uint8Array(length);
    case 'int8':
      return new Int8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'int64':
      return new BigInt64Array(length);
    default:
      return new Float32Array(length);
  }
}

/** The dtype whose elements a typed array holds, or undefined for one LibTorch has no dtype for. */
export function dtypeOfArray(array: ArrayBufferView): DType | undefined {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return 'uint8';
  if (array instanceof Int8Array) return 'int8';
  if (array instanceof Int16Array) return 'int16';
  if (array instanceof Int32Array) return 'int32';
  if (array instanceof BigInt64Array) return 'int64';
  return undefined;
}
