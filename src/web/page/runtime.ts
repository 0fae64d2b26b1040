/**
 * ONNX Runtime Web, as much of it as the page uses; loaded by a worker from the site's own folder `runtime/`.
 *
 * @module
 */
import { nameInSite } from './fetch-bytes.js';

export interface OrtTensor {
  readonly data: Float32Array;
  readonly dispose: () => void;
}

export interface OrtSession {
  readonly run: (feeds: Readonly<Record<string, OrtTensor>>) => Promise<Readonly<Record<string, OrtTensor>>>;
  readonly release: () => Promise<void>;
}

interface SessionOptions {
  readonly executionProviders: readonly string[];
  readonly logSeverityLevel: number;
}

interface Ort {
  readonly env: {
    logLevel: string;
    readonly wasm: { numThreads: number; wasmPaths: { mjs: string }; wasmBinary: ArrayBuffer };
  };
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, sizes: readonly number[]) => OrtTensor;
  readonly InferenceSession: {
    readonly create: (model: Uint8Array, options: SessionOptions) => Promise<OrtSession>;
  };
}

export type Backend = 'wasm' | 'webgpu';

/** The files of a backend, relative to `runtime/`: the library, and the module that its WebAssembly comes with. */
const FILES = {
  wasm: { library: 'ort.wasm.js', module: 'ort-wasm.js', binary: 'ort-wasm.wasm' },
  webgpu: { library: 'ort.webgpu.js', module: 'ort-webgpu.js', binary: 'ort-webgpu.wasm' },
} as const satisfies Record<Backend, object>;

/** Where a backend's WebAssembly lies. */
export function binaryOf(backend: Backend, runtime: URL): URL {
  return new URL(FILES[backend].binary, runtime);
}

/** A network as one backend computes it. */
export interface Loaded {
  readonly session: OrtSession;
  readonly tensor: Ort['Tensor'];
}

/** @param binary the backend's WebAssembly @throws Error where a file is missing, or the backend does not compute it */
export async function load(backend: Backend, runtime: URL, binary: ArrayBuffer, network: ArrayBuffer): Promise<Loaded> {
  const { library, module } = FILES[backend];
  const ort = (await importScript(new URL(library, runtime))) as Ort;
  // The library imports it, too, but does not say well what is wrong.
  await importScript(new URL(module, runtime));
  ort.env.logLevel = 'error';
  // Several threads share memory, which only a page that isolates itself may do.
  ort.env.wasm.numThreads = globalThis.crossOriginIsolated ? Math.min(4, navigator.hardwareConcurrency) : 1;
  ort.env.wasm.wasmPaths = { mjs: new URL(module, runtime).href };
  ort.env.wasm.wasmBinary = binary;
  // Of errors alone it speaks: that WebGPU leaves some operators to WebAssembly is no news.
  const options = { executionProviders: [backend], logSeverityLevel: 3 };
  return { session: await ort.InferenceSession.create(new Uint8Array(network), options), tensor: ort.Tensor };
}

async function importScript(address: URL): Promise<unknown> {
  try {
    return await import(address.href);
  } catch {
    throw new Error(
      `The file ${nameInSite(address)} of this site is missing, or is no script: it needs the whole folder that was exported.`,
    );
  }
}
