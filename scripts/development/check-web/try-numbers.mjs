// The page's numbers beside Node's.
import { RandomStream, tidy } from '../../../dist/engine/index.js';
import { attackInPage, logitsOfPng } from './in-page.mjs';
import { openPage, untilOpen } from './look-at-page.mjs';
import { lossOf, openInNode, planes } from './node-side.mjs';
import { asPng, pictureBytes } from './pictures.mjs';

/** @typedef {import('./trial.mjs').Trial} Trial */

const FILES = ['networks/0.onnx', 'networks/1.onnx'];
/** Both can hold anywhere; what is to be reached on a quiet machine is printed beside. */
const [MOST_SECONDS_TO_OPEN, MOST_SECONDS_OF_STEPS] = [20, 20];
/** Of the made-up ones, the one that PGD attacks; none of the site's. */
const PICTURE = 31;
const STEPS = 20;

/** @param {readonly number[]} values @param {readonly number[]} expected */
const farthest = (values, expected) => Math.max(...values.map((value, i) => Math.abs(value - (expected[i] ?? NaN))));

/** The page's logits and PGD beside Node's. @param {Trial} trial @param {readonly string[]} models */
export async function tryNumbers(trial, models) {
  const { browser, address, check } = trial;
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
    await tryAttack(trial, page, number, node, 'linf', 8 / 255);
    await tryAttack(trial, page, number, node, 'l2', 0.5);
  }
  check('no error, and no request to elsewhere', problems.length === 0, problems.join('; '));
  await page.close();
}

/**
 * Every step from one of Node's iterates ends at Node's next. Over 20 steps of its own, rounding takes the page another way
 * at times, where an activation is so near to zero that it decides the gradient; the loss it reaches is the same.
 *
 * @param {Trial} trial
 * @param {import('playwright-core').Page} page
 * @param {number} number
 * @param {ReturnType<typeof openInNode>} node
 * @param {'linf' | 'l2'} norm
 * @param {number} epsilon
 */
async function tryAttack({ check }, page, number, node, norm, epsilon) {
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
