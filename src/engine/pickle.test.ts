/**
 * Pickles: plain values are read; what asks for another name, calls something or is cut off is refused.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { PickleFunction, PickleObject, readPickle } from './pickle.js';

const read = (text: string) => readPickle(Buffer.from(text, 'latin1'), { global: () => undefined });

test.each([
  ['\x80\x02K\x07.', 7],
  ['\x80\x02J\xfe\xff\xff\xff.', -2],
  ['\x80\x02\x8a\x02\x00\x80.', -32768],
  ['\x80\x02\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01.', 2n ** 64n],
  ['\x80\x02G\x3f\xf8\x00\x00\x00\x00\x00\x00.', 1.5],
  ['\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94.', 'a'],
  ['\x80\x05\x96\x02\x00\x00\x00\x00\x00\x00\x00ab.', Buffer.from('ab')],
  ['\x80\x04\x8e\x01\x00\x00\x00\x00\x00\x00\x00b.', Buffer.from('b')],
  ['\x80\x04\x8d\x01\x00\x00\x00\x00\x00\x00\x00t.', 't'],
  ['\x80\x02]q\x00(K\x01N\x88e.', [1, null, true]],
  ['\x80\x02}q\x00U\x01kK\x01s.', new Map([['k', 1]])],
  ['\x80\x02K\x01K\x02\x86.', [1, 2]],
])('%j', (text, value) => {
  expect(read(text)).toEqual(value);
});

test.each([
  ['cos\nsystem\nU\x02ls\x85R.', /the Python name os\.system/],
  ['\x80\x04\x8c\x02os\x8c\x06system\x93.', /the Python name os\.system/],
  ['\x80\x02K\x01)R.', /calls what is no function/],
  ['\x80\x02ios\nsystem\n.', /the instruction 0x69/],
  ['\x80\x02K\x01}b.', /sets the state of what is no dictionary/],
  ['\x80\x02K\x01Q.', /refers to something outside/],
  ['\x80\x02h\x05.', /recalls what it never kept/],
  ['\x80\x02.', /a value is missing/],
  ['\x80\x02t.', /a mark is missing/],
  ['\x80\x02X\xff\xff\xff\xff', /ends too early/],
  ['\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\xff.', /ends too early/],
  ['\x80\x05\x97.', /the instruction 0x97/],
  ['\x80\x04K\x01K\x02\x93.', /a name in it is no text/],
  ['\x80\x06.', /protocol 6 is unknown/],
])('%j is refused', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

test('a known name is called with the arguments of the pickle', () => {
  const global = (name: string) => new PickleFunction(name, (...values) => [name, values]);
  expect(readPickle(Buffer.from('ca\nb\n(K\x01K\x02tR.', 'latin1'), { global })).toEqual(['a.b', [1, 2]]);
});

test('an object of ours gets the state that the pickle sets, as it is in the pickle', () => {
  class Kept extends PickleObject {
    state: unknown;
    override setState(state: unknown): void {
      this.state = state;
    }
  }
  const global = (name: string) => new PickleFunction(name, () => new Kept());
  const made = readPickle(Buffer.from('ca\nb\n)R(K\x01U\x01xtb.', 'latin1'), { global });
  expect(made).toBeInstanceOf(Kept);
  expect((made as Kept).state).toEqual([1, Buffer.from('x')]);
});

describe('hostile pickles take time and memory in proportion to their length', () => {
  test('no more than a million values, however short their instructions', () => {
    expect(() => read(`\x80\x02${'}'.repeat(2 ** 20 + 1)}.`)).toThrow(/makes more than 1048576 values/);
  });

  test('no key that is long, since it may be made from the same text again and again', () => {
    const long = `T\x00\x20\x00\x00${'k'.repeat(8192)}`;
    expect(() => read(`\x80\x02}${long}K\x01s.`)).toThrow(/a key in it has 8192 bytes/);
  });

  test('no call with more arguments than a function takes', () => {
    const global = (name: string) => new PickleFunction(name, () => 1);
    const text = `ca\nb\n(${'N'.repeat(200_000)}tR.`;
    expect(() => readPickle(Buffer.from(text, 'latin1'), { global })).toThrow(/calls a\.b with 200000 arguments/);
  });

  test('a name as long as the pickle is not all in the message', () => {
    expect(() => read(`c${'a'.repeat(10_000)}\nb\n.`)).toThrow(/^it asks for the Python name a{100}…$/);
  });
});
