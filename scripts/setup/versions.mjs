// LibTorch's version and what follows from it.
import { FIRST_WITH_CXX20 } from './preferences.mjs';

/**
 * Negative, zero or positive as `left` is older than, the same as or newer than `right`; only numbers count.
 * @param {string} left
 * @param {string} right
 */
export function compareVersions(left, right) {
  const [a, b] = [numbers(left), numbers(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** @param {string} version */
function numbers(version) {
  // "2.13.0+cpu" and "1.13.0a0" are 2.13.0 and 1.13.0.
  const head = /^\d+(\.\d+)*/.exec(version)?.[0] ?? '0';
  return head.split('.').map(Number);
}

/**
 * @param {string} version
 * @returns {17 | 20}
 */
export function cxxStandardFor(version) {
  return compareVersions(version, FIRST_WITH_CXX20) >= 0 ? 20 : 17;
}

/**
 * The version in LibTorch's version.h, or null where the text does not have one.
 * @param {string} header
 */
export function versionInHeader(header) {
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`#define\\s+TORCH_VERSION_${part}\\s+(\\d+)`).exec(header)?.[1],
  );
  return parts.every((part) => part !== undefined) ? parts.join('.') : null;
}

/**
 * The C++ library ABI named in TorchConfig.cmake. Wheels up to 2.5 used the old one, everything else the new one.
 * @param {string | null} config
 * @returns {0 | 1}
 */
export function cxx11AbiIn(config) {
  return config?.includes('_GLIBCXX_USE_CXX11_ABI=0') ? 0 : 1;
}
