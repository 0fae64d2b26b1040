/**
 * Architectures as RobustBench writes them.
 *
 * @module
 */
import { expect, test } from 'vitest';
import type { ModelDescription } from '../../models/index.js';
import { architectureName } from './model-info.js';

test.each<[ModelDescription, string]>([
  [{ architecture: 'resnet18', options: { width: 64 } }, 'ResNet-18'],
  [{ architecture: 'resnet50', options: {} }, 'ResNet-50'],
  [{ architecture: 'resnet18', options: { width: 16 } }, 'ResNet-18 (width 16)'],
  [{ architecture: 'preact-resnet18', options: {} }, 'PreActResNet-18'],
  [{ architecture: 'wide-resnet', options: { depth: 34, widenFactor: 20, width: 16 } }, 'WideResNet-34-20'],
  [{ architecture: 'wrn-28-10', options: { width: 16 } }, 'WideResNet-28-10'],
  [{ architecture: 'wrn-28-10', options: { width: 12 } }, 'WideResNet-28-10 (width 12)'],
  [{ architecture: 'simplenet', options: {} }, 'simplenet'],
])('%j: %s', (description, name) => {
  expect(architectureName(description)).toBe(name);
});
