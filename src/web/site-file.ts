/**
 * A file of a site before it is written.
 *
 * @module
 */

export interface SiteFile {
  /** Relative to the site, with slashes. */
  readonly path: string;
  readonly content: string | Uint8Array;
}
