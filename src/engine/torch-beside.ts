/**
 * What checkpoints hold beside the weights: a program's options, the best accuracy as a number of NumPy's. It is read
 * past: in its place stands a value that says nothing, or a dictionary, and nothing of it is called.
 *
 * @module
 */
import { PickleFunction, PickleObject } from './pickle.js';

/** Stands for a Python object that nobody here looks at. */
class Unread extends PickleObject {
  override setState(): void {
    // whatever it is, it is not looked at
  }
}

const OBJECTS = new Set([
  '__builtin__.complex',
  '__builtin__.int',
  '__builtin__.long',
  '__builtin__.object',
  '__builtin__.set',
  '_codecs.encode',
  'argparse.Namespace',
  'copy_reg._reconstructor',
  'numpy.dtype',
  'numpy.ndarray',
  'numpy.core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray.scalar',
  'numpy._core.multiarray._reconstruct',
  'pathlib.Path',
  'pathlib.PosixPath',
  'pathlib.WindowsPath',
  'torch.device',
]);
const DICTIONARIES = new Set([
  'builtins.dict',
  '__builtin__.dict',
  'collections.Counter',
  'collections.defaultdict',
  'easydict.EasyDict',
  'lightning_fabric.utilities.data.AttributeDict',
  'pytorch_lightning.utilities.parsing.AttributeDict',
  'yacs.config.CfgNode',
]);

/** Undefined for a name that is none of these. */
export function besideWeights(name: string): PickleFunction | undefined {
  if (OBJECTS.has(name)) return new PickleFunction(name, () => new Unread());
  if (DICTIONARIES.has(name)) return new PickleFunction(name, () => new Map());
  return undefined;
}
