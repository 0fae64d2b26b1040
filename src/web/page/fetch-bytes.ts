/**
 * A file of the site, whole.
 *
 * @module
 */

/** This script lies in the folder of scripts. */
const SITE = new URL('../', import.meta.url).href;

/** A file's name as whoever exported the site knows it. */
export function nameInSite({ href }: URL): string {
  return href.startsWith(SITE) ? href.slice(SITE.length) : href;
}

/** @throws Error with one sentence for whoever put the site on a server, where a file is missing */
export async function fetchBytes(address: URL): Promise<ArrayBuffer> {
  const name = nameInSite(address);
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw new Error(`The file ${name} of this site could not be loaded: is the server still there?`);
  }
  if (response.ok) return response.arrayBuffer();
  throw new Error(
    `The file ${name} of this site is missing (the server answers ${response.status}): it needs the whole folder ` +
      'that was exported.',
  );
}
