/**
 * Networks of a zoo, from a folder and from a server in this process: in place, downloaded, resumed, verified, refused.
 *
 * @module
 */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { folderWith, temporaryFolder } from '../../../test/support/folders.js';
import { SaddlepointError } from '../../engine/index.js';
import { requireSecure } from './index-at-address.js';
import { indexOf, madeUpNetwork, madeUpZoo } from './made-up-zoo.test-helper.js';
import { fetchNetwork, listZoo } from './zoo.js';

const weights = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251));
const network = madeUpNetwork(weights);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
/** Answers ranges, as a server of files does. */
const files: Answer = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= weights.length) response.writeHead(416).end();
  else response.writeHead(from > 0 ? 206 : 200).end(weights.subarray(from));
};

let [answer, index, cache, from] = [files, '', '', ''];
const requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  if (request.url === '/networks/zoo.json') response.end(index);
  else if (request.url === '/networks/small.safetensors') {
    requests.push(request);
    answer(request, response);
  } else response.writeHead(404).end();
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  from = `http://127.0.0.1:${(server.address() as AddressInfo).port}/networks`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  [answer, index, cache] = [files, indexOf(network), temporaryFolder()];
  vi.stubEnv('SADDLEPOINT_CACHE', cache);
  vi.stubEnv('SADDLEPOINT_ZOO', '');
  requests.length = 0;
});

async function failureOf(work: Promise<unknown>): Promise<SaddlepointError> {
  const failure: unknown = await work.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SaddlepointError);
  return failure as SaddlepointError;
}
const cached = () => readdirSync(join(cache, 'zoo', network.sha256.slice(0, 16)));

describe('a folder', () => {
  test('its networks are listed, and used in place', async () => {
    const folder = madeUpZoo(weights);
    expect(await listZoo({ from: folder })).toEqual([network]);
    expect(await fetchNetwork('small', { from: folder })).toEqual({
      ...network,
      path: join(folder, 'small.safetensors'),
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  test('may be named by its index, or by SADDLEPOINT_ZOO', async () => {
    const folder = madeUpZoo(weights);
    expect(await listZoo({ from: join(folder, 'zoo.json') })).toEqual([network]);
    vi.stubEnv('SADDLEPOINT_ZOO', folder);
    expect(await listZoo()).toEqual([network]);
  });

  test.each([
    [
      'another file of that size',
      Buffer.alloc(weights.length),
      /expected SHA-256 [0-9a-f]{64}, received [0-9a-f]{64} at/,
    ],
    ['a shorter one', weights.subarray(1), /expected 300000 bytes, received 299999 at/],
  ])('%s is not used', async (_, bytes, message) => {
    const failure = await failureOf(fetchNetwork('small', { from: madeUpZoo(bytes, network) }));
    expect(failure).toMatchObject({ code: 'DATA', message: expect.stringMatching(message) as string });
    expect(failure.message).toMatch(/it is not used\. Bring back the file/);
  });

  test('without the file, or without an index', async () => {
    const without = folderWith({ 'zoo.json': indexOf(network) });
    expect((await failureOf(fetchNetwork('small', { from: without }))).message).toMatch(
      /expected a file, which cannot/,
    );
    expect((await failureOf(listZoo({ from: temporaryFolder() }))).message).toMatch(
      /^the zoo's index .*zoo\.json cannot be read: .*--from and SADDLEPOINT_ZOO name another$/,
    );
  });
});

describe('a server', () => {
  test('its networks are downloaded once, into the cache', async () => {
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const { path } = await fetchNetwork('small', { from, say });
    expect(path.startsWith(cache)).toBe(true);
    expect(readFileSync(path).equals(weights)).toBe(true);
    await fetchNetwork('small', { from: `${from}/zoo.json`, say });
    expect(requests).toHaveLength(1);
    expect(cached()).toEqual(['small.safetensors']);
  });

  test('a download that broke off goes on', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, 100_000));
      const watch = setInterval(() => {
        const part = join(cache, 'zoo', network.sha256.slice(0, 16), 'small.safetensors.part');
        if (!existsSync(part) || statSync(part).size === 0) return;
        clearInterval(watch);
        response.destroy();
      }, 5);
    };
    expect((await failureOf(fetchNetwork('small', { from }))).message).toMatch(/could not be downloaded/);
    expect(cached()).toEqual(['small.safetensors.part']);
    answer = files;
    const { path } = await fetchNetwork('small', { from });
    expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]/);
    expect(readFileSync(path).equals(weights)).toBe(true);
  });

  test('where the server knows no ranges it begins anew', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': weights.length });
      response.write(weights.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 100));
    };
    await failureOf(fetchNetwork('small', { from }));
    answer = (_, response) => response.writeHead(200).end(weights);
    expect(readFileSync((await fetchNetwork('small', { from })).path).equals(weights)).toBe(true);
  });

  test('another file than the index says is refused, and does not stay', async () => {
    answer = (_, response) => response.writeHead(200).end(Buffer.alloc(weights.length));
    const { code, message } = await failureOf(fetchNetwork('small', { from }));
    expect(code).toBe('DATA');
    expect(message).toMatch(
      new RegExp(
        `^expected SHA-256 ${network.sha256} for ${from}/small.safetensors, received [0-9a-f]{64}; .*Try again`,
      ),
    );
    expect(cached()).toEqual([]);
    answer = (_, response) => response.writeHead(200).end(Buffer.concat([weights, weights]));
    expect((await failureOf(fetchNetwork('small', { from }))).message).toMatch(/^expected 300000 bytes for/);
    expect(cached()).toEqual([]);
  });

  test('a file in the cache that has changed is downloaded anew', async () => {
    const { path } = await fetchNetwork('small', { from });
    writeFileSync(path, 'something else');
    await fetchNetwork('small', { from });
    expect(requests).toHaveLength(2);
    expect(readFileSync(path).equals(weights)).toBe(true);
  });

  test('of several at once one downloads it, and all have it', async () => {
    answer = (request, response) => setTimeout(() => files(request, response), 300);
    const said: string[] = [];
    const fetched = await Promise.all(
      Array.from({ length: 4 }, () => fetchNetwork('small', { from, say: (line) => void said.push(line) })),
    );
    expect(requests).toHaveLength(1);
    for (const { path } of fetched) expect(readFileSync(path).equals(weights)).toBe(true);
    expect(said.filter((line) => line.endsWith('is downloading it; waiting'))).toHaveLength(3);
    expect(cached()).toEqual(['small.safetensors']);
  });

  test('without an index, or with one that is none', async () => {
    const failure = await failureOf(listZoo({ from: `${from}/elsewhere` }));
    expect(failure.message).toMatch(/elsewhere\/zoo\.json cannot be read: the server answered 404 Not Found\. --from/);
    index = '<html></html>';
    expect((await failureOf(listZoo({ from }))).message).toMatch(/zoo\.json is not the index of a zoo: expected JSON/);
    expect((await failureOf(listZoo({ from: 'http://127.0.0.1:1/' }))).message).toMatch(/cannot be read: /);
    expect((await failureOf(listZoo({ from: 'http://' }))).message).toBe(
      'expected the address of a zoo, received http://',
    );
  });
});

describe('an address that is not secure', () => {
  test.each(['http://host/zoo', 'http://localhost.example.org/zoo', 'http://127.0.0.1.example.org/zoo'])(
    '%s is refused before it is asked',
    async (address) => {
      expect(await failureOf(listZoo({ from: address }))).toMatchObject({
        code: 'ARGUMENT',
        message: expect.stringMatching(
          /^expected an https address of a zoo, as the index says which files are the right ones, received http:/,
        ) as string,
      });
    },
  );

  test('is taken on this machine', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]'])
      expect((await failureOf(listZoo({ from: `http://${host}:1/` }))).code).toBe('DATA');
  });

  test('nor may a secure one lead to it', () => {
    expect(() => requireSecure('http://host/zoo.json')).toThrow(/expected an https address/);
    expect(requireSecure('https://host/zoo.json')).toBe('https://host/zoo.json');
  });
});

describe('an address that cannot be reached', () => {
  /** A server that is gone before it is asked again. */
  async function visited(first = indexOf(network)): Promise<string> {
    const other = createServer((_, response) => response.end(first)).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await listZoo({ from: address }).catch(() => undefined);
    other.closeAllConnections();
    other.close();
    return address;
  }

  test('has the networks that it had, and says so', async () => {
    await fetchNetwork('small', { from });
    const gone = await visited();
    const said: string[] = [];
    const { path } = await fetchNetwork('small', { from: gone, say: (line) => void said.push(line) });
    expect(readFileSync(path).equals(weights)).toBe(true);
    expect(said).toEqual([
      expect.stringMatching(/^the zoo's index http:.*zoo\.json cannot be read: .*; taking it as it was on 20\d\d-/),
    ]);
  });

  test('and was never read, or had no index, has none', async () => {
    expect((await failureOf(listZoo({ from: await visited('<html>') }))).message).toMatch(/cannot be read: /);
  });

  test('but one that answers otherwise by now is not overruled', async () => {
    await listZoo({ from });
    index = '<html></html>';
    expect((await failureOf(listZoo({ from }))).message).toMatch(/is not the index of a zoo/);
    expect((await failureOf(listZoo({ from: `${from}/elsewhere` }))).message).toMatch(/404/);
  });
});

describe('a name that is not there', () => {
  test.each([
    ['smal', /received "smal"; did you mean small\?$/],
    ['large-network', /received "large-network"; there are small$/],
    ['../small', /received "\.\.\/small"; there are small$/],
  ])('%s: the nearest names', async (name, message) => {
    const failure = await failureOf(fetchNetwork(name, { from }));
    expect(failure).toMatchObject({ code: 'ARGUMENT', message: expect.stringMatching(message) as string });
  });

  test('of those that it begins, all', async () => {
    index = indexOf(network, { ...network, name: 'smaller' });
    expect((await failureOf(fetchNetwork('sma', { from }))).message).toMatch(/did you mean small or smaller\?$/);
  });
});
