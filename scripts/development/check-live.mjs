/**
 * Serves made-up runs and looks at the live view in a real browser: `node scripts/development/check-live.mjs`, after
 * `npm run build`. Ten runs of 10,000 steps each; one grows, one goes, one has a hostile name. With the name of a folder,
 * screenshots are left there.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, launch } from './check-web/chromium.mjs';
import { openPage, violations } from './check-web/look-at-page.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const [RUNS, STEPS] = [10, 10_000];
const HOSTILE = '<script>alert(1)<';
/** The first holds on a quiet machine, the second anywhere. */
const [SECONDS_TO_OPEN, MOST_SECONDS_TO_OPEN] = [1, 10];
const MOST_MEGABYTES = 200;
const screenshots = process.argv[2];

/** @type {string[]} */
const failures = [];
/** @param {string} what @param {boolean} holds @param {string} seen */
function check(what, holds, seen = '') {
  console.log(`${holds ? 'ok' : 'FAILED'}  ${what}${seen === '' ? '' : `: ${seen}`}`);
  if (!holds) failures.push(what);
}

const runs = mkdtempSync(join(tmpdir(), 'saddlepoint-live-'));
makeRuns();
const server = spawn(process.execPath, [join(root, 'bin', 'saddlepoint.mjs'), 'serve', runs], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, SADDLEPOINT_ENGINE: 'none is needed' },
});
const browser = await launch(findChromium());
try {
  const address = await addressOf(server);
  await tryPage(address);
  await tryTelephone(address);
} finally {
  await browser.close();
  server.kill();
  rmSync(runs, { recursive: true, force: true });
}
console.log(failures.length === 0 ? 'all hold' : `FAILED: ${failures.join('; ')}`);
process.exitCode = failures.length === 0 ? 0 : 1;

/** What `train` leaves of long runs, a line a step; the evaluation is one that was published. */
function makeRuns() {
  const published = join(root, 'docs', 'results', 'cifar10-cpu', 'cpu');
  for (let run = 0; run < RUNS; run += 1) {
    const folder = join(runs, run === 0 ? HOSTILE : `run-${run}`);
    mkdirSync(folder);
    for (const file of ['recipe.yaml', 'plan.json', 'evaluation'])
      cpSync(join(published, file), join(folder, file), { recursive: true });
    writeFileSync(
      join(folder, 'environment.json'),
      JSON.stringify({ startedAt: `2026-01-${String(20 - run).padStart(2, '0')}T08:00:00.000Z`, cores: 2 }),
    );
    const lines = Array.from({ length: STEPS }, (_, index) => JSON.stringify(record(run, index + 1)));
    writeFileSync(join(folder, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  }
}

/** @param {number} run @param {number} step */
function record(run, step) {
  const error = 0.9 * Math.exp(-step / 8000) + run / 100;
  return {
    step,
    epoch: step / 1000,
    seconds: step / 2,
    'train/adversarial_loss': 2.3 * Math.exp(-step / 5000),
    'train/adversarial_error': error,
    'train/lr': 0.1 * (1 - step / STEPS),
    ...(step % 1000 === 0 && { 'validation/error': error / 2, 'validation/adversarial_error': error }),
  };
}

/** @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, null>} process */
function addressOf({ stdout }) {
  return new Promise((/** @type {(address: string) => void} */ found) => {
    stdout.once('data', (/** @type {Buffer} */ text) => {
      found(text.toString().split('\n')[0] ?? '');
    });
  });
}

/** @param {string} address */
async function tryPage(address) {
  const begun = performance.now();
  const { page, problems } = await openPage(browser, address);
  let alerts = 0;
  page.on('dialog', (dialog) => {
    alerts += 1;
    void dialog.dismiss();
  });
  await page.waitForFunction((count) => document.querySelectorAll('#runs tr').length === count, RUNS);
  await page.waitForSelector('#charts path.curve');
  const seconds = (performance.now() - begun) / 1000;
  const seen = `${seconds.toFixed(2)} s (to be below ${SECONDS_TO_OPEN})`;
  check(`${RUNS} runs of ${STEPS} steps open soon`, seconds < MOST_SECONDS_TO_OPEN, seen);
  const megabytes = residentMegabytes();
  check(
    'the server is small',
    megabytes < MOST_MEGABYTES,
    `${megabytes.toFixed(0)} MB (to be below ${MOST_MEGABYTES})`,
  );

  const names = await page.locator('#runs th button').allTextContents();
  check('a hostile name is text', names.includes(HOSTILE) && alerts === 0);
  const charts = await page.locator('#charts svg').count();
  const curves = await page.locator('#charts svg').first().locator('path.curve').count();
  check('the newest five are in the charts', curves === 5 && charts >= 4, `${curves} curves, ${charts} charts`);

  const last = page.locator('#runs tr', { hasText: 'run-1' }).locator('.progress small');
  const before = await last.textContent();
  appendFileSync(join(runs, 'run-1', 'metrics.jsonl'), `${JSON.stringify(record(1, STEPS + 500))}\n`);
  await page.waitForFunction(
    (text) => ![...document.querySelectorAll('.progress small')].every((one) => one.textContent === text),
    before,
  );
  check('a line that comes is shown', (await last.textContent())?.startsWith('10.5 of 18 epochs') === true);

  await page.locator('#runs th button', { hasText: 'run-1' }).first().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('#detail:not([hidden])');
  check('details open by keyboard', (await page.textContent('#detail')) !== '');
  await page.locator('.axes input').first().focus();
  await page.keyboard.press('ArrowRight');
  const isAlongSteps = () =>
    document.querySelector('#charts svg')?.getAttribute('aria-label')?.includes(' steps') === true;
  check('another axis', await holdsSoon(page, isAlongSteps));
  await page
    .locator('#charts svg')
    .first()
    .hover({ position: { x: 200, y: 80 } });
  check('values where the pointer is', (await page.textContent('.tip'))?.includes('run-1: ') === true);
  await accessible(page, 'a desk');
  if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, 'live.png'), fullPage: true });

  rmSync(join(runs, 'run-9'), { recursive: true });
  await page.waitForFunction((count) => document.querySelectorAll('#runs tr').length === count, RUNS - 1);
  check(
    'a run that is removed is said to be gone',
    (await page.textContent('#state'))?.includes('run-9 is gone') === true,
  );
  await page.click('#report');
  await page.waitForSelector('main section');
  check('a report of the chosen runs', (await page.textContent('h1'))?.includes('run-1') === true);
  check('no error, and no request to elsewhere', problems.length === 0, problems.join('; '));
  await page.close();
}

/** @param {string} address */
async function tryTelephone(address) {
  const options = {
    viewport: { width: 375, height: 720 },
    hasTouch: true,
    isMobile: true,
    colorScheme: /** @type {const} */ ('dark'),
  };
  const { page, problems } = await openPage(browser, address, options);
  await page.waitForSelector('#charts path.curve');
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check('a telephone in the dark: nothing is wider than the screen', wider <= 0, `${wider} px`);
  await accessible(page, 'a telephone in the dark');
  check('no error there', problems.length === 0, problems.join('; '));
  if (screenshots !== undefined)
    await page.screenshot({ path: join(screenshots, 'live-telephone.png'), fullPage: true });
  await page.close();
}

/** @param {import('playwright-core').Page} page @param {() => boolean} condition */
function holdsSoon(page, condition) {
  return page.waitForFunction(condition, null, { timeout: 5000 }).then(
    () => true,
    () => false,
  );
}

/** @param {import('playwright-core').Page} page @param {string} name */
async function accessible(page, name) {
  const found = await violations(page);
  check(`${name}: accessible, says axe`, found.length === 0, found.join('; '));
}

/** Of the server, as Linux counts it. */
function residentMegabytes() {
  const status = readFileSync(`/proc/${server.pid ?? ''}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1000;
}
