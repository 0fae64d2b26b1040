/**
 * Downloads, from a server in this process: whole, resumed, checked, and refused. No network is used.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.js';
import { SaddlepointError } from '../engine/index.js';
import { dataCache, download, sha256Of, sha256Unzipped } from './download.js';

const content = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) % 256));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
/** Answers ranges, as a server of files does. */
const files: Answer = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= content.length) response.writeHead(416).end();
  else response.writeHead(from > 0 ? 206 : 200).end(content.subarray(from));
};

let answer: Answer = files;
const requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  answer(request, response);
});
let url = '';
let path = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  answer = files;
  requests.length = 0;
  path = join(temporaryFolder(), 'deep', 'file');
});

const fetchIt = () => download(url, path, sha256(content));
async function failureOf(work: Promise<unknown>): Promise<SaddlepointError> {
  const failure: unknown = await work.then(
    () => new Error('expected an error, received none'),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(SaddlepointError);
  expect((failure as SaddlepointError).code).toBe('DATA');
  return failure as SaddlepointError;
}

describe('a download', () => {
  test('arrives whole, in a folder made for it, with no partial file left', async () => {
    await fetchIt();
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
    expect(requests[0]?.headers.range).toBeUndefined();
  });

  test('asks nobody for a file that is there, and fetches anew one that is not what it should be', async () => {
    await fetchIt();
    await fetchIt();
    expect(requests).toHaveLength(1);
    writeFileSync(path, 'something else');
    await fetchIt();
    expect(requests).toHaveLength(2);
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test('goes on where it broke off', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 2000));
      // The line breaks once the client has stored something.
      const watch = setInterval(() => {
        if (!existsSync(`${path}.part`) || statSync(`${path}.part`).size === 0) return;
        clearInterval(watch);
        response.destroy();
      }, 5);
    };
    const failure = await failureOf(fetchIt());
    expect(failure.message).toMatch(/could not be downloaded: .+\. Try again, or fetch it by hand to/);
    expect(existsSync(path)).toBe(false);
    const kept = readFileSync(`${path}.part`).length;
    expect(kept).toBeGreaterThan(0);
    answer = files;
    await fetchIt();
    expect(requests[1]?.headers.range).toBe(`bytes=${kept}-`);
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test('begins anew where the server knows no ranges', async () => {
    await failureOf(download('ftp://127.0.0.1/', path, sha256(content))); // makes the folder
    writeFileSync(`${path}.part`, content.subarray(0, 100));
    answer = (_, response) => response.writeHead(200).end(content);
    await fetchIt();
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test('takes a partial file that was complete after all, without asking', async () => {
    await failureOf(download('ftp://127.0.0.1/', path, sha256(content))); // makes the folder
    writeFileSync(`${path}.part`, content);
    await fetchIt();
    expect(requests).toHaveLength(0);
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  test('recovers from a partial file longer than the whole', async () => {
    await failureOf(download('ftp://127.0.0.1/', path, sha256(content)));
    writeFileSync(`${path}.part`, Buffer.concat([content, content]));
    expect((await failureOf(fetchIt())).message).toContain('the server answered 416');
    await fetchIt();
    expect(readFileSync(path).equals(content)).toBe(true);
  });
});

describe('what is refused', () => {
  test('a file with another checksum is not kept, nor is its part', async () => {
    answer = (_, response) => response.writeHead(200).end('<html>not the file</html>');
    const failure = await failureOf(fetchIt());
    const received = sha256(Buffer.from('<html>not the file</html>'));
    expect(failure.message).toBe(
      `expected SHA-256 ${sha256(content)} for ${url}, received ${received}; the file was not kept. Try again, and if it stays so, ` +
        'the file at that address is another by now',
    );
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('a file longer than it should be, whose rest is not waited for', async () => {
    answer = (_, response) => {
      response.writeHead(200);
      const send = () => void response.write(content, (error) => (error ? undefined : setImmediate(send)));
      send();
    };
    const failure = await failureOf(download(url, path, sha256(content), undefined, { size: content.length }));
    expect(failure.message).toMatch(
      /^expected 5000 bytes for .*, received more than that; the file was not kept\. Try/,
    );
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test.each([404, 500, 503])('an answer of %i, saying so', async (status) => {
    answer = (_, response) => response.writeHead(status).end('sorry');
    expect((await failureOf(fetchIt())).message).toContain(
      `${url} could not be downloaded: the server answered ${status}`,
    );
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('a server that is not there', async () => {
    const failure = await failureOf(download('http://127.0.0.1:1/file', path, sha256(content)));
    expect(failure.message).toMatch(/could not be downloaded: .*(ECONNREFUSED|bad port)/);
  });
});

describe('checksums', () => {
  test('over the bytes, or over what a gzip file holds', async () => {
    const folder = temporaryFolder();
    const [plain, zipped] = [join(folder, 'plain'), join(folder, 'zipped.gz')];
    writeFileSync(plain, content);
    writeFileSync(zipped, gzipSync(content));
    expect(await sha256Of(plain)).toBe(sha256(content));
    expect(await sha256Unzipped(zipped)).toBe(sha256(content));
    await expect(sha256Unzipped(plain)).rejects.toThrow();
  });

  test('a zipped file that does not unzip is refused like any other wrong file, and replaced when it is there', async () => {
    answer = (_, response) => response.writeHead(200).end('not gzip');
    const failure = await failureOf(download(url, path, sha256(content), sha256Unzipped));
    expect(failure.message).toContain('received a file that cannot be read to its end');
    writeFileSync(path, 'not gzip');
    answer = (_, response) => response.writeHead(200).end(gzipSync(content));
    await download(url, path, sha256(content), sha256Unzipped);
    expect(await sha256Unzipped(path)).toBe(sha256(content));
  });

  test('the cache folder is SADDLEPOINT_DATA where it is set', () => {
    const before = process.env.SADDLEPOINT_DATA;
    process.env.SADDLEPOINT_DATA = '/somewhere';
    expect(dataCache()).toBe('/somewhere');
    if (before === undefined) delete process.env.SADDLEPOINT_DATA;
    else process.env.SADDLEPOINT_DATA = before;
  });
});
