/**
 * What a page hears of the runs: server-sent events, one stream a page.
 *
 * @module
 */
import type { ServerResponse } from 'node:http';
import type { RunUpdate } from './protocol.js';
import type { RunWatcher } from './run-watcher.js';

/** Milliseconds; a proxy closes what is silent for long, and nothing else tells that a page is gone. */
const HEARTBEAT = 15_000;
/** After which a page that lost its stream asks again. */
const RETRY = 2000;

/** Streams until the page closes. */
export function streamRuns(watcher: RunWatcher, response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no', // or a proxy keeps what should come at once
  });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.write(`retry: ${RETRY}\n\n`);
  /** Runs of which a slow page was not told; it gets them whole once it has read what is on its way. */
  const missed = new Set<string>();
  const send = (event: string, content: unknown) => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(content)}\n\n`);
  };
  const tell = (update: RunUpdate) => {
    const { name } = update.card;
    if (response.writableNeedDrain || missed.has(name)) missed.add(name);
    else send('run', update);
  };
  response.on('drain', () => {
    for (const name of missed) {
      if (response.writableNeedDrain) return;
      missed.delete(name);
      const whole = watcher.run(name)?.whole();
      if (whole !== undefined) send('run', whole);
    }
  });
  const stop = watcher.listen({
    run: tell,
    gone: (name) => send('gone', { name }),
    ready: (names) => send('ready', { names }),
  });
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT);
  response.on('close', () => {
    clearInterval(heartbeat);
    stop();
  });
}
