// A static server as plain as any, which serves a folder from a sub-path.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES = new Map([
  ['.html', 'text/html'],
  ['.css', 'text/css'],
  ['.js', 'text/javascript'],
  ['.json', 'application/json'],
  ['.wasm', 'application/wasm'],
]);
const SUB_PATH = '/some/where/';

/**
 * @param {string} folder
 * @returns the site's address, and what ends the server
 */
export async function serve(folder) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const path = normalize(name).startsWith(SUB_PATH) ? join(folder, name.slice(SUB_PATH.length)) : '';
    readFile(path).then(
      (bytes) =>
        response.writeHead(200, { 'content-type': TYPES.get(extname(name)) ?? 'application/octet-stream' }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { address: `http://127.0.0.1:${port}${SUB_PATH}`, close: () => server.close() };
}
