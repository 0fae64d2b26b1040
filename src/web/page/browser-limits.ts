/**
 * What the page needs of a browser.
 *
 * @module
 */

/** A WebAssembly module with one function that uses a vector: valid only where there are vectors. */
const WITH_VECTORS = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic number, version
  ...[1, 5, 1, 96, 0, 1, 123], // a type: () to v128
  ...[3, 2, 1, 0], // a function of that type
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11], // i32.const 0, i8x16.splat, i8x16.popcnt
);

/** One sentence, where this browser cannot compute a network; undefined where it can. */
export function browserLimit(): string | undefined {
  if (!Reflect.has(globalThis, 'WebAssembly'))
    return 'This browser has no WebAssembly, which computes the networks here: please open the page in another one.';
  if (!WebAssembly.validate(WITH_VECTORS))
    return 'This browser’s WebAssembly has no vectors (SIMD), which the networks here need: please open the page in a newer one.';
  return undefined;
}

/** Whether there is a graphics processor that WebGPU may use; files of 27 MB are not loaded for less. */
export async function hasWebGpu(): Promise<boolean> {
  const { gpu, connection } = navigator as {
    readonly gpu?: { readonly requestAdapter: () => Promise<object | null> };
    readonly connection?: { readonly saveData?: boolean };
  };
  if (gpu === undefined || connection?.saveData === true) return false;
  return (await gpu.requestAdapter().catch(() => null)) !== null;
}
