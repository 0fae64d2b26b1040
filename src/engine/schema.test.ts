import { describe, expect, test } from 'vitest';
import { bind } from './binding.js';
import { SaddlepointError } from './index.js';
import { functionDeclarations } from './ops/functions.js';
import { methodDeclarations } from './ops/methods.js';
import { parseDeclaration } from './schema.js';

describe('parseDeclaration', () => {
  test('reads name, overload, parameters, defaults, keywords and results', () => {
    expect(
      parseDeclaration('sort.stable(Tensor self, *, bool? stable, int dim=, bool descending=) -> (Tensor, Tensor)'),
    ).toEqual({
      name: 'sort',
      overload: 'stable',
      parameters: [
        { name: 'self', option: 'self', type: 'Tensor', hasDefault: false, keywordOnly: false },
        { name: 'stable', option: 'stable', type: 'bool?', hasDefault: false, keywordOnly: true },
        { name: 'dim', option: 'dim', type: 'int', hasDefault: true, keywordOnly: true },
        { name: 'descending', option: 'descending', type: 'bool', hasDefault: true, keywordOnly: true },
      ],
      returns: ['Tensor', 'Tensor'],
      inPlace: false,
    });
  });

  test('options are camel-cased', () => {
    const { parameters } = parseDeclaration(
      'f(Tensor self, bool count_include_pad=, int? divisor_override=) -> Tensor',
    );
    expect(parameters.map(({ option }) => option)).toEqual(['self', 'countIncludePad', 'divisorOverride']);
  });

  test('`-> self` marks an operator in place', () => {
    expect(parseDeclaration('zero_(Tensor self) -> self')).toMatchObject({
      inPlace: true,
      returns: ['Tensor'],
      overload: '',
    });
  });

  test('an operator without parameters', () => {
    expect(parseDeclaration('f() -> bool')).toMatchObject({ parameters: [], returns: ['bool'] });
  });

  test.each(['', 'add', 'add(Tensor self)', 'add(Tensor self) ->'])('refuses %j', (text) => {
    expect(() => parseDeclaration(text)).toThrow(/not an operator declaration/);
  });

  test.each(Object.entries({ ...methodDeclarations, ...functionDeclarations }))(
    '%s: an in-place name ends in _, and only that',
    (name, declaration) => {
      for (const text of [declaration].flat())
        expect(parseDeclaration(text as string).inPlace).toBe(name.endsWith('_'));
    },
  );
});

describe('a declaration that does not fit LibTorch is refused when the engine loads', () => {
  const wrong: Record<string, [declaration: string, difference: RegExp]> = {
    'an unknown operator': ['no_such_operator(Tensor self) -> Tensor', /no such operator/],
    'an unknown overload': ['add.Nothing(Tensor self) -> Tensor', /no such operator/],
    'another type': ['neg(int self) -> Tensor', /parameter 1 is `Tensor self`/],
    'another name': ['neg(Tensor input) -> Tensor', /parameter 1 is `Tensor self`/],
    'a missing parameter': ['maximum(Tensor self) -> Tensor', /wants a further parameter `Tensor other`/],
    'a parameter too many': ['neg(Tensor self, int dim) -> Tensor', /no parameter `dim`/],
    'a default that is none': ['maximum(Tensor self, Tensor other=) -> Tensor', /parameter 2 is `Tensor other`/],
    'another result': ['neg(Tensor self) -> bool', /it returns Tensor/],
  };
  test.each(Object.entries(wrong))('%s', (_, [declaration, difference]) => {
    expect(() => bind(declaration)).toThrow(difference);
    expect(() => bind(declaration)).toThrow(SaddlepointError);
    expect(() => bind(declaration)).toThrow(expect.objectContaining({ code: 'ENGINE' }));
  });
});
