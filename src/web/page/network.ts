/**
 * A network of the site, as the page talks to it.
 *
 * @module
 */
import { fetchBytes } from './fetch-bytes.js';
import type { Answer, Look, Request } from './network-messages.js';
import { binaryOf, type Backend } from './runtime.js';

/** What a backend comes with is fetched once for all networks. */
const binaries = new Map<Backend, Promise<ArrayBuffer>>();

export class Network {
  readonly backend: Backend;
  readonly #worker: Worker;
  /** Requests follow one another. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(worker: Worker, backend: Backend) {
    this.#worker = worker;
    this.backend = backend;
  }

  /**
   * @param file of the network in ONNX
   * @param site the site's own address
   * @param shape of an image, [1, C, H, W]
   * @throws Error in one sentence, where a file is missing or the browser cannot compute
   */
  static async open(file: string, site: URL, shape: readonly number[], backend: Backend = 'wasm'): Promise<Network> {
    const runtime = new URL('runtime/', site);
    // Started first, so that its scripts come in beside the rest.
    const worker = new Worker(new URL('network-worker.js', import.meta.url), { type: 'module' });
    try {
      const fetched = binaries.get(backend) ?? fetchBytes(binaryOf(backend, runtime));
      binaries.set(backend, fetched);
      const [binary, network] = await Promise.all([fetched, fetchBytes(new URL(file, site))]);
      const opened = new Network(worker, backend);
      await opened.#ask({ kind: 'open', backend, runtime: runtime.href, binary, network, shape });
      return opened;
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  /** @param image planes [C, H, W] in [0, 1] */
  async look(image: Float32Array, label: number): Promise<Look> {
    const answer = await this.#ask({ kind: 'look', image, label });
    if (answer.kind !== 'look') throw new Error(`expected a look, received ${answer.kind}`);
    return answer;
  }

  /** Ends the worker, once what was asked of it is answered. */
  close(): void {
    void this.#last.finally(() => this.#worker.terminate());
  }

  #ask(request: Request): Promise<Answer> {
    const answer = this.#last.then(() => this.#exchange(request));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  #exchange(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.kind === 'failed') reject(new Error(data.message));
        else resolve(data);
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error('The script of this site that computes could not be loaded, or has ended.'));
      };
      this.#worker.postMessage(request);
    });
  }
}
