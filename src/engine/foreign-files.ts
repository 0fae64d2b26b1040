/**
 * Files that hold a network in a form which is not read, named as what they are, with the way in: a few lines of Python
 * that turn them into a state dict. Looks at the first bytes and at an archive's list of files; executes nothing.
 *
 * @module
 */
import { closeSync } from 'node:fs';
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

/** What a Python that has the file's own library says. */
function python(what: string, ...lines: readonly string[]): string {
  return `${what} in Python:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

/** For a whole network that was pickled: only Python can tell what it is, by executing it. */
export function pickledNetwork(path: string): string {
  const line = `torch.save(torch.load(${quoted(path)}, map_location="cpu", weights_only=False).state_dict(), ${TARGET})`;
  return python(
    "Nothing in it was executed. Where the network's own code can be imported, and for a file that you trust, its weights alone",
    'import torch',
    line,
  );
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
    return { kind: 'a TorchScript program', wayIn: python('Its weights alone', 'import torch', line) };
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
    const wayIn = `${python('Its weights alone', 'import onnx, torch; from onnx import numpy_helper', line)}\nAn export with constant folding has changed them: then save the state dict of the network it was made from`;
    return { kind: 'an ONNX graph', wayIn };
  }
  return undefined;
}

/** A protocol buffer whose first field is a small version, followed by a producer, a graph or the like. */
function isOnnx(head: Buffer): boolean {
  const [tag, version, next] = head;
  const fields = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42];
  return tag === 0x08 && version !== undefined && version >= 1 && version <= 32 && fields.includes(next ?? 0);
}
