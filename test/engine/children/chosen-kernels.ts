/**
 * The child of convolution-kernels.test.ts that says which kernels our convolutions take here.
 *
 * @module
 */
import { convolutionLimits } from '../../../src/engine/index.js';

process.stdout.write(convolutionLimits().kernels);
