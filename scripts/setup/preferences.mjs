// What set-up chooses when it has a choice. Everything a maintainer may want to flip is here.

/** The wheel installed when no LibTorch is found. CI proves this version. */
export const WHEEL_VERSION = '2.13.0';

/** The oldest LibTorch the addon compiles against (Debian 12's). */
export const OLDEST_LIBTORCH = '1.13.0';

/** LibTorch's headers ask for C++20 from this version on. */
export const FIRST_WITH_CXX20 = '2.13.0';

/**
 * Which LibTorch is installed first when none is found; the next one is tried when that is not possible. Measured
 * with the demo on two cores (docs/engines.md): Debian's took 148 s, and 194 s from nothing; the wheel 183 s and
 * 260 s.
 */
export const INSTALL_ORDER = /** @type {const} */ (['debian', 'wheel']);

/** Debian's LibTorch. Without OpenBLAS it uses the reference BLAS, which is 20 to 50 times slower. */
export const DEBIAN_OPENBLAS = 'libopenblas0-pthread';
export const DEBIAN_PACKAGES = ['libtorch-dev', DEBIAN_OPENBLAS];

export const OLDEST_NODE = 20;
export const OLDEST_CMAKE = '3.18.0';
