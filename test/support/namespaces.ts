/**
 * Processes with their own numbers and mounts, as in containers: each is process 1 there, and sees none of the others.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';

const NAMESPACES = ['--fork', '--pid', '--mount', '--mount-proc', '--kill-child'];

/** As root, else as root of a namespace of users, which some systems allow and some do not. */
const ways = [NAMESPACES, ['--user', '--map-root-user', ...NAMESPACES]];

/** The arguments of `unshare` before a command; undefined where this user may make no namespaces. */
export const apart = ways.find((way) => spawnSync('unshare', [...way, 'true']).status === 0);

/** For the title of what is skipped. */
export const whySkipped = apart === undefined ? ' (skipped: this user may make no namespaces with `unshare`)' : '';
