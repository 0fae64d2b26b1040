/**
 * The child of exits.test.ts: ends in the way it is told, with live tensors, a graph and a generator.
 *
 *     exits.ts <exit | throw | reject | worker | terminate>
 *
 * @module
 */
import { isMainThread, Worker } from 'node:worker_threads';
import { autocast, backward, Generator, memory, noGrad, ops, tensor, tidy } from '../../../src/engine/index.js';

const way = process.argv[2];
const weight = ops.ones([64, 64]);
weight.requiresGrad = true;
new Generator(1);

/** A step that never comes to its end. */
function interrupted(end: () => void): void {
  tidy(() =>
    autocast('bfloat16', () => {
      const loss = weight.matmul(weight).relu().sum();
      noGrad(end);
      backward(loss);
    }),
  );
}

async function inWorker(terminate: boolean): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { argv: [terminate ? 'busy' : 'work'] });
  const message = await new Promise<unknown>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  if (terminate) await worker.terminate();
  else await new Promise((resolve) => worker.once('exit', resolve));
  // The worker's tensors were its own; ours still work.
  using sum = weight.sum();
  process.stdout.write(JSON.stringify({ message, live: memory().live, sum: sum.item() }));
}

if (isMainThread) {
  if (way === 'exit') interrupted(() => process.exit(7));
  if (way === 'throw')
    interrupted(() => {
      throw new Error('uncaught on purpose');
    });
  if (way === 'reject') void Promise.reject(new Error('rejected on purpose'));
  if (way === 'worker') await inWorker(false);
  if (way === 'terminate') await inWorker(true);
} else {
  const { parentPort } = await import('node:worker_threads');
  const product = tensor([1, 2, 3]).mul(2);
  backward(weight.mul(weight).sum());
  parentPort?.postMessage({
    live: memory().live,
    product: product.toNumbers(),
    gradient: weight.grad?.sum().item(),
  });
  // Ended from outside while it works.
  if (way === 'busy') while (true) tidy(() => weight.matmul(weight));
}
