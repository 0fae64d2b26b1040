/**
 * Files that hold a network in a form which is not read, named as what they are, with the way in: a few lines of Python
 * that write the whole network as torch.export does, or its state dict. Looks at the first bytes and at an archive's
 * list of files; executes nothing.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { HOW_TO_EXPORT } from './how-to-export.js';
import { openFile, readAt } from './read-file.js';
import { StoredZip } from './zip.js';

export interface ForeignFile {
  /** E.g. `a TorchScript program`. */
  readonly kind: string;
  /** What to do, as the end of a sentence or as lines of Python. */
  readonly wayIn: string;
}

const HEAD = 512;
const TARGET = '"weights.pt"';

/** Undefined for a file that may be read: PyTorch's or safetensors, or nothing that anybody knows. */
export function nameForeignFile(path: string): ForeignFile | undefined {
  const { file, size } = openFile(path);
  let head: Buffer;
  try {
    head = readAt(file, 0, Math.min(HEAD, size));
  } finally {
    closeSync(file);
  }
  if (head.subarray(0, 2).toString('latin1') === 'PK') return ofArchive(path);
  return ofHead(path, head);
}

/** The whole network from what the file was made from, as nothing turns the file itself into one; or its weights. */
function exportedFrom(made: string, weights: string): string {
  return `The network it was made from, ${made}, is read whole. ${HOW_TO_EXPORT}\n${weights}`;
}

/** What a Python that has the file's own library says. */
function python(what: string, ...lines: readonly string[]): string {
  return `${what} in Python:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

/** For a whole network that was pickled: only Python can tell what it is, by executing it. */
export function pickledNetwork(path: string): string {
  const load = `model = torch.load(${quoted(path)}, map_location="cpu", weights_only=False)`;
  const lines = python(
    "Nothing in it was executed. Where the network's own code can be imported, and for a file that you trust,",
    'import torch',
    load,
    `torch.save(model.state_dict(), ${TARGET})`,
  );
  return `${lines}\nwrites its weights alone, and after the first two lines the network as a whole: ${HOW_TO_EXPORT}`;
}

const quoted = (path: string) => JSON.stringify(path);

function ofArchive(path: string): ForeignFile | undefined {
  let names: readonly string[];
  try {
    using zip = new StoredZip(path);
    names = zip.names;
  } catch {
    return undefined; // whoever reads it says what is wrong
  }
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^[^/]+\/constants\.pkl$/) && has(/^[^/]+\/code\//)) {
    const line = `torch.save(torch.jit.load(${quoted(path)}, map_location="cpu").state_dict(), ${TARGET})`;
    return {
      kind: 'a TorchScript program',
      wayIn: exportedFrom('before it was scripted or traced', python('Its weights alone', 'import torch', line)),
    };
  }
  if (has(/(^|\/)(archive_format|serialized_exported_program\.json)$/) || has(/^[^/]+\/models\/[^/]+\.json$/)) {
    const line = `torch.save(dict(torch.export.load(${quoted(path)}).state_dict), ${TARGET})`;
    return { kind: 'a program of torch.export', wayIn: python('Its weights alone', 'import torch', line) };
  }
  if (has(/\.npy$/)) {
    const line = `torch.save({k: torch.tensor(v) for k, v in numpy.load(${quoted(path)}).items()}, ${TARGET})`;
    return { kind: 'an archive of NumPy arrays', wayIn: python('As a state dict', 'import numpy, torch', line) };
  }
  if (has(/^(config\.json|model\.weights\.h5)$/)) return { kind: 'a network of Keras', wayIn: KERAS };
  return undefined;
}

const KERAS =
  'Its names and layouts are other ones: build the network in PyTorch, copy the weights over, and save its state dict';

function ofHead(path: string, head: Buffer): ForeignFile | undefined {
  const text = head.toString('latin1');
  if (head.length === 0) return { kind: 'an empty file', wayIn: 'Was it copied or downloaded to its end?' };
  if (text.startsWith('version https://git-lfs')) {
    return { kind: 'a pointer of Git LFS, not the file itself', wayIn: 'Run `git lfs pull` in its repository' };
  }
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) {
    return { kind: 'a web page', wayIn: 'The download brought a page in place of the file: download it once more' };
  }
  if (
    text.startsWith('\x1f\x8b') ||
    text.startsWith('BZh') ||
    text.startsWith('\xfd7zXZ') ||
    text.slice(257, 262) === 'ustar'
  ) {
    return { kind: 'a packed archive', wayIn: 'Unpack it first, e.g. with tar or gunzip' };
  }
  if (text.startsWith('\x89HDF')) return { kind: 'an HDF5 file, as Keras writes', wayIn: KERAS };
  if (isOnnx(head)) {
    const line = `torch.save({t.name: torch.tensor(numpy_helper.to_array(t)) for t in onnx.load(${quoted(path)}).graph.initializer}, ${TARGET})`;
    const weights = python('Its weights alone', 'import onnx, torch; from onnx import numpy_helper', line);
    const wayIn = exportedFrom("where that is one of PyTorch's", weights);
    return { kind: 'an ONNX graph', wayIn: `${wayIn}\nAn export with constant folding has changed them` };
  }
  return undefined;
}

/** A protocol buffer whose first field is a small version, followed by a producer, a graph or the like. */
function isOnnx(head: Buffer): boolean {
  const [tag, version, next] = head;
  const fields = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42];
  return tag === 0x08 && version !== undefined && version >= 1 && version <= 32 && fields.includes(next ?? 0);
}
