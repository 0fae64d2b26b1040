/**
 * Images onto canvases, a pixel a pixel; the style enlarges them.
 *
 * @module
 */
import { pixelsOf } from './pixels.js';

/** @param image planes [C, H, W] in [0, 1] */
export function paint(canvas: HTMLCanvasElement, image: Float32Array, size: number): void {
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d')!;
  const target = context.createImageData(size, size);
  target.data.set(pixelsOf(image, size).data);
  context.putImageData(target, 0, 0);
}
