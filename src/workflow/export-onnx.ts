/**
 * A network as an ONNX file.
 *
 * @module
 */
import { writeFileAtomically } from '../engine/atomic-file.js';
import { SaddlepointError } from '../engine/index.js';
import { onnxModel } from '../models/onnx/index.js';
import { packageVersion } from '../monitoring/index.js';
import { evaluating } from '../nn/index.js';
import { openSubject, type SubjectOptions } from './evaluate-subject.js';
import { describeFile, type ExportedFile } from './export-run.js';
import { pictureNetwork } from './picture-network.js';

export interface ExportOnnxOptions extends Omit<SubjectOptions, 'out'> {
  /** Whether the file has the gradient, too: see `onnxModel`. Default: false. */
  readonly gradient?: boolean | undefined;
  /** Height and width of the images. Default: as the run's data set or the network says. */
  readonly size?: number | undefined;
}

/**
 * Writes a network as ONNX: operator set 17, float32 images [N, C, H, W] in [0, 1] to logits [N, K], any N,
 * normalisation inside; with `gradient` also the gradient of the cross-entropy, so that any ONNX Runtime can attack it.
 *
 * @example
 * const { bytes } = exportOnnx('runs/adversarial', 'robust.onnx', { gradient: true });
 *
 * @param path a run, a checkpoint or a file of weights
 * @throws SaddlepointError CHECKPOINT for what is no network; ARGUMENT for layers that ONNX has not, or where nothing
 *   says how large the images are
 */
export function exportOnnx(path: string, output: string, options: ExportOnnxOptions = {}): ExportedFile {
  const { gradient = false, size: asked, ...network } = options;
  const subject = openSubject(path, network);
  const restore = evaluating(subject.model);
  try {
    const { channels, size } = pictureNetwork(path, subject, { size: asked });
    if (size === undefined)
      throw new SaddlepointError('ARGUMENT', 'expected --size, the height and width of the images, received none');
    const version = packageVersion();
    const bytes = onnxModel(subject.model, { shape: [channels, size, size], gradient, version });
    writeFileAtomically(output, bytes);
    return describeFile(output, bytes);
  } finally {
    restore();
    subject.lock?.release();
    subject.model.dispose();
  }
}
