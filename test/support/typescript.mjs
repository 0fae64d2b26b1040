/**
 * `node --import ./typescript.mjs file.ts` runs TypeScript; see typescript-hooks.mjs.
 *
 * @module
 */
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
