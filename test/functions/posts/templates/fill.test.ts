import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { Variable, type VariableValue } from '#functions/posts/domain/template.ts';
import { assertFillable, fill } from '#functions/posts/templates/fill.ts';
import { DomainError } from '#shared/errors.ts';
import { aPart } from '../samples.ts';

const template = (texts: string | string[], ...variables: z.input<typeof Variable>[]) => ({
  parts: [texts].flat().map((text) => aPart({ text })),
  variables: variables.map((each) => Variable.parse(each)),
});
const textsOf = (...given: Parameters<typeof fill>): string[] => fill(...given).map(({ text }) => text);

/** Path and code of each field that the call refuses. */
const refusals = (call: () => unknown): string[][] => {
  try {
    call();
  } catch (error) {
    if (error instanceof DomainError) return error.fields.map(({ path, code }) => [path, code]);
    throw error;
  }
  return [];
};

const name = { name: 'name', type: 'text' as const };

describe('a template is filled', () => {
  test('part by part, with or without blanks in the braces', () => {
    const two = template(['Hi {{name}}, {{ name }}!', 'It costs {{price}} €.'], name, {
      name: 'price',
      type: 'number',
    });
    expect(textsOf(two, { name: 'Maya', price: 12.5 })).toEqual(['Hi Maya, Maya!', 'It costs 12.5 €.']);
  });

  test('with the default of a variable, or with nothing when it is optional', () => {
    const greeting = template(
      '{{greeting}} {{name}}',
      { name: 'greeting', type: 'choice', options: ['Hi', 'Hello'], default: 'Hello' },
      { ...name, isRequired: false },
    );
    expect(textsOf(greeting, {})).toEqual(['Hello ']);
    expect(textsOf(greeting, { greeting: 'Hi', name: 'Bo' })).toEqual(['Hi Bo']);
  });

  test.each<[string, number]>([
    ['1000000', 1e6],
    ['0.000001', 1e-6],
    ['-0.1', -0.1],
    ['1000000000000', 1e12],
  ])('with numbers in plain digits: %s', (shown, value) => {
    expect(textsOf(template('{{n}}', { name: 'n', type: 'number' }), { n: value })).toEqual([shown]);
  });

  test('without reading a value as a template or as a replacement pattern', () => {
    const pair = template('{{a}}-{{b}}', { name: 'a', type: 'text' }, { name: 'b', type: 'text' });
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 50 }), fc.constantFrom('{{b}}', '{{a}}', '$&', '$1', '{{', '}}')),
        fc.oneof(fc.string({ maxLength: 50 }), fc.constantFrom('{{a}}', '{{b}}', "$'")),
        (a, b) => {
          expect(textsOf(pair, { a, b })).toEqual([`${a}-${b}`]);
        },
      ),
    );
  });

  test('without taking values from properties that every object has', () => {
    const empty = template('{{constructor}}', { name: 'constructor', type: 'text' });
    expect(refusals(() => fill(empty, {}))).toEqual([['body.values.constructor', 'missing_variable']]);
  });
});

describe('values that do not fit are refused, each by its name', () => {
  test.each<[string, z.input<typeof Variable>, VariableValue]>([
    ['a text that is too long', { ...name, maxLength: 3 }, 'abcd'],
    ['a number for a text', name, 1],
    ['a text for a number', { name: 'name', type: 'number' }, '1'],
    ['a number that is too small', { name: 'name', type: 'number', min: 1 }, 0.5],
    ['a number that is too large', { name: 'name', type: 'number', max: 1 }, 2],
    ['a number that would need an exponent', { name: 'name', type: 'number' }, 1e21],
    ['a day that does not exist', { name: 'name', type: 'date' }, '2026-02-30'],
    ['an instant for a day', { name: 'name', type: 'date' }, '2026-02-01T00:00:00Z'],
    ['an address without its scheme', { name: 'name', type: 'url' }, 'example.com'],
    ['a script for an address', { name: 'name', type: 'url' }, 'javascript:alert(1)'],
    ['an address with a blank', { name: 'name', type: 'url' }, 'https://example.com/a b'],
    ['data for an address', { name: 'name', type: 'url' }, 'data:text/html,https://example.com/'],
    ['another scheme', { name: 'name', type: 'url' }, 'ftp://example.com/'],
    ['a script behind a blank', { name: 'name', type: 'url' }, ' javascript:alert(1)'],
    ['a script with a host', { name: 'name', type: 'url' }, 'javascript://example.com/%0Aalert(1)'],
    ['an address with a line end', { name: 'name', type: 'url' }, 'https://example.com/\na'],
    ['an address with a tab in its scheme', { name: 'name', type: 'url' }, 'java\tscript:alert(1)'],
    ['an address that names a user', { name: 'name', type: 'url' }, 'https://example.com@evil.example/'],
    ['an address without slashes', { name: 'name', type: 'url' }, 'https:example.com'],
    ['an address of backslashes', { name: 'name', type: 'url' }, 'https:\\\\example.com'],
    ['a host without a domain', { name: 'name', type: 'url' }, 'http://localhost/'],
    ['an IP address', { name: 'name', type: 'url' }, 'http://127.0.0.1/'],
    ['an IP address written as a number', { name: 'name', type: 'url' }, 'http://2130706433/'],
    ['an IPv6 address', { name: 'name', type: 'url' }, 'http://[::1]/'],
    ['a host with an empty label', { name: 'name', type: 'url' }, 'https://a..example.com/'],
    ['a port that there is not', { name: 'name', type: 'url' }, 'https://example.com:99999/'],
    ['broken punycode', { name: 'name', type: 'url' }, 'https://xn--a-.xn--/'],
    ['an address that is too long', { name: 'name', type: 'url' }, `https://example.com/${'x'.repeat(2048)}`],
    ['what is no option', { name: 'name', type: 'choice', options: ['a', 'b'] }, 'c'],
  ])('%s', (_, variable, value) => {
    const given = template('{{name}}', variable);
    expect(refusals(() => fill(given, { name: value }))).toEqual([['body.values.name', 'invalid_value']]);
  });

  test('a missing and an unknown value are reported together', () => {
    const given = () => fill(template('{{name}}', name), { nmae: 'Maya' });
    expect(refusals(given)).toEqual([
      ['body.values.nmae', 'unknown_variable'],
      ['body.values.name', 'missing_variable'],
    ]);
  });

  test('values that fit are accepted', () => {
    const all = template(
      '{{day}} {{link}} {{kind}}',
      { name: 'day', type: 'date' },
      { name: 'link', type: 'url' },
      { name: 'kind', type: 'choice', options: ['a', 'b'] },
    );
    const values = { day: '2028-02-29', link: 'https://example.com/a?b=1#c', kind: 'b' };
    expect(textsOf(all, values)).toEqual(['2028-02-29 https://example.com/a?b=1#c b']);
  });

  test.each([
    'https://пример.рф/путь',
    'https://пример.рф/путь?ключ=значение#якорь',
    'https://my_page.example.com/',
    'https://_dmarc.example.com/',
    'https://xn--e1afmkfd.xn--p1ai/%D0%BF',
    'https://例え.テスト/日本',
    'https://مثال.إختبار/صفحة',
    'https://müller.de',
    'https://example.com:8443/a?b',
    'HTTPS://EXAMPLE.COM/A',
    'http://a-b.example.co.uk/~me/a,b;c=d',
    'https://en.wikipedia.org/wiki/Plum_(fruit)',
    'https://example.com/@me?to=a@b.example&x[]=1',
    'https://example.com./',
    'https://example.com#top',
    'https://example.museum?q',
  ])('an address in any script is accepted unchanged: %s', (address) => {
    expect(textsOf(template('{{link}}', { name: 'link', type: 'url' }), { link: address })).toEqual([address]);
  });

  test('values that make a text longer than any post may be', () => {
    const long = template('{{name}}'.repeat(10), { ...name, maxLength: 4000 });
    expect(refusals(() => fill(long, { name: 'x'.repeat(4000) }))).toEqual([['body.values', 'text_too_long']]);
  });
});

describe('a template that could not be filled is refused', () => {
  test.each<[string, ReturnType<typeof template>, string[][]]>([
    ['for what is no variable', template('{{other}}', name), [['body.parts.0.text', 'unknown_variable']]],
    ['for what is no name', template(['', '{{2 x}}']), [['body.parts.1.text', 'malformed_placeholder']]],
    ['for braces that stay open', template('{{name}} {{name', name), [['body.parts.0.text', 'malformed_placeholder']]],
    ['for a name that is given twice', template('', name, name), [['body.variables.1.name', 'variable_twice']]],
    [
      'for a default that does not fit',
      template('', { ...name, maxLength: 1, default: 'ab' }),
      [['body.variables.0.default', 'invalid_value']],
    ],
    [
      'for bounds that let nothing pass',
      template('', { name: 'n', type: 'number', min: 2, max: 1 }),
      [['body.variables.0.max', 'invalid_bounds']],
    ],
    ['for too many places', template('{{name}}'.repeat(201), name), [['body.parts', 'too_many_placeholders']]],
  ])('%s', (_, given, fields) => {
    expect(
      refusals(() => {
        assertFillable(given);
      }),
    ).toEqual(fields);
  });

  test('but one with additional braces around a placeholder is accepted', () => {
    expect(
      refusals(() => {
        assertFillable(template('{ {{{name}}} } {{ name }}', name));
      }),
    ).toEqual([]);
  });
});
