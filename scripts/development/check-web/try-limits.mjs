// What the page does where something is missing, where there is a graphics processor, and with names that are markup.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './chromium.mjs';
import { openPage, play, untilOpen } from './look-at-page.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('./trial.mjs').Trial} Trial */

/** In a file's name it has no slash, which no file can have. */
export const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>';

/** Browsers that cannot, and sites that miss something: one sentence each. @param {Trial} trial */
export async function tryWithoutParts(trial) {
  const { browser, address } = trial;
  for (const file of ['site.json', 'runtime/ort-wasm.wasm', 'networks/1.onnx', 'runtime/ort-wasm.js']) {
    const page = await browser.newPage();
    await page.route(`**/${file}`, (route) => route.fulfill({ status: 404 }));
    await page.goto(address);
    await says(trial, page, `without ${file}`, /missing|could not be loaded/);
  }
  const page = await browser.newPage();
  await page.addInitScript(() => Object.assign(WebAssembly, { validate: () => false }));
  await page.goto(address);
  await says(trial, page, 'without vectors', /SIMD/);
}

/** @param {Trial} trial @param {import('playwright-core').Page} page @param {string} what @param {RegExp} expected */
async function says({ check }, page, what, expected) {
  await page
    .waitForFunction(() => document.getElementById('state')?.textContent.startsWith('Opening') === false, null, {
      timeout: 20_000,
    })
    .catch(() => undefined);
  const sentence = (await page.textContent('#state')) ?? '';
  check(`${what} it says so`, expected.test(sentence), sentence);
  await page.close();
}

/**
 * By a graphics processor in software, where this Chromium has one: the page finds that it computes the same, and takes it or
 * says that it is slow.
 *
 * @param {Trial} trial
 */
export async function tryWebGpu({ address, check, chromium }) {
  const flags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'];
  const other = await launch(chromium, [...flags, '--use-vulkan=swiftshader']);
  try {
    const { page, problems } = await openPage(other, address);
    await untilOpen(page);
    if (!(await page.evaluate(async () => 'gpu' in navigator && (await navigator.gpu.requestAdapter()) !== null))) {
      console.log('--  this Chromium has no WebGPU');
      return;
    }
    const isSaid = () => document.getElementById('backend')?.textContent.includes('WebGPU');
    await page.waitForFunction(isSaid, null, { timeout: 60_000 }).catch(() => undefined);
    const said = (await page.textContent('#backend')) ?? '';
    check('WebGPU computes what WebAssembly does', /by WebGPU|a step takes/.test(said), said.slice(2));
    check('WebGPU: no error', problems.length === 0, problems.join('; '));
  } finally {
    await other.close();
  }
}

/** Names that are markup are text. @param {Trial} trial @param {string} site a folder that was exported */
export async function tryHostileNames({ browser, check }, site) {
  const path = join(site, 'site.json');
  const described = /** @type {{ classes: string[] }} */ (JSON.parse(readFileSync(path, 'utf8')));
  described.classes[0] = HOSTILE;
  writeFileSync(path, JSON.stringify(described));
  const { address, close } = await serve(site);
  const { page, problems } = await openPage(browser, address);
  let alerts = 0;
  page.on('dialog', (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  await untilOpen(page);
  await play(page);
  const text = (await page.textContent('main')) ?? '';
  const elements = await page.evaluate(() => document.querySelectorAll('main img, main script').length);
  check('hostile names are text', text.includes(HOSTILE) && elements === 0 && alerts === 0 && problems.length === 0);
  await page.close();
  close();
}
