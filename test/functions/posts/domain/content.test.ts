import { describe, expect, test } from 'vitest';
import { findFaults, type TextMeasure } from '#functions/posts/domain/content.ts';
import type { Media } from '#functions/posts/domain/media.ts';
import { aMedia, aPart } from '../samples.ts';

const measured = (said: Partial<TextMeasure> = {}): TextMeasure => ({
  weightedLength: 5,
  overflow: null,
  links: [],
  cashtags: [],
  forbidden: [],
  piledMarks: [],
  ...said,
});
const tag = { start: 1, end: 5 };
const id = (place: number) => `med_01KATJ9V5H8Q3M4N5P6R7S8T9${place}`;
const images = (...types: Media['contentType'][]) =>
  new Map(types.map((contentType, place) => [id(place), aMedia({ id: id(place), contentType })]));

/** Paths and codes of the faults of a post with one part. */
const faults = (
  part: { text?: string; mediaIds?: string[] },
  measure: Partial<TextMeasure> = {},
  media: ReadonlyMap<string, Media> = new Map(),
) =>
  findFaults([aPart({ text: 'Hello', ...part })], [measured(measure)], media, 280).map(
    ({ path, code }) => `${path} ${code}`,
  );

describe('a post that X accepts has no faults', () => {
  test.each([
    ['text', {}, {}, new Map<string, Media>()],
    ['text of the full length', {}, { weightedLength: 280 }, new Map<string, Media>()],
    ['one cashtag', {}, { cashtags: [tag] }, new Map<string, Media>()],
    ['media without text', { text: '', mediaIds: [id(0)], poll: null }, { weightedLength: 0 }, images('image/png')],
    ['one GIF', { mediaIds: [id(0)] }, {}, images('image/gif')],
    [
      'four images',
      { mediaIds: [0, 1, 2, 3].map(id) },
      {},
      images('image/png', 'image/jpeg', 'image/webp', 'image/png'),
    ],
  ])('%s', (_, part, measure, media) => {
    expect(faults(part, measure, media)).toEqual([]);
  });
});

describe('the faults of a post that X would refuse', () => {
  test.each([
    ['nothing', { text: '' }, {}, new Map<string, Media>(), ['parts.0.text empty_post']],
    ['blanks only', { text: ' \n\u00a0' }, {}, new Map<string, Media>(), ['parts.0.text empty_post']],
    ['one too long', {}, { weightedLength: 281 }, new Map<string, Media>(), ['parts.0.text text_too_long']],
    ['two cashtags', {}, { cashtags: [tag, tag] }, new Map<string, Media>(), ['parts.0.text too_many_cashtags']],
    [
      'characters that X refuses',
      {},
      { forbidden: [tag] },
      new Map<string, Media>(),
      ['parts.0.text forbidden_characters'],
    ],
    ['media of nobody', { mediaIds: [id(0), id(1)] }, {}, images('image/png'), ['parts.0.mediaIds.1 media_not_found']],
    [
      'a GIF among images',
      { mediaIds: [id(0), id(1)] },
      {},
      images('image/png', 'image/gif'),
      ['parts.0.mediaIds media_mix'],
    ],
    ['a file twice', { mediaIds: [id(0), id(0)] }, {}, images('image/png'), ['parts.0.mediaIds media_twice']],
    [
      'media not uploaded yet',
      { mediaIds: [id(0)] },
      {},
      new Map([[id(0), aMedia({ id: id(0), status: 'awaiting_upload' })]]),
      ['parts.0.mediaIds.0 media_not_uploaded'],
    ],
  ])('%s', (_, part, measure, media, expected) => {
    expect(faults(part, measure, media)).toEqual(expected);
  });

  test('say by how much a text exceeds the limit of its account', () => {
    const parts = [{ text: 'Hello', mediaIds: [], poll: null }];
    const [fault] = findFaults(parts, [measured({ weightedLength: 285 })], new Map(), 280);
    expect(fault?.message).toBe("exceeds the account's limit of 280 by 5 (as X counts)");
    expect(findFaults(parts, [measured({ weightedLength: 285 })], new Map(), 25_000)).toEqual([]);
  });

  test('say where: the overflow, the second cashtag, the forbidden characters', () => {
    const second = { start: 7, end: 11 };
    const measure = measured({
      weightedLength: 300,
      overflow: { start: 270, end: 300 },
      cashtags: [tag, second],
      forbidden: [{ start: 2, end: 3 }],
    });
    const found = findFaults([aPart({ text: 'Hello' })], [measure], new Map(), 280);
    expect(found.map(({ code, start, end }) => [code, start, end])).toEqual([
      ['text_too_long', 270, 300],
      ['too_many_cashtags', 7, 11],
      ['forbidden_characters', 2, 3],
    ]);
  });

  test('cover all parts of a thread at once', () => {
    const parts = [
      { text: 'Hello', mediaIds: [], poll: null },
      { text: '', mediaIds: [], poll: null },
      { text: 'Long', mediaIds: [id(0)], poll: null },
    ];
    const measures = [
      measured(),
      measured({ weightedLength: 0 }),
      measured({ weightedLength: 300, cashtags: [tag, tag] }),
    ];
    expect(findFaults(parts, measures, new Map(), 280).map(({ path, code }) => `${path} ${code}`)).toEqual([
      'parts.1.text empty_post',
      'parts.2.text text_too_long',
      'parts.2.text too_many_cashtags',
      'parts.2.mediaIds.0 media_not_found',
    ]);
  });

  test('include a poll beside media, and a poll without text', () => {
    const poll = { options: ['a', 'b'], durationMinutes: 5 };
    const media = new Map([[aMedia().id, aMedia()]]);
    const beside = aPart({ text: 'Which?', mediaIds: [aMedia().id], poll });
    expect(findFaults([beside], [measured({})], media, 280).map(({ code }) => code)).toEqual(['poll_with_media']);
    const mute = aPart({ text: ' ', poll });
    expect(findFaults([mute], [measured({})], new Map(), 280).map(({ code }) => code)).toContain('poll_without_text');
  });
});

describe('videos and subtitles', () => {
  const minutes = (durationMinutes: number) =>
    new Map([[id(0), aMedia({ id: id(0), contentType: 'video/mp4', durationMs: durationMinutes * 60_000 })]]);
  const of = (media: ReadonlyMap<string, Media>, maxWeightedLength = 280) =>
    findFaults([aPart({ mediaIds: [...media.keys()] })], [measured()], media, maxWeightedLength).map(
      ({ path, code }) => `${path} ${code}`,
    );

  test.each([
    [20, 280, []],
    [20.1, 280, ['parts.0.mediaIds.0 video_too_long']],
    [125, 25_000, []],
    [125.1, 25_000, ['parts.0.mediaIds.0 video_too_long']],
  ])(
    'the limit for a video depends on the account: %d minutes where %d characters are allowed',
    (durationMinutes, most, expected) => {
      expect(of(minutes(durationMinutes), most)).toEqual(expected);
    },
  );

  test('a video with other media is a media_mix, and subtitles cannot be attached to a post', () => {
    expect(of(images('video/mp4', 'image/png'))).toEqual(['parts.0.mediaIds media_mix']);
    expect(of(images('video/mp4', 'video/quicktime'))).toEqual(['parts.0.mediaIds media_mix']);
    expect(of(images('text/vtt'))).toEqual(['parts.0.mediaIds.0 media_is_subtitles']);
  });
});
