/**
 * The live view as a browser meets it: pages, the stream, and what it refuses.
 *
 * @module
 */
import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { TensorBoardMonitor } from '../monitoring/tensorboard/index.js';
import { makeRun, PIXEL, runFiles } from '../report/made-up-run.test-helper.js';
import { serveRuns, type LiveView } from './index.js';

const open: LiveView[] = [];
afterEach(async () => {
  for (const view of open.splice(0)) await view.close();
});

const HOSTILE = '<script>alert(1)<';

/** Two runs in a folder, one with a name that is no text of a page, and its server. */
async function served() {
  const root = mkdtempSync(join(tmpdir(), 'saddlepoint-live-'));
  for (const name of ['plain', HOSTILE])
    cpSync(makeRun(runFiles('adversarial')).path, join(root, name), { recursive: true });
  const view = await serveRuns([root]);
  open.push(view);
  return { root, view, get: (path: string) => fetch(new URL(path, view.url)) };
}

interface Message {
  readonly event: string;
  readonly data: {
    readonly name?: string;
    readonly names?: readonly string[];
    readonly card?: { readonly name: string };
    readonly curves?: object;
  };
}

/** The stream's messages, one by one. */
async function* messages(url: string): AsyncGenerator<Message> {
  const { body } = await fetch(new URL('/events', url));
  let text = '';
  for await (const bytes of body!.pipeThrough(new TextDecoderStream())) {
    text += bytes;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 2);
      if (event !== undefined) yield { event, data: JSON.parse(data!) as Message['data'] };
    }
  }
}

async function nextOf(stream: AsyncGenerator<Message>, isWanted: (message: Message) => boolean): Promise<Message> {
  for await (const message of { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) }) {
    if (isWanted(message)) return message;
  }
  throw new Error('the stream ended');
}

describe('the stream', () => {
  test('tells all there is, then what comes, and a folder that goes', { timeout: 20_000 }, async () => {
    const { root, view } = await served();
    const stream = messages(view.url);
    const told: unknown[] = [];
    await nextOf(stream, ({ event, data }) => {
      if (event === 'run') told.push(data.card?.name);
      return event === 'ready';
    });
    expect(told.sort()).toEqual([HOSTILE, 'plain']);

    appendFileSync(join(root, 'plain/metrics.jsonl'), '{"step":300,"epoch":1.5,"seconds":3,"train/loss":0.5}\n');
    const { data } = await nextOf(stream, ({ event }) => event === 'run');
    expect(data).toMatchObject({ card: { name: 'plain' }, curves: { 'train/loss': { from: 1, value: [0.5] } } });

    cpSync(join(root, 'plain'), join(root, 'later'), { recursive: true });
    expect((await nextOf(stream, ({ event }) => event === 'run')).data.card?.name).toBe('later');

    rmSync(join(root, 'later'), { recursive: true });
    cpSync(
      makeRun({ 'metrics.jsonl': '{"step":1,"epoch":0,"seconds":1,"train/loss":9}\n' }).path,
      join(root, 'later'),
      {
        recursive: true,
      },
    );
    const anew = await nextOf(stream, ({ event, data }) => event === 'run' && data.card?.name === 'later');
    expect(anew.data).toMatchObject({ anew: true, curves: { 'train/loss': { from: 0, value: [9] } } });

    rmSync(join(root, 'plain'), { recursive: true });
    expect((await nextOf(stream, ({ event }) => event === 'gone')).data).toEqual({ name: 'plain' });
    const names = await nextOf(messages(view.url), ({ event }) => event === 'ready');
    expect([...names.data.names!].sort()).toEqual([HOSTILE, 'later']);
  });
});

describe('pages', () => {
  test('the first, its scripts, and a report on chosen runs', async () => {
    const { get, view } = await served();
    await nextOf(messages(view.url), ({ event }) => event === 'ready');
    const page = await (await get('/')).text();
    expect(page).toContain("default-src 'none'; script-src 'self'");
    const [, script] = /<script type="module" src="([^"]+)">/.exec(page)!;
    expect((await get(script!)).headers.get('content-type')).toMatch('text/javascript');
    const report = await get(`/report?run=plain&run=${encodeURIComponent(HOSTILE)}`);
    expect(report.status).toBe(200);
    const html = await report.text();
    expect(html).toContain('&lt;script&gt;alert(1)&lt;');
    expect(html).not.toContain('<script>alert');
  });

  test('the last picture of a run, once there is one', async () => {
    const { get, root, view } = await served();
    await nextOf(messages(view.url), ({ event }) => event === 'ready');
    const address = '/picture?run=plain&tag=train%2Fimages';
    expect(await (await get('/pictures?run=plain')).json()).toEqual([]);
    expect((await get(address)).status).toBe(404);
    const png = Buffer.from(PIXEL, 'base64');
    const monitor = new TensorBoardMonitor(join(root, 'plain'));
    for (const step of [5, 10]) monitor.image('train/images', png, 1, 1, step);
    monitor.close();
    expect(await (await get('/pictures?run=plain')).json()).toEqual([{ tag: 'train/images', step: 10 }]);
    expect(Buffer.from(await (await get(address)).arrayBuffer())).toEqual(png);
  });
});

describe('what is refused', () => {
  test('in one sentence each', async () => {
    const { get, root, view } = await served();
    writeFileSync(join(root, 'secret.js'), 'secret');
    await nextOf(messages(view.url), ({ event }) => event === 'ready');
    for (const [path, status, sentence] of [
      ['/report', 400, 'Choose a run'],
      ['/report?run=nowhere', 404, 'There is no run &quot;nowhere&quot;'],
      [`/report?run=${encodeURIComponent('../plain')}`, 404, 'There is no run'],
      [`/report?${'run=plain&'.repeat(13)}`, 400, 'at most 12 runs'],
      ['/page/..%2f..%2fpackage.json', 404, 'There is nothing here'],
      ['/page/secret.js', 404, 'There is nothing here'],
      [`/picture?run=plain&tag=${encodeURIComponent('<b>')}`, 404, 'has no picture &quot;&lt;b&gt;&quot;'],
    ] as const) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, status]);
      expect(await response.text()).toContain(sentence);
    }
  });

  test('whoever sends, and a page from elsewhere that took our address', async () => {
    const { view, root } = await served();
    expect((await fetch(view.url, { method: 'POST' })).status).toBe(405);
    const { port } = new URL(view.url);
    const statusFor = (host: string) =>
      new Promise((done) => {
        request({ port, host: '127.0.0.1', headers: { host } }, ({ statusCode }) => done(statusCode)).end();
      });
    expect(await statusFor('evil.example')).toBe(403);
    expect(await statusFor(`evil.example:${port}`)).toBe(403);
    expect(await statusFor('localhost')).toBe(200);
    expect(await statusFor(`[::1]:${port}`)).toBe(200);
    expect(await statusFor('LOCALHOST.')).toBe(200);
    const other = await serveRuns([root], { host: '127.0.0.2' });
    open.push(other);
    const wrong = await new Promise((done) => {
      const { port: otherPort } = new URL(other.url);
      request({ port: otherPort, host: '127.0.0.2', headers: { host: 'evil.example' } }, ({ statusCode }) =>
        done(statusCode),
      ).end();
    });
    expect(wrong).toBe(403);
  });

  test('a folder that is none, a port that is taken or none', async () => {
    const { view, root } = await served();
    await expect(serveRuns([join(root, 'nowhere')])).rejects.toThrow('expected a folder with runs in it');
    await expect(serveRuns([root], { port: Number(new URL(view.url).port) })).rejects.toThrow('is taken');
    await expect(serveRuns([root], { port: 70_000 })).rejects.toThrow('expected a port from 0 to 65535');
    await expect(serveRuns([root], { host: '192.0.2.1' })).rejects.toThrow('no address of this machine');
  });
});
