/**
 * Pickles: plain data as Python writes it is read; anything that would run is refused and does not run.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { SaddlepointError } from '../engine/index.js';
import { batchOf, pixelsOf, refusalOf } from './made-up-files.test-helper.js';
import { readNumpyPickle, type ByteArray } from './numpy-pickle.js';

// pickle.dumps({'batch_label': 'one', 'labels': [3, 1], 'data': np.arange(12, dtype=np.uint8).reshape(2, 6),
//   'filenames': ['a.png', 'b.png'], 'rest': (None, True, False, -5, 70000)}, protocol), by Python 3.11 and NumPy 2.4;
// in the last, the array has its columns together (np.asfortranarray).
const WRITTEN = {
  'protocol 2':
    'gAJ9cQAoWAsAAABiYXRjaF9sYWJlbHEBWAMAAABvbmVxAlgGAAAAbGFiZWxzcQNdcQQoSwNLAWVYBAAAAGRhdGFxBWNudW1weS5fY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxBmNudW1weQpuZGFycmF5CnEHSwCFcQhjX2NvZGVjcwplbmNvZGUKcQlYAQAAAGJxClgGAAAAbGF0aW4xcQuGcQxScQ2HcQ5ScQ8oSwFLAksGhnEQY251bXB5CmR0eXBlCnERWAIAAAB1MXESiYiHcRNScRQoSwNYAQAAAHxxFU5OTkr/////Sv////9LAHRxFmKJaAlYDAAAAAABAgMEBQYHCAkKC3EXaAuGcRhScRl0cRpiWAkAAABmaWxlbmFtZXNxG11xHChYBQAAAGEucG5ncR1YBQAAAGIucG5ncR5lWAQAAAByZXN0cR8oToiJSvv///9KcBEBAHRxIHUu',
  'protocol 3':
    'gAN9cQAoWAsAAABiYXRjaF9sYWJlbHEBWAMAAABvbmVxAlgGAAAAbGFiZWxzcQNdcQQoSwNLAWVYBAAAAGRhdGFxBWNudW1weS5fY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxBmNudW1weQpuZGFycmF5CnEHSwCFcQhDAWJxCYdxClJxCyhLAUsCSwaGcQxjbnVtcHkKZHR5cGUKcQ1YAgAAAHUxcQ6JiIdxD1JxEChLA1gBAAAAfHERTk5OSv////9K/////0sAdHESYolDDAABAgMEBQYHCAkKC3ETdHEUYlgJAAAAZmlsZW5hbWVzcRVdcRYoWAUAAABhLnBuZ3EXWAUAAABiLnBuZ3EYZVgEAAAAcmVzdHEZKE6IiUr7////SnARAQB0cRp1Lg==',
  'protocol 4':
    'gASV/gAAAAAAAAB9lCiMC2JhdGNoX2xhYmVslIwDb25llIwGbGFiZWxzlF2UKEsDSwFljARkYXRhlIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwJLBoaUaAmMBWR0eXBllJOUjAJ1MZSJiIeUUpQoSwOMAXyUTk5OSv////9K/////0sAdJRiiUMMAAECAwQFBgcICQoLlHSUYowJZmlsZW5hbWVzlF2UKIwFYS5wbmeUjAViLnBuZ5RljARyZXN0lChOiIlK+////0pwEQEAdJR1Lg==',
  'columns together':
    'gAJ9cQAoWAsAAABiYXRjaF9sYWJlbHEBWAMAAABvbmVxAlgGAAAAbGFiZWxzcQNdcQQoSwNLAWVYBAAAAGRhdGFxBWNudW1weS5fY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxBmNudW1weQpuZGFycmF5CnEHSwCFcQhjX2NvZGVjcwplbmNvZGUKcQlYAQAAAGJxClgGAAAAbGF0aW4xcQuGcQxScQ2HcQ5ScQ8oSwFLAksGhnEQY251bXB5CmR0eXBlCnERWAIAAAB1MXESiYiHcRNScRQoSwNYAQAAAHxxFU5OTkr/////Sv////9LAHRxFmKIaAlYDAAAAAAGAQcCCAMJBAoFC3EXaAuGcRhScRl0cRpiWAkAAABmaWxlbmFtZXNxG11xHChYBQAAAGEucG5ncR1YBQAAAGIucG5ncR5lWAQAAAByZXN0cR8oToiJSvv///9KcBEBAHRxIHUu',
  // The array as numpy._core.numeric._frombuffer of a bytearray; of bytes, where it may not be changed.
  'protocol 5':
    'gAWV9AAAAAAAAAB9lCiMC2JhdGNoX2xhYmVslIwNdGVzdGluZyBiYXRjaJSMBmxhYmVsc5RdlChLA0sBZYwEZGF0YZSME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWDAAAAAAAAAAAAQIDBAUGBwgJCguUjAVudW1weZSMBWR0eXBllJOUjAJ1MZSJiIeUUpQoSwOMAXyUTk5OSv////9K/////0sAdJRiSwJLBoaUjAFDlHSUUpSMCWZpbGVuYW1lc5RdlCiMBWEucG5nlIwFYi5wbmeUZYwEcmVzdJRdlChOiIlK+////0pwEQEAZXUu',
  'protocol 5, read-only':
    'gAWV7QAAAAAAAAB9lCiMC2JhdGNoX2xhYmVslIwNdGVzdGluZyBiYXRjaJSMBmxhYmVsc5RdlChLA0sBZYwEZGF0YZSME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlChDDAABAgMEBQYHCAkKC5SMBW51bXB5lIwFZHR5cGWUk5SMAnUxlImIh5RSlChLA4wBfJROTk5K/////0r/////SwB0lGJLAksGhpSMAUOUdJRSlIwJZmlsZW5hbWVzlF2UKIwFYS5wbmeUjAViLnBuZ5RljARyZXN0lF2UKE6IiUr7////SnARAQBldS4=',
  'protocol 5, columns together':
    'gAWV9AAAAAAAAAB9lCiMC2JhdGNoX2xhYmVslIwNdGVzdGluZyBiYXRjaJSMBmxhYmVsc5RdlChLA0sBZYwEZGF0YZSME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWDAAAAAAAAAAABgEHAggDCQQKBQuUjAVudW1weZSMBWR0eXBllJOUjAJ1MZSJiIeUUpQoSwOMAXyUTk5OSv////9K/////0sAdJRiSwJLBoaUjAFGlHSUUpSMCWZpbGVuYW1lc5RdlCiMBWEucG5nlIwFYi5wbmeUZYwEcmVzdJRdlChOiIlK+////0pwEQEAZXUu',
};
// pickle.dumps({'data': np.arange(2)}, 2): an array of 8-byte numbers.
const WIDE =
  'gAJ9cQBYBAAAAGRhdGFxAWNudW1weS5fY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxAmNudW1weQpuZGFycmF5CnEDSwCFcQRjX2NvZGVjcwplbmNvZGUKcQVYAQAAAGJxBlgGAAAAbGF0aW4xcQeGcQhScQmHcQpScQsoSwFLAoVxDGNudW1weQpkdHlwZQpxDVgCAAAAaThxDomIh3EPUnEQKEsDWAEAAAA8cRFOTk5K/////0r/////SwB0cRJiiWgFWBAAAAAAAAAAAAAAAAEAAAAAAAAAcRNoB4ZxFFJxFXRxFmJzLg==';
const base64 = (text: string) => Buffer.from(text, 'base64');
const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('what is read', () => {
  test.each(Object.entries(WRITTEN))('a dictionary of labels and bytes, %s', (_, text) => {
    const content = readNumpyPickle(base64(text), 'file') as Map<string, unknown>;
    expect([...content.keys()]).toEqual(['batch_label', 'labels', 'data', 'filenames', 'rest']);
    expect(content.get('labels')).toEqual([3, 1]);
    expect(content.get('rest')).toEqual([null, true, false, -5, 70000]);
    const data = content.get('data') as ByteArray;
    expect(data.shape).toEqual([2, 6]);
    expect([...data.bytes]).toEqual([...Array(12).keys()]);
  });

  test("what Python 2 wrote, as in CIFAR's archives", () => {
    const content = readNumpyPickle(batchOf('labels', [7, 2, 9], 4), 'file') as Map<string, unknown>;
    expect(content.get('labels')).toEqual([7, 2, 9]);
    const data = content.get('data') as ByteArray;
    expect(data.shape).toEqual([3, 3072]);
    expect(Buffer.from(data.bytes.subarray(3072, 6144)).equals(pixelsOf(5))).toBe(true);
  });
});

describe('what is refused', () => {
  test.each([
    [
      'a call of the system, protocol 2',
      latin1('\x80\x02cposix\nsystem\nX\x04\0\0\0true\x85R.'),
      /it asks for posix\.system/,
    ],
    [
      'the same, protocol 4',
      latin1('\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.'),
      /it asks for posix\.system/,
    ],
    ['eval', latin1('\x80\x02c__builtin__\neval\nX\x01\0\0\x001\x85R.'), /it asks for __builtin__\.eval/],
    ["another of NumPy's functions", latin1('\x80\x02cnumpy\nload\n.'), /it asks for numpy\.load/],
    [
      'a known name for something else',
      latin1('\x80\x02cnumpy.core.multiarray\n_reconstruct\nK\x01\x85R.'),
      /it calls numpy\.core/,
    ],
    ['a call of what is no name', latin1('\x80\x02K\x01)R.'), /it calls what is no function/],
    ['an instance of a class', latin1('\x80\x02(i__main__\nX\n.'), /instruction 0x69 at byte 3/],
    ['an array of other numbers', base64(WIDE), /it calls numpy\.dtype for something else/],
    [
      'an array of another order of its dimensions, protocol 5',
      base64(WRITTEN['protocol 5'].replace('jAFDlH', 'jAFLlH')),
      /it calls numpy\._core\.numeric\._frombuffer for something else/,
    ],
    ['bytes longer than the file', latin1('\x80\x05\x8e\xff\xff\xff\xff\xff\xff\xff\xffab.'), /it ends too early/],
    ['a later protocol', latin1('\x80\x09N.'), /its protocol 9 is unknown/],
    ['no pickle', latin1('<html>'), /instruction 0x3c at byte 0/],
    ['an empty file', latin1(''), /it ends too early/],
    ['nothing on the stack', latin1('.'), /a value is missing/],
  ])('%s', (_, bytes, message) => {
    const text = refusalOf(() => readNumpyPickle(bytes, 'some/file'));
    expect(text).toMatch(/^some\/file is not a pickle of plain data: .*It was not executed/);
    expect(text).toMatch(message);
  });

  test('a pickle cut off or changed anywhere is read or refused, never worse', () => {
    const whole = batchOf('labels', [1]).subarray(0, 250);
    const written = base64(WRITTEN['protocol 4']);
    for (const bytes of [whole, written]) {
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at]! + 1 + ((at * 37) % 255)) % 256;
        for (const attempt of [bytes.subarray(0, at), changed]) {
          try {
            readNumpyPickle(attempt, 'file');
          } catch (error) {
            expect(error).toBeInstanceOf(SaddlepointError);
          }
        }
      }
    }
  });

  test('an array of columns whose state is set again and again is turned once, when it is asked for', () => {
    // 16,000 times the same state of 30,000 bytes; turned every time it took a minute.
    const [states, length] = [16_000, 30_000];
    const bytes = `T${uint32(length)}${'\x05'.repeat(length)}`;
    const state = `(K\x01K\x02M\x98\x3a\x86cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R\x88${bytes}tq\x02`;
    const array = `cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87Rq\x01`;
    const made = readNumpyPickle(latin1(`\x80\x02${array}${state}b${'h\x02b'.repeat(states)}.`), 'file') as ByteArray;
    expect(made.shape).toEqual([2, 15_000]);
    expect(made.bytes).toHaveLength(length);
  });

  test('text that is encoded again and again is encoded once', () => {
    const encode = 'c_codecs\nencode\nq\x00';
    const text = `X${uint32(100_000)}${'x'.repeat(100_000)}X${uint32(6)}latin1\x86q\x01`;
    const list = readNumpyPickle(
      latin1(`\x80\x02${encode}${text}](${'h\x00h\x01R'.repeat(20_000)}e.`),
      'file',
    ) as Buffer[];
    expect(list).toHaveLength(20_000);
    expect(new Set(list.map((bytes) => bytes.buffer)).size).toBe(1);
  });
});

/** A number of the pickle, little-endian, as Latin-1 text. */
function uint32(value: number): string {
  return String.fromCharCode(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}
