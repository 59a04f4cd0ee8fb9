import { describe, expect, test } from 'vitest';
import { assertVersion, etagOf, versionIn } from '#shared/http/etag.ts';

const refusal: unknown = expect.objectContaining({ kind: 'precondition-failed', code: 'precondition_failed' });

test('a version becomes a strong ETag and is parsed back from it', () => {
  expect(etagOf(12)).toBe('"v12"');
  for (const version of [0, 1, 12, 999_999_999]) expect(versionIn(etagOf(version))).toBe(version);
  expect(versionIn(' "v3"\t')).toBe(3);
});

test.each(['', 'v1', '"1"', 'W/"v1"', '"v1", "v2"', '"v-1"', '"v1.5"', '"v1e3"', '"v9999999999"', '"V1"'])(
  'the tag %j is rejected with precondition_failed',
  (tag) => {
    expect(() => versionIn(tag)).toThrow(refusal);
  },
);

describe('an entity at version 3', () => {
  const entity = { version: 3 };

  test('matches version 3, or no version at all', () => {
    expect(() => {
      assertVersion(entity, 3);
      assertVersion(entity, undefined);
    }).not.toThrow();
  });

  test.each([0, 2, 4])('does not match version %i', (version) => {
    expect(() => {
      assertVersion(entity, version);
    }).toThrow(refusal);
  });
});
