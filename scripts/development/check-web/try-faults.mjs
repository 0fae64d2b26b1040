// What the page does where one of two networks is slow, fails, or gives no numbers: the other one goes on.
import { openPage, play, untilOpen } from './look-at-page.mjs';

/** @typedef {import('./trial.mjs').Trial} Trial */
/** @typedef {'slow' | 'fails' | 'no numbers'} Fault */

/** The second network answers so after its third look. @param {Fault} fault */
function makeFaulty(fault) {
  const Usual = globalThis.Worker;
  let workers = 0;
  globalThis.Worker = class extends Usual {
    #number = workers++;
    #looks = 0;
    /** @override @param {{ kind: string }} request */
    postMessage(request) {
      if (request.kind === 'look' && this.#number === 1) this.#looks += 1;
      if (this.#looks <= 3) {
        super.postMessage(request);
      } else if (fault === 'slow') {
        setTimeout(() => super.postMessage(request), 200);
      } else {
        const nothing = { kind: 'look', logits: new Float32Array(10).fill(NaN), gradient: new Float32Array(3072) };
        const data = fault === 'fails' ? { kind: 'failed', message: 'out of memory' } : nothing;
        setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data })));
      }
    }
  };
}

/** @param {Trial} trial */
export async function tryFaults(trial) {
  await tryFault(trial, 'fails', /No answer.*does not compute this step: out of memory/);
  await tryFault(trial, 'no numbers', /No answer.*gives no numbers/);
  const { page, problems } = await openFaulty(trial, 'slow');
  await page.click('#play');
  for (const step of ['20', '3', '12', '5']) {
    await page.waitForTimeout(150);
    await page.fill('#position', step);
    await page.click('#step');
  }
  await play(page);
  trial.check('a slow network and a slider that moves: no error', problems.length === 0, problems.join('; '));
  await page.close();
}

/** @param {Trial} trial @param {Fault} fault @param {RegExp} expected of the second network's card */
async function tryFault(trial, fault, expected) {
  const { page, problems } = await openFaulty(trial, fault);
  await play(page);
  const [first = '', second = ''] = await page.locator('.verdict').allTextContents();
  const isSaid = expected.test(second) && !first.includes('No answer');
  trial.check(`a network that ${fault === 'fails' ? fault : 'gives no numbers'}: its card says so`, isSaid, second);
  const finding = (await page.textContent('#finding')) ?? '';
  trial.check(
    'and nobody calls it fooled',
    !finding.includes('undefined') && finding.split('fooled').length < 3,
    finding,
  );
  await page.fill('#position', '1');
  const back = (await page.locator('.verdict').allTextContents()).join(' ');
  trial.check('its earlier steps are still there', !back.includes('No answer'), back);
  trial.check('and no error', problems.length === 0, problems.join('; '));
  await page.close();
}

/** @param {Trial} trial @param {Fault} fault */
async function openFaulty({ browser, address }, fault) {
  const opened = await openPage(browser, address, {}, (page) => page.addInitScript(makeFaulty, fault));
  await untilOpen(opened.page);
  return opened;
}
