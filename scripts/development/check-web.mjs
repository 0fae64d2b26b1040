/**
 * Exports the shipped networks as a site and tries it in a real browser: `node scripts/development/check-web.mjs`, after
 * `npm run build`. Installs ONNX Runtime Web into a temporary folder, which is removed at the end, and Debian's Chromium
 * where there is none. With the name of a folder, screenshots are left there.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomStream, tidy } from '../../dist/engine/index.js';
import { findChromium, launch } from './check-web/chromium.mjs';
import { attackInPage, logitsOfPng } from './check-web/in-page.mjs';
import { installRuntime } from './check-web/install-runtime.mjs';
import { openPage, play, unreachable, untilOpen, violations } from './check-web/look-at-page.mjs';
import { lossOf, openInNode, planes } from './check-web/node-side.mjs';
import { asPng, makePictures, pictureBytes } from './check-web/pictures.mjs';
import { serve } from './check-web/serve.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const models = ['linf', 'standard'].map((name) => join(root, 'models', `cifar10-resnet18-16-${name}.safetensors`));
const FILES = ['networks/0.onnx', 'networks/1.onnx'];
/** Both can hold anywhere; what is to be reached on a quiet machine is printed beside. */
const [MOST_SECONDS_TO_OPEN, MOST_SECONDS_OF_STEPS] = [20, 20];
/** Of the made-up ones, the one that PGD attacks; none of the site's. */
const PICTURE = 31;
const STEPS = 20;
const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const screenshots = process.argv[2];

const begun = performance.now();
/** @type {string[]} */
const failures = [];
/** @param {string} what @param {boolean} holds @param {string} seen */
function check(what, holds, seen = '') {
  console.log(`${holds ? 'ok' : 'FAILED'}  ${what}${seen === '' ? '' : `: ${seen}`}`);
  if (!holds) failures.push(what);
}

/** @param {readonly number[]} values @param {readonly number[]} expected */
const farthest = (values, expected) => Math.max(...values.map((value, i) => Math.abs(value - (expected[i] ?? NaN))));

const folder = mkdtempSync(join(tmpdir(), 'saddlepoint-web-'));
const site = join(folder, 'site');
const chromium = findChromium();
const browser = await launch(chromium);
try {
  installRuntime(folder);
  makePictures(join(folder, 'pictures'));
  // A hostile name comes in as a network's file; a slash no file can have.
  const hostile = join(folder, `${HOSTILE.replaceAll('/', '')}.safetensors`);
  copyFileSync(models[1] ?? '', hostile);
  exportSite(site, [models[1] ?? '']);
  exportSite(join(folder, 'hostile'), [hostile]);

  const { address, close } = await serve(site);
  await tryNumbers(address);
  await tryAsVisitor(address);
  await tryWithoutParts(address);
  await tryWebGpu(address);
  close();
  await tryHostileNames();
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${failures.length === 0 ? 'all hold' : `FAILED: ${failures.join('; ')}`} (${seconds(begun)} s)`);
process.exitCode = failures.length === 0 ? 0 : 1;

/** @param {number} since */
function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}

/** @param {string} to @param {readonly string[]} beside */
function exportSite(to, beside) {
  const data = ['--dataset', 'folder', '--data', join(folder, 'pictures')];
  const values = [...beside.flatMap((path) => ['--beside', path]), ...data, '--web', to];
  const command = [join(root, 'bin', 'saddlepoint.mjs'), 'export', models[0] ?? '', ...values];
  process.stdout.write(execFileSync(process.execPath, command, { cwd: folder, encoding: 'utf8' }));
}

/** The page's logits and PGD beside Node's. @param {string} address */
async function tryNumbers(address) {
  const { page, problems } = await openPage(browser, address);
  const toOpen = (await untilOpen(page)) / 1000;
  check('the first prediction comes soon', toOpen < MOST_SECONDS_TO_OPEN, `${toOpen.toFixed(2)} s (to be below 3)`);
  for (const [number, path] of models.entries()) {
    const node = openInNode(path);
    const file = FILES[number] ?? '';
    const bytes = pictureBytes(PICTURE);
    const seen = await page.evaluate(logitsOfPng, { png: [...asPng(bytes)], file });
    check(`network ${number}: a picture is read bit for bit`, farthest(seen.image, [...planes(bytes)]) === 0);
    const difference = farthest(seen.logits, node.logits(planes(bytes)));
    check(`network ${number}: logits are Node's`, difference < 1e-4, `${difference.toExponential(1)} apart`);
    await tryAttack(page, number, node, 'linf', 8 / 255);
    await tryAttack(page, number, node, 'l2', 0.5);
  }
  check('no error, and no request to elsewhere', problems.length === 0, problems.join('; '));
  await page.close();
}

/**
 * Every step from one of Node's iterates ends at Node's next. Over 20 steps of its own, rounding takes the page another way
 * at times, where an activation is so near to zero that it decides the gradient; the loss it reaches is the same.
 *
 * @param {import('playwright-core').Page} page
 * @param {number} number
 * @param {ReturnType<typeof openInNode>} node
 * @param {'linf' | 'l2'} norm
 * @param {number} epsilon
 */
async function tryAttack(page, number, node, norm, epsilon) {
  const image = planes(pictureBytes(PICTURE));
  const logits = node.logits(image);
  const label = logits.indexOf(Math.max(...logits));
  const uniform = tidy(() => new RandomStream('start').uniformTensor([image.length]).toNumbers());
  // Well within either ball.
  const start = Float32Array.from(uniform, (value) => (value - 0.5) * (norm === 'linf' ? epsilon : 0.01));
  const iterates = node.iterates(image, { norm, epsilon, steps: STEPS, start, label });
  const perturbation = (/** @type {Float32Array} */ at) => [...at.map((pixel, i) => pixel - (image[i] ?? NaN))];
  const given = {
    image: [...image],
    label,
    norm,
    epsilon,
    stepSize: (2.5 * epsilon) / STEPS,
    file: FILES[number] ?? '',
  };

  const starts = iterates.slice(0, -1).map(perturbation);
  const next = await page.evaluate(attackInPage, { ...given, starts, steps: 1 });
  // A gradient of the other sign of zero moves its pixel the other way: then some differ, and few.
  const differing = next.map(({ image: seen }, i) => share(seen, iterates[i + 1] ?? image));
  const most = `at most ${(100 * Math.max(...differing)).toFixed(2)} % of the pixels differ`;
  check(`network ${number}: every step of PGD in ${norm} is Node's`, Math.max(...differing) < 0.002, most);

  const [whole] = await page.evaluate(attackInPage, { ...given, starts: [[...start]], steps: STEPS });
  const losses = [whole?.image ?? [], [...(iterates.at(-1) ?? image)]].map((pixels) =>
    lossOf(node.logits(Float32Array.from(pixels)), label),
  );
  const [inPage = NaN, inNode = NaN] = losses;
  const reached = `${inPage.toFixed(4)}, Node ${inNode.toFixed(4)}`;
  check(
    `network ${number}: ${STEPS} steps in ${norm} reach the same loss`,
    Math.abs(inPage / inNode - 1) < 0.01,
    reached,
  );
  const seconds = (whole?.milliseconds ?? NaN) / 1000;
  check(`${STEPS} steps take little time`, seconds < MOST_SECONDS_OF_STEPS, `${seconds.toFixed(2)} s (to be below 2)`);
}

/** Of the pixels, those that differ by more than rounding. @param {number[]} pixels @param {Float32Array} expected */
function share(pixels, expected) {
  return pixels.filter((pixel, i) => !(Math.abs(pixel - (expected[i] ?? NaN)) <= 2e-6)).length / expected.length;
}

/** @param {string} address */
async function tryAsVisitor(address) {
  const { page, problems } = await openPage(browser, address);
  await untilOpen(page);
  await picture(page, 'desk');
  const spoken = await play(page);
  check('the live region says two things of an attack', spoken <= 2, `${spoken}`);
  await picture(page, 'desk-attacked');
  const missing = await unreachable(page);
  check('the keyboard reaches everything', missing.length === 0, missing.join(', '));

  await page.focus('#epsilon');
  await page.keyboard.press('ArrowRight');
  check('another ε begins another attack', (await page.textContent('#counter')) === '0');
  await page.focus('#step');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.getElementById('counter')?.textContent === '1');

  const bytes = pictureBytes(77);
  await page.setInputFiles('#upload', { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(asPng(bytes)) });
  await page.waitForFunction(() => document.getElementById('label-note')?.textContent !== '');
  const logits = openInNode(models[0] ?? '').logits(planes(bytes));
  const label = await page.inputValue('#label');
  check('an upload shows what Node says it does', Number(label) === logits.indexOf(Math.max(...logits)));
  await page.setInputFiles('#upload', { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await page.waitForFunction(() => document.getElementById('finding')?.textContent.includes('no picture'));

  await page.click('#draw');
  await page.focus('#pad');
  const before = await page.textContent('.bars');
  for (const key of [' ', ...Array.from({ length: 12 }, () => 'ArrowRight'), ' ']) await page.keyboard.press(key);
  await page.waitForFunction((bars) => document.querySelector('.bars')?.textContent !== bars, before);
  check('one draws by keyboard', ((await page.textContent('#pen')) ?? '').includes('up'));
  await accessible(page, 'a drawing');
  check('no error in all this', problems.length === 0, problems.join('; '));
  await page.close();

  await tryOtherwise(address, 'telephone', { viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true });
  await tryOtherwise(address, 'dark', { colorScheme: 'dark', reducedMotion: 'reduce' });
}

/** @param {string} address @param {string} name @param {import('playwright-core').BrowserContextOptions} options */
async function tryOtherwise(address, name, options) {
  const { page, problems } = await openPage(browser, address, options);
  await untilOpen(page);
  await play(page);
  await picture(page, name);
  await accessible(page, name);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name}: nothing is wider than the screen`, wider <= 0, `${wider} px`);
  check(`${name}: no error`, problems.length === 0, problems.join('; '));
  await page.close();
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function accessible(page, name) {
  const found = await violations(page);
  check(`${name}: accessible, says axe`, found.length === 0, found.join('; '));
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function picture(page, name) {
  if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}

/** Browsers that cannot, and sites that miss something: one sentence each. @param {string} address */
async function tryWithoutParts(address) {
  for (const file of ['site.json', 'runtime/ort-wasm.wasm', 'networks/1.onnx', 'runtime/ort-wasm.js']) {
    const page = await browser.newPage();
    await page.route(`**/${file}`, (route) => route.fulfill({ status: 404 }));
    await page.goto(address);
    await says(page, `without ${file}`, /missing|could not be loaded/);
  }
  const page = await browser.newPage();
  await page.addInitScript(() => Object.assign(WebAssembly, { validate: () => false }));
  await page.goto(address);
  await says(page, 'without vectors', /SIMD/);
}

/** @param {import('playwright-core').Page} page @param {string} what @param {RegExp} expected */
async function says(page, what, expected) {
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
 * @param {string} address
 */
async function tryWebGpu(address) {
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

async function tryHostileNames() {
  const path = join(folder, 'hostile', 'site.json');
  const described = /** @type {{ classes: string[] }} */ (JSON.parse(readFileSync(path, 'utf8')));
  described.classes[0] = HOSTILE;
  writeFileSync(path, JSON.stringify(described));
  const { address, close } = await serve(join(folder, 'hostile'));
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
