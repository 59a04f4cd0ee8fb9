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
  test('shows words that were put in and taken out', () => {
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

  test('shows parts that came and went', () => {
    expect(between(thread('One', 'Two'), thread('One')).parts.map(({ kind }) => kind)).toEqual(['same', 'removed']);
    expect(between(thread('One'), thread('Uno', 'Two')).parts.map(({ kind }) => kind)).toEqual(['changed', 'added']);
  });

  test('shows other media, in another order too, and another poll', () => {
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

  test('shows another account and other labels, and null for what is the same', () => {
    expect(between({ madeWithAi: true }, { accountId: otherAccountId, replySettings: 'following' })).toMatchObject({
      accountId: { from: accountId, to: otherAccountId },
      replySettings: { from: 'everyone', to: 'following' },
      madeWithAi: { from: true, to: false },
      paidPartnership: null,
    });
  });

  test('gives either text back, whatever they are', () => {
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

  test('of long texts that have nothing in common says that one replaced the other', () => {
    const words = (letter: string) =>
      Array.from({ length: 4_000 }, (_, place) => letter + place.toString(36)).join(' ');
    const [before, after] = [words('a'), words('b')];
    expect(between(thread(before), thread(after)).parts[0]?.segments).toEqual([
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ]);
  });
});
