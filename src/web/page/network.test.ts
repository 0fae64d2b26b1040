/**
 * A network that does not open leaves no worker behind.
 *
 * @module
 */
import { afterEach, expect, test, vi } from 'vitest';
import type { Answer } from './network-messages.js';
import { Network } from './network.js';

afterEach(() => vi.unstubAllGlobals());

/** A browser whose server and worker answer so. @returns the workers that were started */
function browser(status: number, answer: Answer) {
  const workers: FakeWorker[] = [];
  class FakeWorker {
    onmessage: ((event: { data: Answer }) => void) | undefined;
    isAlive = true;
    constructor() {
      workers.push(this);
    }
    postMessage() {
      queueMicrotask(() => this.onmessage?.({ data: answer }));
    }
    terminate() {
      this.isAlive = false;
    }
  }
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status })));
  return workers;
}

const open = () => Network.open('networks/0.onnx', new URL('https://example.org/'), [1, 3, 8, 8]);

test('its worker refuses', async () => {
  const workers = browser(200, { kind: 'failed', message: 'no memory' });
  await expect(open()).rejects.toThrow('no memory');
  await vi.waitFor(() => expect(workers.map(({ isAlive }) => isAlive)).toEqual([false]));
});

test('its file is missing', async () => {
  const workers = browser(404, { kind: 'opened' });
  await expect(open()).rejects.toThrow(/missing \(the server answers 404\)/);
  await vi.waitFor(() => expect(workers.map(({ isAlive }) => isAlive)).toEqual([false]));
});

test('one that opens keeps it until it is closed', async () => {
  const workers = browser(200, { kind: 'opened' });
  const network = await open();
  expect(workers.map(({ isAlive }) => isAlive)).toEqual([true]);
  network.close();
  await vi.waitFor(() => expect(workers.map(({ isAlive }) => isAlive)).toEqual([false]));
});
