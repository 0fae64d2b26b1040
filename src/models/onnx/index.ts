/**
 * Networks written as ONNX.
 *
 * @module
 */
export { onnxModel, type OnnxOptions } from './onnx-model.js';
