/**
 * Test images under common corruptions, in the files of CIFAR-10-C and CIFAR-100-C.
 *
 * @module
 */
export { openCorruptionFolder, readCorruption, type CorruptionFolder } from './folder.js';
export { EXTRA_CORRUPTIONS, PUBLISHED_IMAGES, SEVERITIES, STANDARD_CORRUPTIONS } from './names.js';
