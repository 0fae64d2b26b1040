/**
 * Somebody's picture, as its middle square.
 *
 * @module
 */
import { middleSquare, resizeSquare, type Pixels } from './pixels.js';

/** Sides beyond it are first brought down by the browser, which is quicker. */
const LARGEST = 2048;

/** @throws Error in one sentence, for a file that this browser does not read as a picture */
export async function readPicture(file: Blob, size: number): Promise<Pixels> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error('This file is no picture that the browser reads: a JPEG, PNG or WebP is.');
  }
  const { left, top, side } = middleSquare(bitmap.width, bitmap.height);
  const read = Math.min(side, LARGEST);
  const canvas = new OffscreenCanvas(read, read);
  const context = canvas.getContext('2d')!;
  // What is transparent lies on white, as on most pages.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, read, read);
  context.drawImage(bitmap, left, top, side, side, 0, 0, read, read);
  bitmap.close();
  const { data } = context.getImageData(0, 0, read, read);
  return resizeSquare({ width: read, height: read, data }, size);
}
