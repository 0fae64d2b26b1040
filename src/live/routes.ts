/**
 * What the live view answers: pages, their scripts, the stream, reports and pictures. Nothing it is sent is a path.
 *
 * @module
 */
import { readFileSync, readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { SaddlepointError } from '../engine/errors.js';
import { compiledFile } from '../engine/installation.js';
import { streamRuns } from './event-stream.js';
import { livePage, sentencePage } from './live-page.js';
import type { ShownPicture } from './protocol.js';
import type { RunWatcher } from './run-watcher.js';
import type { WatchedRun } from './watched-run.js';

/** More runs in one report than this are told apart by nobody. */
const MOST_REPORTED = 12;

/** An answer with its status; thrown where there is nothing to send. */
class NoAnswer extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Answer = (url: URL, response: ServerResponse) => Promise<void>;

/** @param served how the page names what it shows, e.g. `runs` */
export function createAnswer(watcher: RunWatcher, served: string): Answer {
  const scripts = pageScripts();
  const answer = async ({ pathname, searchParams }: URL, response: ServerResponse): Promise<void> => {
    if (pathname === '/') {
      sendPage(response, 200, livePage(served));
      return;
    }
    if (pathname === '/events') {
      streamRuns(watcher, response);
      return;
    }
    if (pathname === '/report') {
      sendPage(response, 200, await report(chosen(watcher, searchParams.getAll('run'))));
      return;
    }
    if (pathname === '/pictures') {
      const images = await chosen(watcher, searchParams.getAll('run'))[0]!.images.look();
      const shown: readonly ShownPicture[] = images.map(({ tag, step }) => ({ tag, step }));
      send(response, 200, 'application/json', JSON.stringify(shown));
      return;
    }
    if (pathname === '/picture') {
      await sendPicture(response, chosen(watcher, searchParams.getAll('run'))[0]!, searchParams.get('tag') ?? '');
      return;
    }
    if (pathname === '/favicon.ico') {
      response.writeHead(204).end(); // browsers ask, and would call a missing one an error
      return;
    }
    const script = pathname.startsWith('/page/') ? scripts.get(pathname.slice('/page/'.length)) : undefined;
    if (script === undefined) throw new NoAnswer(404, 'There is nothing here. The runs are on the first page.');
    send(response, 200, 'text/javascript; charset=utf-8', script);
  };
  return async (url, response) => {
    try {
      await answer(url, response);
    } catch (error) {
      if (response.headersSent) throw error;
      const [status, sentence] = inWords(error);
      sendPage(response, status, sentencePage(sentence));
    }
  };
}

function inWords(error: unknown): [status: number, sentence: string] {
  if (error instanceof NoAnswer) return [error.status, error.message];
  if (error instanceof SaddlepointError) return [409, error.message];
  return [500, `This cannot be shown: ${(error as Error).message}`];
}

function chosen(watcher: RunWatcher, names: readonly string[]): WatchedRun[] {
  if (names.length === 0) throw new NoAnswer(400, 'Choose a run: the address names none.');
  if (names.length > MOST_REPORTED) {
    throw new NoAnswer(400, `Choose at most ${MOST_REPORTED} runs; the address names ${names.length}.`);
  }
  return [...new Set(names)].map((name) => {
    const run = watcher.run(name);
    if (run !== undefined) return run;
    throw new NoAnswer(404, `There is no run ${JSON.stringify(name)}; it may have been removed.`);
  });
}

/** Made anew each time, so that it says what is in the folders now. */
async function report(runs: readonly WatchedRun[]): Promise<string> {
  // The charts' library loads when a first report is asked for.
  const { renderReport } = await import('../report/write-report.js');
  const named = runs.map(({ name, folder }) => ({ name, folder }));
  return renderReport(`Saddlepoint: ${named.map(({ name }) => name).join(', ')}`, named);
}

async function sendPicture(response: ServerResponse, run: WatchedRun, tag: string): Promise<void> {
  const image = (await run.images.look()).find((one) => one.tag === tag);
  if (image === undefined) throw new NoAnswer(404, `The run ${run.name} has no picture ${JSON.stringify(tag)} yet.`);
  send(response, 200, 'image/png', image.png);
}

/** The page's own modules, as they were compiled. */
function pageScripts(): ReadonlyMap<string, Buffer> {
  const folder = dirname(compiledFile(join('live', 'page', 'main.js')));
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name))]));
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  send(response, status, 'text/html; charset=utf-8', html);
}

function send(response: ServerResponse, status: number, type: string, content: string | Uint8Array): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(content) });
  response.end(content);
}
