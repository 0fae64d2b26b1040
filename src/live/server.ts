/**
 * The live view's server: reads run folders, writes nothing, and is there for this machine alone unless told otherwise.
 *
 * @module
 */
import { existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, resolve } from 'node:path';
import { SaddlepointError } from '../engine/errors.js';
import { createAnswer } from './routes.js';
import { RunWatcher } from './run-watcher.js';

export interface ServeOptions {
  /** Where to listen (default 127.0.0.1: this machine alone). */
  readonly host?: string;
  /** 0 for any that is free (default). */
  readonly port?: number;
}

export interface LiveView {
  /** Of the first page. */
  readonly url: string;
  close(): Promise<void>;
}

const HIGHEST_PORT = 65_535;

/**
 * Serves the runs below some folders.
 *
 * @throws SaddlepointError FILE for a folder that is not there; ARGUMENT where the port is taken or the address is not
 *   this machine's
 */
export async function serveRuns(folders: readonly string[], options: ServeOptions = {}): Promise<LiveView> {
  for (const folder of folders) requireFolder(folder);
  const { host = '127.0.0.1', port = 0 } = options;
  if (port > HIGHEST_PORT) {
    throw new SaddlepointError('ARGUMENT', `expected a port from 0 to ${HIGHEST_PORT}, received ${port}`);
  }
  const watcher = new RunWatcher(folders);
  const names = new Set(folders.map((folder) => basename(resolve(folder))));
  const answer = createAnswer(watcher, [...names].join(', '));
  const server = createServer((request, response) => {
    void handle(request, response, isLoopback((server.address() as AddressInfo | null)?.address ?? ''), answer);
  });
  await listen(server, host, port);
  void watcher.look(); // what a first page needs is read before it comes
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  localOnly: boolean,
  answer: ReturnType<typeof createAnswer>,
): Promise<void> {
  for (const [name, value] of HEADERS) response.setHeader(name, value);
  const refused = refusal(request, localOnly);
  try {
    if (refused === undefined) await answer(new URL(request.url ?? '/', 'http://localhost'), response);
    else response.writeHead(refused.status, refused.headers).end(`${refused.sentence}\n`);
  } catch {
    response.destroy(); // the page closed meanwhile, or what it sent is no address
  }
}

/** Why a request gets no answer. */
function refusal({ method, headers: { host } }: IncomingMessage, localOnly: boolean) {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
  // A page from elsewhere may give its own name this machine's address, and would then read what is served here.
  if (localOnly && !isLocal(host))
    return { status: 403, headers, sentence: 'Ask for localhost: only this machine may look.' };
  if (method === 'GET' || method === 'HEAD') return undefined;
  return {
    status: 405,
    headers: { ...headers, Allow: 'GET, HEAD' },
    sentence: 'Runs are shown here; nothing can be sent.',
  };
}

/** Nothing may be loaded from elsewhere, framed, or guessed; the report's own rules are stricter where it needs it. */
const HEADERS = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Cache-Control', 'no-store'],
] as const;

function isLocal(host: string | undefined): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(host ?? '')?.[1] ?? '';
  return /^localhost\.?$/i.test(name) || isLoopback(name.replace(/^\[|\]$/g, ''));
}

/** An address by which this machine alone reaches itself. */
function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/i.test(address);
}

function requireFolder(folder: string): void {
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  const found = existsSync(folder) ? 'it is a file' : 'there is none of that name';
  throw new SaddlepointError(
    'FILE',
    `expected a folder with runs in it, received ${JSON.stringify(folder)}: ${found}. Name the folder that runs are in, e.g. runs, or one run`,
  );
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((listening, refused) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reasons: Readonly<Record<string, string>> = {
        EADDRINUSE: `the port ${port} is taken; choose another with --port, or leave it out for any that is free`,
        EACCES: `the port ${port} is not for everybody; choose one above 1023`,
        EADDRNOTAVAIL: `${host} is no address of this machine; choose 127.0.0.1, or 0.0.0.0 for all it has`,
        ENOTFOUND: `${host} is no address; choose 127.0.0.1, or 0.0.0.0 for all this machine has`,
      };
      const reason = reasons[cause.code ?? ''] ?? cause.message;
      refused(new SaddlepointError('ARGUMENT', `the live view cannot be served: ${reason}`, { cause }));
    });
    server.listen(port, host, listening);
  });
}
