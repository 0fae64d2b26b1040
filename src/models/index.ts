/**
 * Networks: their architectures, and state dicts that come from elsewhere.
 *
 * @module
 */
export {
  ARCHITECTURES,
  buildModel,
  checkModel,
  createModel,
  defineArchitecture,
  modelSchema,
  summarizeModel,
  type Architecture,
  type ArchitectureName,
  type ForeignDescription,
  type ModelDescription,
} from './architectures.js';
export {
  BOUND_RULES,
  certified,
  crownMargins,
  defineBoundRule,
  imageBox,
  intervalBounds,
  intervalMargins,
  monotone,
  type AffineMap,
  type BoundRule,
  type Box,
  type CrownOptions,
  type Lines,
} from './bounds/index.js';
export { PreActResNet, type PreActResNetOptions } from './preact-resnet.js';
export {
  ExportedNetwork,
  ExportedProgram,
  isExported,
  normalizesItself,
  readExported,
  type ExportedFile,
  type Program,
} from './exported/index.js';
export { onnxModel, type OnnxOptions } from './onnx/index.js';
export { listArchitectures, type ListedArchitecture, type ListedOption } from './list-architectures.js';
export { LayerList, type LayerListOptions } from './layer-list.js';
export { NORMALIZATION_PRESETS } from './normalization-presets.js';
export { PreActivationBlock } from './pre-activation-block.js';
export { BasicBlock, Bottleneck, ResidualBlock } from './residual-blocks.js';
export { ResNet, type ResNetOptions } from './resnet.js';
export { SimpleNet, type SimpleNetOptions } from './simplenet.js';
export { SmallCnn, type SmallCnnOptions } from './small-cnn.js';
export { WideResNet, type WideResNetOptions } from './wide-resnet.js';
export {
  describeForeign,
  draftLayers,
  fillFrom,
  PYTORCH_NAMES,
  readNetwork,
  renamePyTorchState,
  unwrapState,
  type AskedNetwork,
  type DraftLayer,
  type ForeignNetwork,
  type UnwrappedState,
} from './state-dict/index.js';
