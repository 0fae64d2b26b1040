/**
 * Networks that torch.export has written.
 *
 * @module
 */
export { ExportedNetwork, ExportedProgram } from './exported-network.js';
export { isExported, readExported, type ExportedFile } from './load-exported.js';
export { normalizesItself, type Program } from './program.js';
