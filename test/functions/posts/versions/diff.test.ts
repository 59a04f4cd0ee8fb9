import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Post } from '#functions/posts/domain/post.ts';
import { currentVersion } from '#functions/posts/domain/version.ts';
import { differenceOf } from '#functions/posts/versions/diff.ts';
import { accountId, aPart, aPost, mediaId, otherAccountId } from '../samples.ts';

const between = (before: Partial<Post>, after: Partial<Post>) =>
  differenceOf(currentVersion(aPost(before)), currentVersion(aPost({ ...after, contentVersion: 2 })));
const thread = (...texts: string[]) => ({ parts: texts.map((text) => aPart({ text })) });
const otherMediaId = 'med_01KATJ9V5H8Q3M4N5P6R7S8T9W';

describe('the difference between two versions', () => {
  test('shows added and removed words', () => {
    const { from, to, parts } = between(thread('Our spring sale'), thread('Our summer sale, today'));
    expect([from, to]).toEqual([1, 2]);
    expect(parts).toMatchObject([
      {
        kind: 'changed',
        segments: [
          { kind: 'same', text: 'Our ' },
          { kind: 'removed', text: 'spring' },
          { kind: 'added', text: 'summer' },
          { kind: 'same', text: ' sale' },
          { kind: 'added', text: ', today' },
        ],
      },
    ]);
  });

  test('shows added and removed parts', () => {
    expect(between(thread('One', 'Two'), thread('One')).parts.map(({ kind }) => kind)).toEqual(['same', 'removed']);
    expect(between(thread('One'), thread('Uno', 'Two')).parts.map(({ kind }) => kind)).toEqual(['changed', 'added']);
  });

  test('shows changed media, reordered media and a changed poll', () => {
    const poll = { options: ['a', 'b'], durationMinutes: 60 };
    const withMedia = (...mediaIds: string[]) => ({ parts: [aPart({ text: 'x', mediaIds })] });
    expect(between(withMedia(mediaId), withMedia(otherMediaId)).parts[0]?.media).toEqual({
      added: [otherMediaId],
      removed: [mediaId],
      isReordered: false,
    });
    expect(between(withMedia(mediaId, otherMediaId), withMedia(otherMediaId, mediaId)).parts[0]).toMatchObject({
      kind: 'changed',
      media: { added: [], removed: [], isReordered: true },
      hasOtherPoll: false,
    });
    expect(between(thread('x'), { parts: [aPart({ text: 'x', poll })] }).parts[0]?.hasOtherPoll).toBe(true);
  });

  test('shows a changed account and other changed settings, and null for unchanged ones', () => {
    expect(between({ madeWithAi: true }, { accountId: otherAccountId, replySettings: 'following' })).toMatchObject({
      accountId: { from: accountId, to: otherAccountId },
      replySettings: { from: 'everyone', to: 'following' },
      madeWithAi: { from: true, to: false },
      paidPartnership: null,
    });
  });

  test('reproduces both texts from its segments, for any texts', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem({ maxCount: 20 }));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const segments = between(thread(before), thread(after)).parts[0]?.segments ?? [];
        const without = (kind: string) => segments.flatMap((each) => (each.kind === kind ? [] : [each.text])).join('');
        expect(without('added')).toBe(before);
        expect(without('removed')).toBe(after);
      }),
    );
  });

  test('of long texts with nothing in common is one removal and one addition', () => {
    const words = (letter: string) =>
      Array.from({ length: 4_000 }, (_, place) => letter + place.toString(36)).join(' ');
    const [before, after] = [words('a'), words('b')];
    expect(between(thread(before), thread(after)).parts[0]?.segments).toEqual([
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ]);
  });
});
