import { describe, expect, test } from 'vitest';
import * as ids from '#shared/ids.ts';

const noon = new Date('2026-11-22T12:00:00Z');
const schemas = [
  ['usr', ids.PersonId],
  ['wsp', ids.WorkspaceId],
  ['acc', ids.AccountId],
  ['pst', ids.PostId],
  ['med', ids.MediaId],
  ['cmp', ids.CampaignId],
  ['slt', ids.SlotId],
  ['evt', ids.EventId],
] as const;

describe.each(schemas)('the id of kind %s', (prefix, schema) => {
  test('is accepted as newId makes it', () => {
    const id = ids.newId(prefix, noon);
    expect(id.startsWith(`${prefix}_`)).toBe(true);
    expect(schema.parse(id)).toBe(id);
  });

  test('accepts no other prefix', () => {
    for (const [other] of schemas) {
      expect(schema.safeParse(ids.newId(other, noon)).success).toBe(other === prefix);
    }
  });

  test.each(['', `${prefix}_`, `${prefix}_01KATJ9V5H8Q3M4N5P6R7S8T9`, `${prefix}_01KATJ9V5H8Q3M4N5P6R7S8T9VV`])(
    'cannot be %j',
    (text) => {
      expect(schema.safeParse(text).success).toBe(false);
    },
  );
});

test.each([
  '01katj9v5h8q3m4n5p6r7s8t9v',
  '01KATJ9V5H8Q3M4N5P6R7S8T9U',
  '01KATJ9V5H8Q3M4N5P6R7S8T9V\n',
  '../../../../etc/passwd....',
])('a post id accepts only Crockford base32, not %j', (ulid) => {
  expect(ids.PostId.safeParse(`pst_${ulid}`).success).toBe(false);
});

test('ids sort by their time of creation and are unique', () => {
  const made = [0, 1, 1000, 86_400_000].map((later) => ids.newId('pst', new Date(noon.getTime() + later)));
  expect(made.toSorted()).toEqual(made);
  expect(new Set(Array.from({ length: 1000 }, () => ids.newId('pst', noon))).size).toBe(1000);
});
