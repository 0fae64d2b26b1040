/**
 * The engine: LibTorch's tensors, operators and differentiation, with lifetimes in our hands.
 *
 * @module
 */
export { writeFileAtomically } from './atomic-file.js';
export { autocast, backward, zeroGrad, enableGrad, grad, noGrad, type GradOptions } from './autograd.js';
export { requireDevice } from './device.js';
export type { Device, DType, MemoryFormat, TypedArray } from './dtypes.js';
export { describeValue, requireInteger, requireNumber, SaddlepointError, type ErrorCode } from './errors.js';
export { averageInto, sgdStep, type SgdStepOptions } from './fused.js';
export { Generator } from './generator.js';
export { temporaryName } from './temporary-files.js';
export { cacheFolder, compiledFile, installationKind, projectRoot, type InstallationKind } from './installation.js';
export { engineDescription, type EngineDescription } from './native.js';
export { ops } from './operators.js';
export {
  profile,
  profileKernels,
  type KernelProfile,
  type KernelTime,
  type OperatorTime,
  type Profile,
} from './profile.js';
export { RandomStream } from './random.js';
export { evenShares } from './shares.js';
export { importInherited, importModules } from './imports.js';
export { allowSignals, catchSignals, holdSignals } from './interruption.js';
export { takeLock, type FileLock, type LockHolder, type LockKind } from './file-lock.js';
export { answerIn, WorkerThread } from './worker-thread.js';
export { threadsEach, WorkerPool, type WorkerShare } from './worker-pool.js';
export type { WorkerReply } from './serve.js';
export { describeFailure, endedEarly, errorOf, threadLives, threadNumber, type ThreadFailure } from './threads.js';
export { canRecord, record, type Replayable } from './recorded-work.js';
export {
  convolutionLimits,
  hasBfloat16,
  memory,
  runtime,
  setOwnThreads,
  setProductThreads,
  setThreads,
  tuneConvolutions,
  withTf32,
  withThreads,
  type MemoryCounters,
} from './runtime.js';
export {
  borrowLists,
  borrowState,
  lendLists,
  lendState,
  shareMemory,
  takeBack,
  type LentLists,
  type LentState,
} from './lending.js';
export { pack, packState, transferable, unpack, unpackState, type Packed, type PackedState } from './packed.js';
export { readSafetensors, readSafetensorsMetadata, writeSafetensors, type SafetensorsFile } from './safetensors.js';
export { expectation, valueAtPath } from './expectation.js';
export { nearest, requireKnown } from './nearest.js';
export { refuseStray, requireOptions } from './require-options.js';
export { fromRegistries, Registry } from './registry.js';
export type { PartForm, PartKey } from './part-form.js';
export { ExportedArchive, isArchiveError, type ExportedTensors } from './exported-archive.js';
export {
  dynamicOperator,
  type DynamicOperator,
  type OperatorParameter,
  type OperatorValue,
} from './dynamic-operator.js';
export { DTYPE_OF_CODE, MEMORY_FORMAT_OF_CODE, STRIDED_LAYOUT } from './torch-codes.js';
export { HOW_TO_EXPORT } from './how-to-export.js';
export { nameForeignFile, type ForeignFile } from './foreign-files.js';
export { openTorchFile, readTorchFile, type TorchFile, type TorchFileOptions } from './torch-file.js';
export { chooseEntry, isAverage } from './weights-entries.js';
export { isSafetensors, openWeights, type WeightsFile } from './weights-file.js';
export { advance, enterScope, keep, tidy } from './scopes.js';
export { Tensor, tensor, type NestedNumbers, type TensorOptions } from './tensor.js';
