/**
 * Loads the addon that set-up built and types what it exports. The only file that touches it; its failure message is a
 * diagnosis.
 *
 * @module
 */
import { WAITING } from './waiting.js';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { SaddlepointError, type ErrorCode } from './errors.js';
import { enginesFolder, installationKind, remedy } from './installation.js';

/** What setup found and built; the content of `engine.json` in the engine's folder. */
export interface EngineDescription {
  readonly id: string;
  readonly addon: string;
  readonly libtorch: {
    readonly version: string;
    readonly source: string;
    readonly library: string;
    readonly cuda: boolean;
    readonly python: string | null;
    readonly pythonPath: string | null;
  };
}

/** A schema of LibTorch's dispatcher, as the addon reports it. */
export interface NativeSchema {
  readonly id: number;
  readonly parameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly hasDefault: boolean;
    readonly keywordOnly: boolean;
  }[];
  readonly returns: readonly string[];
}

export type Handle = number;

/** The addon's exports. Tensors are handles here; `tensor.ts` gives them a class. */
export interface NativeModule {
  lookup(name: string, overload: string): NativeSchema | null;
  invoke(operator: number, ...values: unknown[]): unknown;
  backward(outputs: Handle[], gradients: Handle[] | undefined, retainGraph: boolean, createGraph: boolean): void;
  grad(
    outputs: Handle[],
    inputs: Handle[],
    gradients: Handle[] | undefined,
    retainGraph: boolean,
    createGraph: boolean,
    allowUnused: boolean,
  ): (Handle | null)[];
  gradientOf(tensor: Handle): Handle | null;
  clearGradients(tensors: Handle[]): void;
  setRequiresGrad(tensor: Handle, requiresGrad: boolean): void;
  requiresGrad(tensor: Handle): boolean;
  setGradMode(enabled: boolean): boolean;
  exchangeAutocast(device: string, enabled: boolean, dtype: string): { enabled: boolean; dtype: string };
  clearAutocastCache(): void;
  fromBytes(data: NodeJS.TypedArray, shape: readonly number[], dtype: string): Handle;
  copyInto(tensor: Handle, target: NodeJS.TypedArray): void;
  item(tensor: Handle): number | bigint | boolean;
  describe(tensor: Handle): { shape: number[]; dtype: string; device: string };
  isContiguous(tensor: Handle, memoryFormat: string): boolean;
  free(tensor: Handle): boolean;
  counters(): { live: number; peak: number; created: number; bytes: number };
  fillUniform(tensor: Handle, keyLow: number, keyHigh: number, indices: Handle): void;
  createGenerator(device: string, seed: number | bigint): number;
  freeGenerator(generator: number): boolean;
  sgdStep(
    parameters: Handle[],
    buffers: Handle[],
    learningRate: number,
    momentum: number,
    dampening: number,
    weightDecay: number,
    nesterov: boolean,
    first: boolean,
  ): void;
  lend(tensor: Handle): number;
  borrow(number: number): Handle;
  takeBack(number: number): boolean;
  shareMemory(tensor: Handle, other: Handle): void;
  averageInto(averages: Handle[], values: Handle[], weight: number): void;
  setThreads(count: number): void;
  setProductThreads(count: number): void;
  environment(): number;
  environmentLives(number: number): boolean;
  catchSignals(graceSeconds: number): void;
  releaseSignals(): void;
  stopRequested(): boolean;
  setInterruptible(enabled: boolean): boolean;
  lockFile(descriptor: number, exclusive: boolean): 'taken' | 'held' | 'unsupported';
  tuneConvolutions(enabled: boolean): boolean;
  allowTf32(enabled: boolean): boolean;
  convolutionLimits(): { channelMultiple: number; largestStride: number; kernels: string; tiles: boolean };
  runtime(): { version: string; threads: number; cudaDevices: number; configuration: string; parallel: string };
  profileBegin(): void;
  profileEnd(): { name: string; calls: number; seconds: number }[];
  onError(makeError: (code: ErrorCode, message: string) => Error): void;
}

/** What an addon exports that was built with CUDA graphs. */
export interface NativeGraphs {
  graphCreate(device: string): number;
  graphEnter(graph: number): void;
  graphLeave(graph: number): void;
  graphBegin(graph: number): void;
  graphEnd(graph: number): void;
  graphReplay(graph: number): void;
  graphFree(graph: number): void;
}

/** What an addon exports whose LibTorch has a profiler for it (from 2.3 on). */
export interface NativeKernelProfile {
  kernelProfileBegin(): void;
  kernelProfileEnd(): { name: string; calls: number; seconds: number }[];
}

/**
 * Reads which engine to use: the one named by SADDLEPOINT_ENGINE, else the one setup chose.
 *
 * @throws SaddlepointError ENGINE when setup has not run or the name is unknown.
 */
export function engineDescription(): EngineDescription {
  const folder = enginesFolder();
  const chosen = process.env.SADDLEPOINT_ENGINE;
  const defaultFile = join(folder, 'default');
  if (chosen === undefined && !existsSync(defaultFile)) {
    throw new SaddlepointError(
      'ENGINE',
      `expected a built engine in ${folder}, found none. ${remedy()}${otherCache()}`,
    );
  }
  const id = chosen ?? readFileSync(defaultFile, 'utf8').trim();
  const file = join(folder, id, 'engine.json');
  if (!existsSync(file)) {
    throw new SaddlepointError(
      'ENGINE',
      `expected the engine "${id}" in ${folder}, found none. ${remedy()}${otherCache()}`,
    );
  }
  const description = JSON.parse(readFileSync(file, 'utf8')) as EngineDescription;
  return { ...description, addon: join(folder, id, description.addon) };
}

/** Set up as one user and run as another, as in a container, a package has two caches. */
function otherCache(): string {
  if (installationKind() !== 'package') return '';
  return ' If another user has set it up, SADDLEPOINT_CACHE has to name one folder for both.';
}

/** Threads to start with: the cores this process may use, or fewer where OMP_NUM_THREADS says so. */
function defaultThreads(): number {
  const cores = availableParallelism();
  const asked = Number(process.env.OMP_NUM_THREADS);
  return Number.isInteger(asked) && asked >= 1 ? Math.min(cores, asked) : cores;
}

function spinCountAsked(): { GOMP_SPINCOUNT?: string } {
  const { GOMP_SPINCOUNT } = process.env;
  return GOMP_SPINCOUNT === undefined ? {} : { GOMP_SPINCOUNT };
}

function load(): NativeModule {
  // Must be set before LibTorch loads OpenMP. Whoever chose how to wait has chosen for how long, too.
  if (process.env.OMP_WAIT_POLICY === undefined) Object.assign(process.env, { ...WAITING, ...spinCountAsked() });
  // Likewise OpenBLAS, with which Debian's LibTorch multiplies matrices: after each product its threads would go on
  // asking for work, and take a quarter of the processor from whoever has some (an attack of the demo's: 42 ms, 32
  // without).
  process.env.OPENBLAS_THREAD_TIMEOUT ??= '4';
  const engine = engineDescription();
  let native: NativeModule;
  try {
    native = createRequire(import.meta.url)(engine.addon) as NativeModule;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SaddlepointError(
      'ENGINE',
      `the engine built for LibTorch ${engine.libtorch.version} (${engine.libtorch.library}) cannot be loaded: ${reason}. ` +
        `Was LibTorch moved, removed or upgraded since? ${remedy()}`,
      { cause },
    );
  }
  native.onError((code, message) => new SaddlepointError(code, message));
  native.setThreads(defaultThreads());
  // A thread that loads the engine for itself must not slow down those that are at work.
  if (isMainThread) native.setProductThreads(defaultThreads());
  return native;
}

export const native: NativeModule = load();

/** Undefined where the addon was built without CUDA graphs. */
export const nativeGraphs: NativeGraphs | undefined =
  'graphCreate' in native ? (native as NativeModule & NativeGraphs) : undefined;

/** Undefined where LibTorch is too old for it. */
export const nativeKernelProfile: NativeKernelProfile | undefined =
  'kernelProfileBegin' in native ? (native as NativeModule & NativeKernelProfile) : undefined;
