/**
 * Programs that are broken, made from a sound one: each is refused by its reason. And what an exported network may and
 * may not be asked.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { changed, exportedBytes, exportedFile, withValues, type Place } from '../../../test/support/exported.js';
import { failureOf } from '../../../test/support/failure.js';
import { temporaryFolder } from '../../../test/support/folders.js';
import { leavesNothingAlive } from '../../../test/support/live-tensors.js';
import '../../../test/support/matchers.js';
import { noGrad, ops, SaddlepointError, tidy } from '../../engine/index.js';
import type { Module } from '../../nn/index.js';
import { buildModel, isExported, readExported } from '../index.js';

leavesNothingAlive();

/** Convolution 0, ReLU 1, mean 2, linear 3; the logits are `linear`. */
const SOUND = 'small-two-outputs.dynamic';
const PROGRAM = 'models/model.json';
const graph = (...place: Place): Place => ['graph_module', 'graph', ...place];
const node = (index: number, ...place: Place): Place => graph('nodes', index, ...place);
const input = (index: number, argument: number): Place => node(index, 'inputs', argument, 'arg');
const signature = (...place: Place): Place => ['graph_module', 'signature', ...place];
const image = (index: number): Place => graph('tensor_values', 'x', 'sizes', index);

/** Reads a file and builds its network, as every command does. */
function open(path: string): Module {
  const { description, state } = readExported(path);
  try {
    const model = buildModel(description);
    model.loadStateDict(state);
    return model;
  } finally {
    for (const tensor of state.values()) tensor.dispose();
  }
}

const program = (...values: readonly (readonly [Place, unknown])[]) => withValues(SOUND, PROGRAM, values);

describe('a program is refused', () => {
  test.each([
    [
      'of a newer schema',
      [[['schema_version', 'major'], 99]],
      'version 99.20, expected 5 to 8, those of PyTorch 2.3 to 2.14',
    ],
    ['of an older schema', [[['schema_version', 'major'], 2]], 'version 2.20, expected 5 to 8'],
    ['without a version', [[['schema_version'], null]], 'does not say which version of the schema it has'],
    ['of another form', [[graph('nodes'), {}]], 'its program has another form at graph_module.graph.nodes'],
    [
      'with an operator that nobody knows',
      [[node(1, 'target'), 'torch.ops.aten.hyper_relu.default']],
      'aten.hyper_relu.default, which is none of those that networks are made of',
    ],
    [
      'with an overload that nobody knows',
      [[node(1, 'target'), 'torch.ops.aten.relu.out']],
      'aten.relu.out, which is none of those that networks are made of',
    ],
    [
      'with an operator of somebody else',
      [[node(1, 'target'), 'torch.ops.theirs.relu.default']],
      'torch.ops.theirs.relu.default, which PyTorch alone does not have',
    ],
    [
      'that calls Python',
      [[node(1, 'target'), 'os.system']],
      'the operator os.system, which PyTorch alone does not have',
    ],
    [
      'with arithmetic that is unknown',
      [[node(1, 'target'), '_operator.__class__']],
      'by _operator.__class__, which is not known',
    ],
    [
      'that reads a file',
      [[node(1, 'target'), 'torch.ops.aten.from_file.default']],
      'aten.from_file.default, which is none of those that networks are made of',
    ],
    [
      'that draws numbers',
      [[node(1, 'target'), 'torch.ops.aten.rand_like.default']],
      'aten.rand_like.default, which draws random numbers',
    ],
    [
      'with internal code',
      [[node(1, 'target'), 'torch.ops.aten._foobar.default']],
      'aten._foobar.default, which is none of those that networks are made of',
    ],
    [
      'with an argument that is unknown',
      [[node(1, 'inputs', 0, 'name'), 'other']],
      'gives aten.relu.default the argument other',
    ],
    ['without an argument', [[node(1, 'inputs'), []]], 'gives aten.relu.default no self'],
    [
      'with a graph as an argument',
      [[input(1, 0), { as_graph: {} }]],
      'self of torch.ops.aten.relu.default is as_graph, which is not read',
    ],
    ['with an argument of two kinds', [[input(1, 0), { as_int: 1, as_none: true }]], 'has 2 values, expected one'],
    ['with an argument of another form', [[input(0, 3), { as_ints: 'x' }]], 'has another form than as_ints has'],
    ['with a number that is rounded', [[input(0, 3), { as_int: 2 ** 60 }]], 'expected whole ones of at most 2^53'],
    [
      'that splits into millions',
      [
        [node(1, 'target'), 'torch.ops.aten.tensor_split.sections'],
        [node(1, 'inputs', 1), { name: 'sections', arg: { as_int: 2 ** 31 } }],
      ],
      'aten.tensor_split.sections with 2147483648 parts, expected at most 1048576',
    ],
    [
      'that uses a value before it is made',
      [[input(1, 0), { as_tensor: { name: 'mean' } }]],
      'it uses the value mean before it is there',
    ],
    [
      'that goes in a circle',
      [[input(0, 0), { as_tensor: { name: 'relu' } }]],
      'it uses the value relu before it is there',
    ],
    [
      'that makes a value twice',
      [[node(1, 'outputs', 0, 'as_tensor', 'name'), 'conv2d']],
      'it makes the value conv2d twice',
    ],
    ['that makes an input again', [[node(1, 'outputs', 0, 'as_tensor', 'name'), 'x']], 'it makes the value x twice'],
    [
      'whose logits nothing makes',
      [
        [signature('output_specs', 0, 'user_output', 'arg', 'as_tensor', 'name'), 'gone'],
        [graph('tensor_values', 'gone'), { dtype: 7, sizes: [{ as_int: 2 }, { as_int: 10 }] }],
      ],
      'its logits gone are made by nothing',
    ],
    [
      'that changes its state',
      [[signature('output_specs', 0), { buffer_mutation: {} }]],
      'it changes its own state (buffer_mutation), as in training',
    ],
    [
      'that writes into a weight',
      [
        [node(1, 'target'), 'torch.ops.aten.relu_.default'],
        [input(1, 0), { as_tensor: { name: 'p_fc_bias' } }],
      ],
      'it changes its own tensor fc.bias, as in training',
    ],
    [
      'with an input of another kind',
      [[signature('input_specs', 0), { custom_obj: {} }]],
      'it has an input of the kind custom_obj',
    ],
    [
      'without images',
      [[signature('input_specs', 4), { constant_input: {} }]],
      'its forward takes 0 tensors, expected one, the images',
    ],
    [
      'of images of any size',
      [[image(2), { as_expr: {} }]],
      'its images have any size, expected one. Leave all but the first dimension fixed',
    ],
    [
      'of images of three dimensions',
      [[graph('tensor_values', 'x', 'sizes'), [{ as_int: 2 }, { as_int: 3 }, { as_int: 6 }]]],
      'its forward takes float32 [2, 3, 6], expected images float32 [N, C, H, W]',
    ],
    ['of whole numbers', [[graph('tensor_values', 'x', 'dtype'), 5]], 'its forward takes int64 ['],
    [
      'with a weight of another shape',
      [[graph('tensor_values', 'p_fc_bias', 'sizes', 0, 'as_int'), 11]],
      'its fc.bias is float32 [10], expected float32 [11] as its program says',
    ],
    [
      'with a weight of another type',
      [[graph('tensor_values', 'p_fc_bias', 'dtype'), 8]],
      'its fc.bias is float32 [10], expected float64 [10] as its program says',
    ],
    [
      'with a weight that is not there',
      [[signature('input_specs', 0, 'parameter', 'parameter_name'), 'fc.scale']],
      'its weight fc.scale is missing',
    ],
    [
      'with a weight that nobody describes',
      [[signature('input_specs', 0, 'parameter', 'arg', 'name'), 'p_gone']],
      'it does not say what its input p_gone is',
    ],
    [
      'with a weight called as nothing may be',
      [[signature('input_specs', 0, 'parameter', 'parameter_name'), '__proto__']],
      'its weight __proto__ is missing',
    ],
  ] as const)('%s', (_, values, reason) => {
    const path = program(...(values as readonly (readonly [Place, unknown])[]));
    const failure = failureOf(() => open(path).dispose());
    expect(failure.message).toContain(reason);
    expect(['CHECKPOINT', 'RECIPE']).toContain(failure.code);
  });

  test.each([
    ['that is no JSON', 'graph_module: none', 'its program is no JSON'],
    ['that is a list', '[]', 'does not say which version of the schema it has'],
    ['that nests without end', '['.repeat(100_000), 'its program is no JSON'],
  ])('%s', (_, content, reason) => {
    const path = changed(SOUND, (files, find) => files.set(find(PROGRAM), Buffer.from(content)));
    const failure = failureOf(() => open(path));
    expect([failure.code, failure.message]).toEqual(['CHECKPOINT', expect.stringContaining(reason)]);
    expect(failure.message).toContain(path);
  });
});

test("numbers that JSON has not are read where Python wrote them, and not in a text that is one's name", () => {
  const path = changed(SOUND, (files, find) => {
    const text = files.get(find(PROGRAM))!.toString('utf8');
    const infinite = text.replace('"inputs": [{"name": "self"', '"note": "a: NaN, Infinity", "zero": -Infinity, $&');
    expect(infinite).not.toBe(text);
    files.set(find(PROGRAM), Buffer.from(infinite));
  });
  open(path).dispose();
});

describe('a file that is no archive', () => {
  test('a folder, and none at all', () => {
    for (const path of [temporaryFolder(), '/no/such/file.pt2']) {
      const failure = failureOf(() => readExported(path));
      expect(failure.code).toBe('CHECKPOINT');
      expect(failure.message).toContain(`${path} cannot be opened: `);
      expect(isExported(path)).toBe(false);
    }
  });

  test('empty: what it is called decides whether it is read as one', () => {
    const path = exportedFile(Buffer.alloc(0));
    expect(isExported(path)).toBe(true);
    const failure = failureOf(() => readExported(path));
    expect([failure.code, failure.message]).toEqual([
      'CHECKPOINT',
      `${path} is no exported network that can be read: expected a zip archive, received 0 bytes`,
    ]);
  });
});

describe('a network that was exported', () => {
  const network = () => open(exportedFile(exportedBytes(SOUND)));

  test('takes images of its size alone', () => {
    using model = network();
    tidy(() => {
      const failure = failureOf(() => model.forward(ops.zeros([2, 3, 8, 8])));
      expect([failure.code, failure.message]).toEqual([
        'ARGUMENT',
        'expected images [N, 3, 6, 6], for which the program was exported, received [2, 3, 8, 8]',
      ]);
    });
  });

  test('is not trained', () => {
    using model = network();
    expect(model.training).toBe(false);
    model.train();
    tidy(() => {
      const failure = failureOf(() => model.forward(ops.zeros([2, 3, 6, 6])));
      expect([failure.code, failure.message]).toEqual(['ARGUMENT', expect.stringContaining('a network to train')]);
    });
  });

  test('has the weights by the names that they had in PyTorch', () => {
    using model = network();
    tidy(() => {
      expect([...model.stateDict().keys()].sort()).toEqual(
        ['conv.bias', 'conv.weight', 'fc.bias', 'fc.weight'].map((name) => `program.weights.${name}`),
      );
    });
  });

  test('leaves the images as they were, even where the program writes into them', () => {
    using model = open(exportedFile(exportedBytes('small-in-place.dynamic')));
    tidy(() => {
      const images = ops.full([2, 3, 6, 6], 0.25, { dtype: 'float32' });
      noGrad(() => model.forward(images));
      expect(images).toBeAllclose(ops.full([2, 3, 6, 6], 0.25, { dtype: 'float32' }), 0);
    });
  });

  test('an operator that does not take what it gets is named as an error of the network', () => {
    using model = open(program([input(0, 3), { as_ints: [0, 0] }]));
    tidy(() => {
      expect(() => model.forward(ops.zeros([2, 3, 6, 6]))).toThrow(SaddlepointError);
    });
  });
});
