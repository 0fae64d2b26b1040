/**
 * Archives of torch.export that are broken, made from a sound one: each is refused by what is wrong with it, before
 * memory is taken.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { changed, exportedBytes, exportedFile, withValues, type Place } from '../../test/support/exported.js';
import { leavesNothingAlive } from '../../test/support/live-tensors.js';
import { ExportedArchive, isArchiveError } from './exported-archive.js';

leavesNothingAlive();

const SOUND = 'small-residual.dynamic';
const CONFIG = 'model_weights_config.json';
const HUGE = 2 ** 40;

/** Why an archive is refused. */
function reasonOf(path: string): string {
  try {
    using archive = new ExportedArchive(path);
    const { weights, constants } = archive.tensors();
    for (const tensor of [...weights.values(), ...constants.values()]) tensor.dispose();
    return `it has a program of ${archive.program.length} characters`;
  } catch (error) {
    if (isArchiveError(error)) return error.message;
    throw error;
  }
}

/** The archive with another description of the last layer's weight, which is float32 [10, 4] in 160 bytes. */
const described = (...values: readonly (readonly [Place, unknown])[]) =>
  withValues(
    SOUND,
    CONFIG,
    values.map(([place, value]) => [['config', 'fc.weight', ...place], value] as const),
  );
const meta = (...place: Place): Place => ['tensor_meta', ...place];

test('a sound one is read', () => {
  expect(reasonOf(exportedFile(exportedBytes(SOUND)))).toMatch(/^it has a program of \d+ characters$/);
});

describe('a file that is none', () => {
  test.each([
    ['an empty file', Buffer.alloc(0), 'expected a zip archive, received 0 bytes'],
    ['a text', Buffer.from('hello, this is no zip archive'), 'found no end of one; is the file cut off?'],
    ['cut in the middle', exportedBytes(SOUND).subarray(0, 20_000), 'found no end of one; is the file cut off?'],
    ['cut at the start', exportedBytes(SOUND).subarray(1000), /^its (end|list)|lies beyond|is not where/],
  ])('%s', (_, bytes, reason) => {
    expect(reasonOf(exportedFile(bytes))).toMatch(reason);
  });

  test('an archive of something else', () => {
    const path = changed(SOUND, (files, find) => void files.delete(find('archive_format')));
    expect(reasonOf(path)).toBe('it is no archive of torch.export');
  });
});

describe('a version or form that is not known', () => {
  test.each([
    ['archive_version', '7', 'expected version 0 of the archive, received "7"'],
    ['archive_version', 'new', 'expected version 0 of the archive, received "new"'],
    ['byteorder', 'big', 'its numbers have the bytes in another order'],
    [CONFIG, 'this is no JSON', /^its list of tensors is no JSON: /],
    [CONFIG, '{"config": {"fc.weight": 3}}', /^its list of tensors has another form: config\.fc\.weight: /],
    [CONFIG, '{"config": {"fc.weight": {"path_name": "weight_2", "use_pickle": Infinity}}}', /is no JSON/],
  ])('%s is %s', (file, content, reason) => {
    expect(reasonOf(changed(SOUND, (files, find) => files.set(find(file), Buffer.from(content))))).toMatch(reason);
  });

  test('no program, but compiled code', () => {
    const path = changed(SOUND, (files, find) => {
      files.delete(find('model.json'));
      files.set('small-residual.dynamic/data/aotinductor/model/model.so', Buffer.from('x'));
    });
    expect(reasonOf(path)).toMatch(/^it has no program models\/model\.json, but .*model\.so\. torch\.export\.save/);
  });

  test('no weights', () => {
    expect(reasonOf(changed(SOUND, (files, find) => void files.delete(find(CONFIG))))).toBe('it has no weights');
  });
});

describe('a tensor that is not what its description says', () => {
  test.each([
    [
      'a size',
      [[meta('sizes', 0, 'as_int'), 11]],
      'fc.weight needs 44 numbers of 4 bytes, but its file weight_2 has 160',
    ],
    ['a huge size', [[meta('sizes', 0, 'as_int'), HUGE]], /^fc\.weight needs 4398046511104 numbers of 4 bytes, but/],
    ['a stride', [[meta('strides', 0, 'as_int'), 5]], 'fc.weight needs 49 numbers of 4 bytes, but its file weight_2'],
    ['an offset', [[meta('storage_offset', 'as_int'), 1]], 'fc.weight needs 41 numbers of 4 bytes, but its file'],
    [
      'a wider type',
      [[meta('dtype'), 8]],
      'fc.weight needs 40 numbers of 8 bytes, but its file weight_2 has 160 bytes',
    ],
    ['a type that is not read', [[meta('dtype'), 29]], 'of a type or layout that is not read, of the numbers 29 and 7'],
    [
      'a layout that is not read',
      [[meta('layout'), 2]],
      'of a type or layout that is not read, of the numbers 7 and 2',
    ],
    ['a negative size', [[meta('sizes', 0, 'as_int'), -1]], /another form: config\.fc\.weight\.tensor_meta\.sizes\.0/],
    ['a negative stride', [[meta('strides', 0, 'as_int'), -4]], /another form: .*strides\.0/],
    ['a negative offset', [[meta('storage_offset', 'as_int'), -1]], /another form: .*storage_offset/],
    ['half a size', [[meta('sizes', 0, 'as_int'), 9.5]], /another form: .*sizes\.0/],
    ['a size to be computed', [[meta('sizes', 0), { as_expr: 's0' }]], /another form: .*sizes\.0/],
    ['more strides than sizes', [[meta('strides', 2), { as_int: 1 }]], 'fc.weight has 2 sizes and 3 strides'],
    ['a file that is missing', [[['path_name'], 'weight_99']], 'data/weights/weight_99 of fc.weight is missing'],
    ['a file outside', [[['path_name'], '../../../../etc/passwd']], '../../etc/passwd of fc.weight is missing'],
    ['a pickle', [[['use_pickle'], true]], 'fc.weight is a pickled object, which would have to be executed'],
    ['an object', [[['tensor_meta'], null]], 'fc.weight is a pickled object, which would have to be executed'],
  ] as const)('%s', (_, values, reason) => {
    expect(reasonOf(described(...values))).toMatch(reason);
  });

  test('repeated so often that a small file would fill the memory', () => {
    const repeated = [meta('sizes', 0, 'as_int'), HUGE] as const;
    const path = described(repeated, [meta('strides', 0, 'as_int'), 0]);
    expect(reasonOf(path)).toMatch(/^its tensors claim \d+ bytes of \d+$/);
  });

  test('a file of weights that is shorter than it was', () => {
    const path = changed(SOUND, (files, find) => files.set(find('weight_2'), Buffer.alloc(156)));
    expect(reasonOf(path)).toBe('fc.weight needs 40 numbers of 4 bytes, but its file weight_2 has 156 bytes');
  });
});
