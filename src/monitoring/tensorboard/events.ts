/**
 * The messages of an event file, with the field numbers of TensorBoard's `event.proto`, `summary.proto` and
 * `tensor.proto`.
 *
 * @module
 */
import type { Histogram } from './histogram.js';
import { Message } from './protobuf.js';

/** What an event says besides its time and step. */
export type EventContent =
  { readonly fileVersion: string } | { readonly summary: readonly Message[] } | { readonly restart: true };

/** `Event` */
export function event(wallTime: number, step: number, content: EventContent): Uint8Array {
  const message = new Message(512).double(1, wallTime);
  if (step !== 0) message.integer(2, step);
  if ('fileVersion' in content) return message.text(3, content.fileVersion).finish();
  // SessionLog.START: what was shown from this step on is to be forgotten.
  if ('restart' in content) return message.message(7, new Message().integer(1, 1)).finish();
  const summary = new Message(512);
  for (const value of content.summary) summary.message(1, value);
  return message.message(5, summary).finish();
}

/** `Summary.Value` with `simple_value`: TensorBoard keeps scalars as floats of 32 bits. */
export function scalarValue(tag: string, value: number): Message {
  return new Message().text(1, tag).float(2, value);
}

/** `Summary.Value` with `HistogramProto` */
export function histogramValue(tag: string, histogram: Histogram): Message {
  const proto = new Message(64 + 16 * histogram.limits.length)
    .double(1, histogram.minimum)
    .double(2, histogram.maximum)
    .double(3, histogram.count)
    .double(4, histogram.sum)
    .double(5, histogram.sumOfSquares)
    .doubles(6, histogram.limits)
    .doubles(7, histogram.counts);
  return new Message().text(1, tag).message(5, proto);
}

/** `Summary.Image.colorspace` by the colour type of a PNG file: grey, RGB, palette, grey with alpha, RGBA. */
const COLOUR_SPACES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** `Summary.Value` with `Summary.Image`; `png` begins with a header that was checked. */
export function imageValue(tag: string, png: Uint8Array, width: number, height: number): Message {
  const colourType = png[25] ?? 2;
  const image = new Message(64 + png.length)
    .integer(1, height)
    .integer(2, width)
    .integer(3, COLOUR_SPACES[colourType] ?? 3)
    .bytes(4, png);
  return new Message().text(1, tag).message(4, image);
}

/** `DataType.DT_STRING` and `DataClass.DATA_CLASS_TENSOR` */
const STRINGS = 7;
const TENSOR = 2;

/** `Summary.Value` with a tensor of one string, marked as the text plugin's. */
export function textValue(tag: string, text: string): Message {
  const plugin = new Message().text(1, 'text');
  const metadata = new Message().message(1, plugin).integer(4, TENSOR);
  const shape = new Message().message(2, new Message().integer(1, 1));
  const tensor = new Message().integer(1, STRINGS).message(2, shape).text(8, text);
  return new Message().text(1, tag).message(9, metadata).message(8, tensor);
}
