/**
 * A site as its files: the page, its scripts, ONNX Runtime Web, the networks, the test images, and what they are.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compiledFile } from '../engine/installation.js';
import { pageHtml } from './page-html.js';
import { PAGE_STYLE } from './page-style.js';
import { runtimeFiles } from './runtime-files.js';
import type { SiteDescription, SiteNetwork } from './site-description.js';
import type { SiteFile } from './site-file.js';

/** What a site is made of. */
export interface SiteParts extends Omit<SiteDescription, 'networks' | 'pictures'> {
  readonly networks: readonly (Omit<SiteNetwork, 'file'> & { readonly onnx: Uint8Array })[];
  /** uint8 [N, C, H, W], and what they show. */
  readonly pictures?:
    { readonly bytes: Uint8Array; readonly labels: readonly number[]; readonly source: string } | undefined;
}

const PICTURES = 'pictures.bin';
/** Of the files of `runtime/`, what every visitor needs first. */
const BINARY = 'runtime/ort-wasm.wasm';
/** Scripts that the page itself does not import. */
const OF_WORKERS = ['scripts/network-worker.js', 'scripts/network-messages.js'];

/**
 * @throws SaddlepointError FILE where ONNX Runtime Web is not installed; ENGINE where the scripts are not compiled
 */
export function siteFiles({ networks, pictures, ...rest }: SiteParts): SiteFile[] {
  const fileOf = (number: number) => `networks/${number}.onnx`;
  const description: SiteDescription = {
    ...rest,
    networks: networks.map(({ name, about }, number) => ({ name, about, file: fileOf(number) })),
    ...(pictures && { pictures: { file: PICTURES, labels: pictures.labels, source: pictures.source } }),
  };
  const code = scripts();
  const modules = code.map(({ path }) => path).filter((path) => !OF_WORKERS.includes(path));
  const fetched = [
    BINARY,
    'site.json',
    ...description.networks.map(({ file }) => file),
    ...(pictures ? [PICTURES] : []),
  ];
  return [
    { path: 'index.html', content: pageHtml(description, modules, fetched) },
    { path: 'style.css', content: PAGE_STYLE },
    { path: 'site.json', content: `${JSON.stringify(description, null, 2)}\n` },
    ...code,
    ...runtimeFiles(),
    ...networks.map(({ onnx }, number) => ({ path: fileOf(number), content: onnx })),
    ...(pictures ? [{ path: PICTURES, content: pictures.bytes }] : []),
  ];
}

/** As they were compiled for browsers. */
function scripts(): SiteFile[] {
  const folder = dirname(compiledFile(join('web', 'page', 'main.js')));
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  return names.map((name) => ({ path: `scripts/${name}`, content: readFileSync(join(folder, name)) }));
}
