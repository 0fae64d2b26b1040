// What every part of the check is given, and where it says what it saw.

/**
 * @typedef {object} Trial
 * @property {import('playwright-core').Browser} browser
 * @property {string} chromium its path
 * @property {string} address of the site
 * @property {string | undefined} screenshots a folder for them
 * @property {(what: string, holds: boolean, seen?: string) => void} check
 */

/** Says every check, and keeps those that failed. */
export function startReport() {
  const begun = performance.now();
  /** @type {string[]} */
  const failures = [];
  return {
    /** @type {Trial['check']} */
    check: (what, holds, seen = '') => {
      console.log(`${holds ? 'ok' : 'FAILED'}  ${what}${seen === '' ? '' : `: ${seen}`}`);
      if (!holds) failures.push(what);
    },
    /** The last line. @returns whether all hold */
    end: () => {
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      console.log(`${failures.length === 0 ? 'all hold' : `FAILED: ${failures.join('; ')}`} (${seconds} s)`);
      return failures.length === 0;
    },
  };
}
