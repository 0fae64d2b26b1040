/**
 * Operators that become methods of Tensor: arithmetic, comparison, reduction, shape, indexing, in place.
 * The first parameter is the tensor itself. See `schema.ts` for the notation.
 *
 * @module
 */

const arithmetic = {
  add: [
    'add.Tensor(Tensor self, Tensor other, *, Scalar alpha=) -> Tensor',
    'add.Scalar(Tensor self, Scalar other, Scalar alpha=) -> Tensor',
  ],
  sub: [
    'sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=) -> Tensor',
    'sub.Scalar(Tensor self, Scalar other, Scalar alpha=) -> Tensor',
  ],
  mul: ['mul.Tensor(Tensor self, Tensor other) -> Tensor', 'mul.Scalar(Tensor self, Scalar other) -> Tensor'],
  div: ['div.Tensor(Tensor self, Tensor other) -> Tensor', 'div.Scalar(Tensor self, Scalar other) -> Tensor'],
  remainder: [
    'remainder.Tensor(Tensor self, Tensor other) -> Tensor',
    'remainder.Scalar(Tensor self, Scalar other) -> Tensor',
  ],
  pow: [
    'pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor',
    'pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor',
  ],
  maximum: 'maximum(Tensor self, Tensor other) -> Tensor',
  minimum: 'minimum(Tensor self, Tensor other) -> Tensor',
  nextafter: 'nextafter(Tensor self, Tensor other) -> Tensor',
  neg: 'neg(Tensor self) -> Tensor',
  abs: 'abs(Tensor self) -> Tensor',
  sign: 'sign(Tensor self) -> Tensor',
  reciprocal: 'reciprocal(Tensor self) -> Tensor',
  exp: 'exp(Tensor self) -> Tensor',
  log: 'log(Tensor self) -> Tensor',
  log1p: 'log1p(Tensor self) -> Tensor',
  sqrt: 'sqrt(Tensor self) -> Tensor',
  rsqrt: 'rsqrt(Tensor self) -> Tensor',
  square: 'square(Tensor self) -> Tensor',
  sin: 'sin(Tensor self) -> Tensor',
  cos: 'cos(Tensor self) -> Tensor',
  tanh: 'tanh(Tensor self) -> Tensor',
  atanh: 'atanh(Tensor self) -> Tensor',
  sigmoid: 'sigmoid(Tensor self) -> Tensor',
  relu: 'relu(Tensor self) -> Tensor',
  floor: 'floor(Tensor self) -> Tensor',
  ceil: 'ceil(Tensor self) -> Tensor',
  round: 'round(Tensor self) -> Tensor',
  clamp: [
    'clamp(Tensor self, Scalar? min=, Scalar? max=) -> Tensor',
    'clamp.Tensor(Tensor self, Tensor? min=, Tensor? max=) -> Tensor',
  ],
  nanToNum: 'nan_to_num(Tensor self, float? nan=, float? posinf=, float? neginf=) -> Tensor',
  addcmul: 'addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=) -> Tensor',
  matmul: 'matmul(Tensor self, Tensor other) -> Tensor',
  softmax: 'softmax.int(Tensor self, int dim, ScalarType? dtype=) -> Tensor',
  logSoftmax: 'log_softmax.int(Tensor self, int dim, ScalarType? dtype=) -> Tensor',
} as const;

const comparison = {
  eq: ['eq.Tensor(Tensor self, Tensor other) -> Tensor', 'eq.Scalar(Tensor self, Scalar other) -> Tensor'],
  ne: ['ne.Tensor(Tensor self, Tensor other) -> Tensor', 'ne.Scalar(Tensor self, Scalar other) -> Tensor'],
  lt: ['lt.Tensor(Tensor self, Tensor other) -> Tensor', 'lt.Scalar(Tensor self, Scalar other) -> Tensor'],
  le: ['le.Tensor(Tensor self, Tensor other) -> Tensor', 'le.Scalar(Tensor self, Scalar other) -> Tensor'],
  gt: ['gt.Tensor(Tensor self, Tensor other) -> Tensor', 'gt.Scalar(Tensor self, Scalar other) -> Tensor'],
  ge: ['ge.Tensor(Tensor self, Tensor other) -> Tensor', 'ge.Scalar(Tensor self, Scalar other) -> Tensor'],
  equal: 'equal(Tensor self, Tensor other) -> bool',
  logicalAnd: 'logical_and(Tensor self, Tensor other) -> Tensor',
  logicalOr: 'logical_or(Tensor self, Tensor other) -> Tensor',
  logicalNot: 'logical_not(Tensor self) -> Tensor',
  isnan: 'isnan(Tensor self) -> Tensor',
  isfinite: 'isfinite(Tensor self) -> Tensor',
} as const;

const reduction = {
  sum: [
    'sum(Tensor self, *, ScalarType? dtype=) -> Tensor',
    'sum.dim_IntList(Tensor self, int[]? dim, bool keepdim=, *, ScalarType? dtype=) -> Tensor',
  ],
  mean: [
    'mean(Tensor self, *, ScalarType? dtype=) -> Tensor',
    'mean.dim(Tensor self, int[]? dim, bool keepdim=, *, ScalarType? dtype=) -> Tensor',
  ],
  var: [
    'var(Tensor self, bool unbiased=) -> Tensor',
    'var.dim(Tensor self, int[]? dim, bool unbiased=, bool keepdim=) -> Tensor',
  ],
  amax: 'amax(Tensor self, int[] dim=, bool keepdim=) -> Tensor',
  amin: 'amin(Tensor self, int[] dim=, bool keepdim=) -> Tensor',
  argmax: 'argmax(Tensor self, int? dim=, bool keepdim=) -> Tensor',
  argmin: 'argmin(Tensor self, int? dim=, bool keepdim=) -> Tensor',
  max: ['max(Tensor self) -> Tensor', 'max.dim(Tensor self, int dim, bool keepdim=) -> (Tensor, Tensor)'],
  min: ['min(Tensor self) -> Tensor', 'min.dim(Tensor self, int dim, bool keepdim=) -> (Tensor, Tensor)'],
  any: ['any(Tensor self) -> Tensor', 'any.dim(Tensor self, int dim, bool keepdim=) -> Tensor'],
  all: ['all(Tensor self) -> Tensor', 'all.dim(Tensor self, int dim, bool keepdim=) -> Tensor'],
  norm: 'linalg_vector_norm(Tensor self, Scalar ord=, int[]? dim=, bool keepdim=, *, ScalarType? dtype=) -> Tensor',
  logsumexp: 'logsumexp(Tensor self, int[] dim, bool keepdim=) -> Tensor',
  cumsum: 'cumsum(Tensor self, int dim, *, ScalarType? dtype=) -> Tensor',
  sort: 'sort.stable(Tensor self, *, bool? stable, int dim=, bool descending=) -> (Tensor, Tensor)',
  topk: 'topk(Tensor self, int k, int dim=, bool largest=, bool sorted=) -> (Tensor, Tensor)',
  bincount: 'bincount(Tensor self, Tensor? weights=, int minlength=) -> Tensor',
} as const;

const shape = {
  reshape: 'reshape(Tensor self, int[] shape) -> Tensor',
  view: 'view(Tensor self, int[] size) -> Tensor',
  flatten: 'flatten.using_ints(Tensor self, int start_dim=, int end_dim=) -> Tensor',
  squeeze: 'squeeze.dim(Tensor self, int dim) -> Tensor',
  unsqueeze: 'unsqueeze(Tensor self, int dim) -> Tensor',
  permute: 'permute(Tensor self, int[] dims) -> Tensor',
  transpose: 'transpose.int(Tensor self, int dim0, int dim1) -> Tensor',
  expand: 'expand(Tensor self, int[] size, *, bool implicit=) -> Tensor',
  expandAs: 'expand_as(Tensor self, Tensor other) -> Tensor',
  repeat: 'repeat(Tensor self, int[] repeats) -> Tensor',
  contiguous: 'contiguous(Tensor self, *, MemoryFormat memory_format=) -> Tensor',
  split: 'split.Tensor(Tensor self, int split_size, int dim=) -> Tensor[]',
  flip: 'flip(Tensor self, int[] dims) -> Tensor',
  roll: 'roll(Tensor self, int[] shifts, int[] dims=) -> Tensor',
  clone: 'clone(Tensor self, *, MemoryFormat? memory_format=) -> Tensor',
  detach: 'detach(Tensor self) -> Tensor',
  to: 'to.dtype_layout(Tensor self, *, ScalarType? dtype=, Layout? layout=, Device? device=, bool? pin_memory=, bool non_blocking=, bool copy=, MemoryFormat? memory_format=) -> Tensor',
} as const;

const indexing = {
  select: 'select.int(Tensor self, int dim, int index) -> Tensor',
  narrow: 'narrow(Tensor self, int dim, int start, int length) -> Tensor',
  slice: 'slice.Tensor(Tensor self, int dim=, int? start=, int? end=, int step=) -> Tensor',
  gather: 'gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=) -> Tensor',
  scatter: [
    'scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor',
    'scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor',
  ],
  indexSelect: 'index_select(Tensor self, int dim, Tensor index) -> Tensor',
  index: 'index.Tensor(Tensor self, Tensor?[] indices) -> Tensor',
  maskedFill: [
    'masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor',
    'masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor',
  ],
  maskedSelect: 'masked_select(Tensor self, Tensor mask) -> Tensor',
  nonzero: 'nonzero(Tensor self) -> Tensor',
  oneHot: 'one_hot(Tensor self, int num_classes=) -> Tensor',
} as const;

// TypeScript names end in `_`, as PyTorch's do.
const inPlace = {
  add_: [
    'add_.Tensor(Tensor self, Tensor other, *, Scalar alpha=) -> self',
    'add_.Scalar(Tensor self, Scalar other, Scalar alpha=) -> self',
  ],
  sub_: [
    'sub_.Tensor(Tensor self, Tensor other, *, Scalar alpha=) -> self',
    'sub_.Scalar(Tensor self, Scalar other, Scalar alpha=) -> self',
  ],
  mul_: ['mul_.Tensor(Tensor self, Tensor other) -> self', 'mul_.Scalar(Tensor self, Scalar other) -> self'],
  div_: ['div_.Tensor(Tensor self, Tensor other) -> self', 'div_.Scalar(Tensor self, Scalar other) -> self'],
  clamp_: [
    'clamp_(Tensor self, Scalar? min=, Scalar? max=) -> self',
    'clamp_.Tensor(Tensor self, Tensor? min=, Tensor? max=) -> self',
  ],
  sign_: 'sign_(Tensor self) -> self',
  relu_: 'relu_(Tensor self) -> self',
  lerp_: 'lerp_.Scalar(Tensor self, Tensor end, Scalar weight) -> self',
  zero_: 'zero_(Tensor self) -> self',
  fill_: 'fill_.Scalar(Tensor self, Scalar value) -> self',
  copy_: 'copy_(Tensor self, Tensor src, bool non_blocking=) -> self',
  indexCopy_: 'index_copy_(Tensor self, int dim, Tensor index, Tensor source) -> self',
  maskedFill_: 'masked_fill_.Scalar(Tensor self, Tensor mask, Scalar value) -> self',
  uniform_: 'uniform_(Tensor self, float from=, float to=, *, Generator? generator=) -> self',
  normal_: 'normal_(Tensor self, float mean=, float std=, *, Generator? generator=) -> self',
} as const;

export const methodDeclarations = {
  ...arithmetic,
  ...comparison,
  ...reduction,
  ...shape,
  ...indexing,
  ...inPlace,
} as const;
