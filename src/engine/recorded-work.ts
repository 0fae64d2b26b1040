/**
 * CUDA graphs: work on a GPU recorded once and launched again as a whole, without JavaScript, dispatcher and driver in
 * between.
 *
 * @module
 */
import type { Device } from './dtypes.js';
import { SaddlepointError } from './errors.js';
import { nativeGraphs, type NativeGraphs } from './native.js';
import { keep, tidy } from './scopes.js';
import type { Tensor } from './tensor.js';

/** Work that can be done again, on what its inputs hold then. */
export interface Replayable extends Disposable {
  /** Does it, perhaps without waiting for its end. @returns what it returned when it was recorded, written anew */
  replay(): Tensor;
}

/** Passes before the recording: libraries set themselves up and choose their algorithms, which cannot be recorded. */
const WARM_UP = 3;

/** Whether this engine can record on that device: a CUDA LibTorch, built where CUDA's headers were found. */
export function canRecord(device: Device): boolean {
  return device !== 'cpu' && nativeGraphs !== undefined;
}

/**
 * Runs work a few times, then records it. The recording reads and writes the very memory it was made with: to give it
 * other input, copy that into the tensors the work began from.
 *
 * The recording keeps the memory that the work needed for itself.
 *
 * @param work nothing in it may wait for the device, read a value back or copy from the CPU
 * @throws SaddlepointError ARGUMENT where {@link canRecord} is false; TORCH for work that cannot be recorded
 */
export function record(device: Device, work: () => Tensor): Replayable {
  const graphs = nativeGraphs;
  if (device === 'cpu' || graphs === undefined) {
    throw new SaddlepointError(
      'ARGUMENT',
      `expected a GPU and an engine with CUDA graphs to record work, received ${device}`,
    );
  }
  const graph = graphs.graphCreate(device);
  let output: Tensor | undefined;
  try {
    graphs.graphEnter(graph);
    try {
      for (let i = 0; i < WARM_UP; i += 1) tidy(work).dispose();
      graphs.graphBegin(graph);
      output = recorded(work, () => {
        graphs.graphEnd(graph);
      });
    } finally {
      graphs.graphLeave(graph);
    }
    return replayable(output, graph, graphs);
  } catch (error) {
    output?.dispose();
    graphs.graphFree(graph);
    throw error;
  }
}

/** Does the work and ends the recording, also after an error, or everything that follows would be recorded. */
function recorded(work: () => Tensor, end: () => void): Tensor {
  let output: Tensor;
  try {
    output = keep(tidy(work));
  } catch (error) {
    try {
      end();
    } catch {
      // says that the recording failed, not why
    }
    throw error;
  }
  try {
    end();
  } catch (error) {
    output.dispose();
    throw error;
  }
  return output;
}

function replayable(output: Tensor, graph: number, graphs: NativeGraphs): Replayable {
  return {
    replay: () => {
      graphs.graphReplay(graph);
      return output;
    },
    [Symbol.dispose]: () => {
      output.dispose();
      graphs.graphFree(graph);
    },
  };
}
