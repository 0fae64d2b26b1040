// The page as visitors meet it: on a desk, by keyboard, on a telephone, in the dark.
import { join } from 'node:path';
import { openPage, play, unreachable, untilOpen, violations } from './look-at-page.mjs';
import { openInNode, planes } from './node-side.mjs';
import { asPng, pictureBytes } from './pictures.mjs';

/** @typedef {import('./trial.mjs').Trial} Trial */

/** @param {Trial} trial @param {string} model the first network's file */
export async function tryAsVisitor(trial, model) {
  const { browser, address, check } = trial;
  const { page, problems } = await openPage(browser, address);
  await untilOpen(page);
  await picture(trial, page, 'desk');
  const spoken = await play(page);
  check('the live region says two things of an attack', spoken <= 2, `${spoken}`);
  await picture(trial, page, 'desk-attacked');
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
  const logits = openInNode(model).logits(planes(bytes));
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
  await accessible(trial, page, 'a drawing');
  check('no error in all this', problems.length === 0, problems.join('; '));
  await page.close();

  await tryOtherwise(trial, 'telephone', { viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true });
  await tryOtherwise(trial, 'dark', { colorScheme: 'dark', reducedMotion: 'reduce' });
}

/** @param {Trial} trial @param {string} name @param {import('playwright-core').BrowserContextOptions} options */
async function tryOtherwise(trial, name, options) {
  const { browser, address, check } = trial;
  const { page, problems } = await openPage(browser, address, options);
  await untilOpen(page);
  await play(page);
  await picture(trial, page, name);
  await accessible(trial, page, name);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(`${name}: nothing is wider than the screen`, wider <= 0, `${wider} px`);
  check(`${name}: no error`, problems.length === 0, problems.join('; '));
  await page.close();
}

/** @param {Trial} trial @param {import('playwright-core').Page} page @param {string} name */
async function accessible({ check }, page, name) {
  const found = await violations(page);
  check(`${name}: accessible, says axe`, found.length === 0, found.join('; '));
}

/** @param {Trial} trial @param {import('playwright-core').Page} page @param {string} name */
async function picture({ screenshots }, page, name) {
  if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
}
