/**
 * A network in ONNX: float32, any batch, normalisation inside; with the gradient of its cross-entropy where that is
 * asked, so that whoever runs it can attack it.
 *
 * @module
 */
import { SaddlepointError } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { OnnxGraph, type Value } from './graph.js';
import { emit } from './layers.js';
import { encodeModel, FLOAT, INT64, IR_VERSION, OPERATOR_SET } from './messages.js';

export interface OnnxOptions {
  /** Of one image: [C, H, W]. */
  readonly shape: readonly number[];
  /**
   * Whether there is a second input `labels`, int64 [N], and a second output `gradient`: that of the cross-entropy's
   * sum over the images with respect to them, so that each image has its own. Default: false.
   */
  readonly gradient?: boolean | undefined;
  /** Notes for the file's metadata, e.g. the names of the classes. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Of Saddlepoint, for the file. */
  readonly version?: string | undefined;
}

/**
 * The bytes of an ONNX file, operator set 17: from `images`, float32 [N, C, H, W] in [0, 1], to `logits`, float32 [N,
 * K], as the network computes in evaluation mode.
 *
 * @throws SaddlepointError ARGUMENT for a layer of which no operators of ONNX are known, or that has no gradient there
 */
export function onnxModel(model: Module, { shape, gradient = false, metadata = {}, version }: OnnxOptions): Uint8Array {
  const graph = new OnnxGraph();
  const logits = emit(graph, model, { name: 'images', shape });
  const batched = (sizes: readonly number[]) => ['N', ...sizes];
  graph.nodes.push({ opType: 'Identity', name: 'logits', input: [logits.name], output: ['logits'] });
  const inputs = [valueInfo('images', FLOAT, batched(shape))];
  const outputs = [valueInfo('logits', FLOAT, batched(logits.shape))];
  if (gradient) {
    addGradient(graph, logits);
    inputs.push(valueInfo('labels', INT64, ['N']));
    outputs.push(valueInfo('gradient', FLOAT, batched(shape)));
  }
  return encodeModel({
    irVersion: IR_VERSION,
    producerName: 'saddlepoint',
    ...(version !== undefined && { producerVersion: version }),
    opsetImport: [{ version: OPERATOR_SET }],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: { name: 'network', node: graph.nodes, initializer: graph.initializers, input: inputs, output: outputs },
  });
}

/** Of the cross-entropy with respect to the logits: softmax less the label's own one. */
function addGradient(graph: OnnxGraph, logits: Value): void {
  const [classes = 0] = logits.shape;
  if (classes < 2)
    throw new SaddlepointError('ARGUMENT', 'expected two logits or more for a gradient in ONNX, received a single one');
  const depth = graph.wholes([classes]);
  const own = graph.add('OneHot', ['labels', depth, graph.floats([0, 1], [2])], { axis: -1 });
  const ofLogits = graph.add('Sub', [graph.add('Softmax', [logits.name], { axis: -1 }), own]);
  const found = graph.gradient(logits.name, ofLogits, 'images');
  graph.nodes.push({ opType: 'Identity', name: 'gradient', input: [found], output: ['gradient'] });
}

function valueInfo(name: string, elemType: number, sizes: readonly (string | number)[]) {
  const dim = sizes.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
