import { describe, expect, test } from 'vitest';
import type { TextMeasure } from '#functions/posts/domain/content.ts';
import { formatOf, measuredOf } from '#functions/posts/domain/format.ts';
import type { Media } from '#functions/posts/domain/media.ts';

const part = (
  text: string,
  mediaIds: string[] = [],
  poll: { options: string[]; durationMinutes: number } | null = null,
) => ({
  ...{ text, mediaIds, poll },
});
const measured = { weightedLength: 11, media: 'none' } as const;

describe('the format of a post', () => {
  test.each([
    ['Spring is here', 0, 0],
    ['#Spring #春 ＃全角 and #2026launch', 4, 0],
    ['#1 of #2026, a&#39; and mail#me', 0, 0],
    ['Thanks @ada and ＠grace, not mail@example.com', 0, 2],
  ])('counts the hashtags and mentions in "%s"', (text, hashtags, mentions) => {
    expect(formatOf({ parts: [part(text)], urlParts: [], measured })).toMatchObject({ hashtags, mentions });
  });

  test('includes the number of parts, the link and the poll', () => {
    const poll = { options: ['Tea', 'Coffee'], durationMinutes: 60 };
    const post = { parts: [part('One #a', [], poll), part('Two #b @ada')], urlParts: [1], measured };
    expect(formatOf(post)).toEqual({
      ...{ weightedLength: 11, media: 'none', parts: 2, hasLink: true, hashtags: 2, mentions: 1, hasPoll: true },
    });
  });

  test('is null for a post written before posts were measured', () => {
    expect(formatOf({ parts: [part('Old')], urlParts: [], measured: null })).toBeNull();
  });

  test.each([
    ['image/jpeg', 'image'],
    ['image/gif', 'gif'],
    ['video/mp4', 'video'],
  ] as const)('takes its media from the first part: %s is %s', (contentType, media) => {
    const file = { contentType } as Media;
    const measures = [{ weightedLength: 7 }] as unknown as TextMeasure[];
    expect(measuredOf({ parts: [part('One', ['med_1']), part('Two')] }, measures, new Map([['med_1', file]]))).toEqual({
      ...{ weightedLength: 7, media },
    });
  });
});
