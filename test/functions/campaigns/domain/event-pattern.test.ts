import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { CampaignCompleted } from '#events/campaigns.ts';
import { PostPublished } from '#events/posts.ts';
import { impossibleIn } from '#functions/campaigns/domain/can-hold.ts';
import { matches } from '#functions/campaigns/domain/match-pattern.ts';
import { parsePattern } from '#functions/campaigns/domain/parse-pattern.ts';
import { patternIndex } from '#functions/campaigns/domain/pattern-index.ts';
import { event, patternCases } from './pattern-cases.ts';

describe('a pattern matches as the README of event-ruler says', () => {
  test.each(patternCases)('%j: %s', (pattern, expected) => {
    expect(matches(parsePattern(pattern), event)).toBe(expected);
  });
});

describe('an invalid pattern is rejected, with its place', () => {
  test.each([
    [[], 'must be an object of fields'],
    [{}, 'has no fields'],
    [{ source: 'aws.ec2' }, 'source: must be a list of values, such as ["published"]'],
    [{ source: [] }, 'source: is an empty list, which no event matches'],
    [{ data: { a: [['b']] } }, 'data.a[0]: must be a value or an operator, not a list'],
    [{ a: [{ prefix: 'x', suffix: 'y' }] }, 'a[0]: must name exactly one operator'],
    [{ a: [{ regex: '.*' }] }, 'a[0]: uses the operator `regex`, which EventBridge does not support'],
    [{ a: [{ prefix: '' }] }, 'a[0]: takes a non-empty string'],
    [{ a: [{ wildcard: 'a**b' }] }, 'a[0]: has two wildcards in a row'],
    [{ a: [{ wildcard: 'a\\b' }] }, 'a[0]: may use a backslash only to escape `*` or `\\`'],
    [{ a: [{ numeric: ['>', 1, '>', 2] }] }, 'a[0]: `numeric` takes a lower bound first, then an upper one'],
    [{ a: [{ numeric: ['!=', 1] }] }, 'a[0]: `numeric` takes the operators <, <=, =, >, >='],
    [{ a: [{ numeric: ['>', 6e9] }] }, 'a[0]: `numeric` takes numbers between -5,000,000,000 and 5,000,000,000'],
    [{ a: [{ cidr: '10.0.0.0' }] }, 'a[0]: `cidr` takes a block such as 10.0.0.0/24'],
    [{ a: [{ exists: 'yes' }] }, 'a[0]: `exists` takes true or false'],
    [{ a: [{ 'anything-but': [1, 'a'] }] }, 'a[0]: `anything-but` takes strings or numbers, not both'],
    [{ a: [{ 'anything-but': { numeric: ['>', 1] } }] }, 'a[0]: `anything-but` cannot be combined with `numeric`'],
    [{ a: ['x'.repeat(2_100)] }, 'is longer than 2048 characters'],
    [JSON.parse(`${'{"a":'.repeat(13)}["x"]${'}'.repeat(13)}`), 'is nested more than 12 levels deep'],
  ])('%j', (pattern, said) => {
    const refusal = (): string => {
      try {
        return JSON.stringify(parsePattern(pattern));
      } catch (error) {
        if (!(error instanceof Error && 'path' in error)) throw error;
        return [error.path, error.message].filter((part) => part !== '').join(': ');
      }
    };
    expect(refusal()).toContain(said);
  });
});

const scalar = fc.oneof(
  fc.constantFrom('a', 'b', 'ab'),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);

test('a wildcard matches like the equivalent regular expression', () => {
  const word = fc
    .string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
    .map((text) => text.replace(/\*+/g, '*'));
  fc.assert(
    fc.property(
      word.filter((text) => text !== ''),
      fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 }),
      (pattern, text) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text);
        expect(matches(parsePattern({ a: [{ wildcard: pattern }] }), { a: text })).toBe(expected);
      },
    ),
  );
});

test('the index finds exactly the patterns that match on their own', () => {
  const patterns = fc.array(
    fc.dictionary(
      fc.constantFrom('a', 'b'),
      fc.oneof(
        fc.array(fc.oneof(scalar, fc.constant({ exists: false }), fc.constant({ prefix: 'a' })), {
          minLength: 1,
          maxLength: 3,
        }),
        fc.record({ c: fc.array(scalar, { minLength: 1, maxLength: 2 }) }),
      ),
      { minKeys: 1 },
    ),
    { maxLength: 12 },
  );
  const value = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 2 }),
    fc.record({ c: scalar }),
    fc.array(fc.record({ c: scalar })),
  );
  fc.assert(
    fc.property(patterns, fc.record({ a: value, b: value }, { requiredKeys: [] }), (written, given) => {
      const parsed = written.map((pattern, of) => ({ pattern: parsePattern(pattern), of }));
      const expected = parsed.filter(({ pattern }) => matches(pattern, given)).map(({ of }) => of);
      expect(patternIndex(parsed)(given).toSorted((one, other) => one - other)).toEqual(expected);
    }),
  );
});

describe('conditions that can never hold are found in a pattern', () => {
  const published: unknown = z.toJSONSchema(PostPublished.detail, { io: 'output', unrepresentable: 'any' });
  const completed: unknown = z.toJSONSchema(CampaignCompleted.detail, { io: 'output', unrepresentable: 'any' });

  test.each([
    [published, { data: { colour: ['red'] } }, ['data.colour is not a field of this event']],
    [
      published,
      { actor: { type: ['robot'] } },
      ['actor.type can only be "person", "service_account", "automation", "system"'],
    ],
    [published, { actor: { type: ['robot', 'person'] } }, []],
    [published, { actor: ['person'] }, ['actor is an object: compare one of its fields']],
    [
      published,
      { entityVersion: [{ numeric: ['<', 1] }] },
      ['entityVersion never has a value of this type or range; its type is integer'],
    ],
    [
      published,
      { entityVersion: ['1'] },
      ['entityVersion never has a value of this type or range; its type is integer'],
    ],
    [
      completed,
      { data: { published: [{ numeric: ['>', 5, '<', 5] }] } },
      ['data.published has a numeric range that contains no number'],
    ],
    [published, { data: { accountId: [{ prefix: 'acc_' }], campaignId: [null] } }, []],
    [published, { data: { colour: [{ exists: false }] } }, []],
    [
      published,
      { $or: [{ colour: ['red'] }, { schemaVersion: [2] }] },
      ['colour is not a field of this event', 'schemaVersion can only be 1'],
    ],
    [published, { $or: [{ colour: ['red'] }, { schemaVersion: [1] }] }, []],
  ])('%#: %j', (schema, pattern, expected) => {
    expect(impossibleIn(parsePattern(pattern), schema).map(({ path, message }) => `${path} ${message}`)).toEqual(
      expected,
    );
  });
});
