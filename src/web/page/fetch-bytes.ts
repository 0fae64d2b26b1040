/**
 * A file of the site, whole.
 *
 * @module
 */

/** @throws Error with one sentence for whoever put the site on a server, where a file is missing */
export async function fetchBytes(address: URL): Promise<ArrayBuffer> {
  const name = address.pathname.split('/').slice(-2).join('/');
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
