/**
 * A page that shows runs as they train, served from their folders.
 *
 * @module
 */
export { serveRuns, type LiveView, type ServeOptions } from './server.js';
