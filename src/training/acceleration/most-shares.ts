/**
 * The limit that recipes and plans have in common.
 *
 * @module
 */

/** Into how many shares a batch may be split that are attacked at the same time: each is a thread with a network. */
export const MOST_SHARES = 64;
