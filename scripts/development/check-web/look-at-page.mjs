// What the check does as a visitor would: with the mouse, the keyboard, a telephone, a screen reader's ears.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a keyboard must reach; of radio buttons one stands for all. */
const REACHED = [
  'sample',
  'upload',
  'draw',
  'label',
  'norm',
  'epsilon',
  'play',
  'step',
  'restart',
  'position',
  'measure',
];

/**
 * A page that tells what went wrong in it.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} address
 * @param {import('playwright-core').BrowserContextOptions} options
 * @param {(page: import('playwright-core').Page) => Promise<unknown>} prepare before anything is loaded
 */
export async function openPage(browser, address, options = {}, prepare = () => Promise.resolve()) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  await prepare(page);
  /** @type {string[]} */
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(address))
      problems.push(`a request leaves the site: ${request.url()}`);
  });
  await page.goto(address);
  return { page, problems };
}

/** Until the networks have said what the first picture is. @param {import('playwright-core').Page} page */
export async function untilOpen(page) {
  await page.waitForSelector('#workbench:not([hidden])', { timeout: 30_000 });
  return page.evaluate(() => performance.getEntriesByName('first prediction')[0]?.startTime ?? NaN);
}

/** Plays to the end. @returns how often the live region spoke @param {import('playwright-core').Page} page */
export async function play(page) {
  await page.evaluate(() => {
    const spoken = /** @type {string[]} */ ([]);
    Object.assign(globalThis, { spoken });
    const region = /** @type {HTMLElement} */ (document.getElementById('finding'));
    new MutationObserver(() => spoken.push(region.textContent)).observe(region, { childList: true });
  });
  await page.click('#play');
  await page.waitForFunction(() => document.getElementById('counter')?.textContent === '20', null, { timeout: 60_000 });
  await page.waitForFunction(() => document.getElementById('play')?.textContent === 'Play');
  return page.evaluate(() => /** @type {{ spoken: string[] }} */ (/** @type {unknown} */ (globalThis)).spoken.length);
}

/** What Tab does not reach. @param {import('playwright-core').Page} page @returns {Promise<string[]>} */
export async function unreachable(page) {
  const reached = new Set();
  for (let i = 0; i < 40; i += 1) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement?.getAttribute('name') ?? document.activeElement?.id));
  }
  return REACHED.filter((name) => !reached.has(name));
}

/**
 * What an automatic check of accessibility finds.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function violations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = /** @type {{ axe: typeof import('axe-core') }} */ (/** @type {unknown} */ (globalThis));
    const found = await axe.run(document);
    return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
  });
}
