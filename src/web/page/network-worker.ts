/**
 * One network in a worker, so that the page stays alive while it computes.
 *
 * @module
 */
import type { Answer, Look, Request } from './network-messages.js';
import { load, type Loaded } from './runtime.js';

let loaded: (Loaded & { readonly shape: readonly number[] }) | undefined;

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  answer(data).then(
    (message) => self.postMessage(message),
    (error: unknown) => self.postMessage({ kind: 'failed', message: (error as Error).message } satisfies Answer),
  );
});

async function answer(request: Request): Promise<Answer> {
  if (request.kind === 'look') return { kind: 'look', ...(await look(request.image, request.label)) };
  const { backend, runtime, binary, network, shape } = request;
  loaded = { ...(await load(backend, new URL(runtime), binary, network)), shape };
  return { kind: 'opened' };
}

async function look(image: Float32Array, label: number): Promise<Look> {
  if (loaded === undefined) throw new Error('This network was not opened.');
  const { session, tensor, shape } = loaded;
  const labels = new tensor('int64', BigInt64Array.of(BigInt(label)), [1]);
  const { logits, gradient } = await session.run({ images: new tensor('float32', image, shape), labels });
  if (logits === undefined || gradient === undefined)
    throw new Error('The network’s file has no logits or no gradient.');
  return { logits: logits.data, gradient: gradient.data };
}
