/**
 * Opens the page: what the site is, its networks, then the workbench.
 *
 * @module
 */
import type { SiteDescription } from '../site-description.js';
import { accelerate } from './accelerate.js';
import { browserLimit, hasWebGpu } from './browser-limits.js';
import { byId } from './dom.js';
import { fetchBytes } from './fetch-bytes.js';
import { Network } from './network.js';
import { Workbench } from './workbench.js';

const SITE = new URL('../', import.meta.url);

async function open(): Promise<void> {
  const limit = browserLimit();
  if (limit !== undefined) throw new Error(limit);
  byId('state', HTMLElement).textContent = 'Opening the networks …';
  const site = JSON.parse(new TextDecoder().decode(await fetchBytes(new URL('site.json', SITE)))) as SiteDescription;
  const shape = [1, site.image.channels, site.image.size, site.image.size];
  const networks = await Promise.all(site.networks.map(({ file }) => Network.open(file, SITE, shape)));
  const workbench = new Workbench(site, networks);
  await workbench.open(SITE);
  byId('state', HTMLElement).hidden = true;
  byId('workbench', HTMLElement).hidden = false;
  performance.mark('first prediction');
  sayBackends(networks);
  if (await hasWebGpu()) await tryWebGpu(site, shape, networks, workbench);
}

/** One network after the other, while the visitor can already play. */
async function tryWebGpu(site: SiteDescription, shape: readonly number[], networks: Network[], workbench: Workbench) {
  for (const [number, { file }] of site.networks.entries()) {
    const network = networks[number]!;
    const { image, label } = workbench.example;
    const open = () => Network.open(file, SITE, shape, 'webgpu');
    const { network: chosen, objection } = await accelerate(network, open, image, label);
    if (objection !== undefined) {
      sayBackends(networks, objection);
      return;
    }
    networks[number] = chosen;
    network.close();
  }
  sayBackends(networks);
}

/** @param objection to WebGPU, where it was tried */
function sayBackends(networks: readonly Network[], objection?: string): void {
  const names = { wasm: 'WebAssembly', webgpu: 'WebGPU' };
  const used = new Set(networks.map(({ backend }) => names[backend]));
  const tried = objection === undefined ? '' : ` (WebGPU was tried: ${objection})`;
  byId('backend', HTMLElement).textContent = `, by ${[...used].join(' and ')}${tried}`;
}

open().catch((error: unknown) => {
  byId('state', HTMLElement).textContent = (error as Error).message;
});
