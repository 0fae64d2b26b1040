// What the check does with the site's own modules, in the page: each function is sent there as its text.

/**
 * The logits of a picture that came as PNG, read as the page reads an upload.
 *
 * @param {{ png: number[], file: string }} given
 */
export async function logitsOfPng({ png, file }) {
  const scripts = new URL('scripts/', document.baseURI).href;
  const { Network } = /** @type {typeof import('../../../src/web/page/network.js')} */ (
    await import(`${scripts}network.js`)
  );
  const { readPicture } = /** @type {typeof import('../../../src/web/page/read-picture.js')} */ (
    await import(`${scripts}read-picture.js`)
  );
  const { imageOf } = /** @type {typeof import('../../../src/web/page/pixels.js')} */ (
    await import(`${scripts}pixels.js`)
  );
  const network = await Network.open(file, new URL('.', document.baseURI), [1, 3, 32, 32]);
  const image = imageOf(await readPicture(new Blob([Uint8Array.from(png)]), 32), 3);
  const { logits } = await network.look(image, 0);
  network.close();
  return { image: [...image], logits: [...logits] };
}

/**
 * PGD by the page's own modules, from each of some perturbations so many steps, and how long that took.
 *
 * @param {{ image: number[], label: number, starts: number[][], norm: 'linf' | 'l2', epsilon: number, stepSize: number, steps: number, file: string }} given
 */
export async function attackInPage({ image, label, starts, norm, epsilon, stepSize, steps, file }) {
  const scripts = new URL('scripts/', document.baseURI).href;
  const { Network } = /** @type {typeof import('../../../src/web/page/network.js')} */ (
    await import(`${scripts}network.js`)
  );
  const { AttackRun } = /** @type {typeof import('../../../src/web/page/attack-run.js')} */ (
    await import(`${scripts}attack-run.js`)
  );
  const { NORMS } = /** @type {typeof import('../../../src/web/page/norms.js')} */ (await import(`${scripts}norms.js`));
  const network = await Network.open(file, new URL('.', document.baseURI), [1, 3, 32, 32]);
  const pixels = Float32Array.from(image);
  const original = { image: pixels, ...(await network.look(pixels, label)) };
  const results = [];
  for (const start of starts) {
    const setup = { budget: { norm: NORMS[norm], epsilon }, stepSize, label, start: Float32Array.from(start) };
    const run = new AttackRun((at, of) => network.look(at, of), original, setup);
    const begin = performance.now();
    for (let step = 0; step < steps; step += 1) await run.advance();
    const last = run.frames.at(-1) ?? original;
    results.push({ image: [...last.image], milliseconds: performance.now() - begin });
  }
  network.close();
  return results;
}
