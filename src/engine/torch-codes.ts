/**
 * The numbers by which the programs of torch.export name types and layouts. They are PyTorch's own plus one.
 *
 * @module
 */
import type { DType, MemoryFormat } from './dtypes.js';

export const DTYPE_OF_CODE: Readonly<Record<number, DType>> = {
  1: 'uint8',
  2: 'int8',
  3: 'int16',
  4: 'int32',
  5: 'int64',
  6: 'float16',
  7: 'float32',
  8: 'float64',
  12: 'bool',
  13: 'bfloat16',
};

export const MEMORY_FORMAT_OF_CODE: Readonly<Record<number, MemoryFormat>> = {
  1: 'contiguous',
  2: 'channels-last',
  4: 'preserve',
};

export const STRIDED_LAYOUT = 7;

/** Bytes of one element. */
export const WIDTHS: Readonly<Record<DType, number>> = {
  uint8: 1,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float16: 2,
  float32: 4,
  float64: 8,
  bool: 1,
  bfloat16: 2,
};
