import { describe, expect, test } from 'vitest';
import {
  assertSize,
  assertUploaded,
  complete,
  MediaType,
  objectKeyOf,
  SaidMediaType,
} from '#functions/posts/domain/media.ts';
import { redescribe } from '#functions/posts/media/describe.ts';
import { uploadOf } from '#functions/posts/publishing/media-upload.ts';
import { aMedia, mediaId, workspaceId } from '../samples.ts';

describe('an upload', () => {
  const media = aMedia({ status: 'awaiting_upload' });
  const uploaded = { bytes: 100, etag: '"abc"' };
  const found = { contentType: 'image/png', width: 4, height: 3, durationMs: null, frames: null } as const;

  test('that matches its announcement makes the file ready', () => {
    expect(complete(media, uploaded, found)).toEqual({ ...media, ...found, status: 'ready', etag: '"abc"' });
  });

  test.each([101, Number.NaN])('of %s bytes instead of 100 is refused with media_mismatch', (bytes) => {
    expect(() => assertUploaded(media, { ...uploaded, bytes })).toThrow(
      expect.objectContaining({
        kind: 'unprocessable',
        code: 'media_mismatch',
        fields: [expect.objectContaining({ path: 'bytes' })],
      }),
    );
    expect(assertUploaded(media, uploaded)).toBe(uploaded);
  });

  test('of another type keeps its real type, of another kind is refused with media_mismatch', () => {
    expect(complete(media, uploaded, { ...found, contentType: 'image/webp' }).contentType).toBe('image/webp');
    expect(() => complete(media, uploaded, { ...found, contentType: 'video/mp4' })).toThrow(
      expect.objectContaining({ code: 'media_mismatch', fields: [expect.objectContaining({ path: 'contentType' })] }),
    );
  });

  test('that has not arrived is refused with media_not_uploaded', () => {
    expect(() => assertUploaded(media, undefined)).toThrow(
      expect.objectContaining({ kind: 'conflict', code: 'media_not_uploaded' }),
    );
  });
});

describe('the description of a file', () => {
  const video = aMedia({ contentType: 'video/mp4', altText: 'A cup' });
  const track = { mediaId: 'med_01KATJ9V5H8Q3M4N5P6R7S8T9W', languageCode: 'EN', name: 'English' };
  const subtitles = aMedia({ id: track.mediaId, contentType: 'text/srt', bytes: 80, etag: '"s"' });
  const files = new Map([[track.mediaId, subtitles]]);

  test('changes only the given fields, and completes subtitles from their file', () => {
    expect(redescribe(video, { subtitles: [track] }, files)).toEqual({
      ...video,
      subtitles: [{ ...track, contentType: 'text/srt', bytes: 80, etag: '"s"' }],
    });
    expect(redescribe(video, { altText: null, madeWithAi: true }, files)).toEqual({
      ...video,
      altText: null,
      madeWithAi: true,
    });
  });

  test.each([
    ['media_not_video', aMedia(), [track], files],
    ['subtitles_language_twice', video, [track, { ...track, name: 'Again' }], files],
    ['media_not_found', video, [track], new Map()],
    ['media_not_uploaded', video, [track], new Map([[track.mediaId, { ...subtitles, status: 'awaiting_upload' }]])],
    ['media_not_subtitles', video, [track], new Map([[track.mediaId, aMedia()]])],
  ] as const)('with invalid subtitles is refused with %s', (code, media, tracks, known) => {
    expect(() => redescribe(media, { subtitles: tracks }, new Map(known))).toThrow(
      expect.objectContaining({ kind: 'unprocessable', code }),
    );
  });

  test('of subtitles cannot have alt text', () => {
    expect(() => redescribe(subtitles, { altText: 'Words' }, files)).toThrow(
      expect.objectContaining({ code: 'media_without_alt_text' }),
    );
  });

  test('is part of the upload to X', () => {
    const described = redescribe(video, { subtitles: [track] }, files);
    expect(uploadOf(described)).toMatchObject({
      mediaId,
      altText: 'A cup',
      subtitles: [{ ...track, objectKey: `${workspaceId}/${track.mediaId}`, bytes: 80, etag: '"s"' }],
    });
  });
});

describe('the size limit of X', () => {
  const most: Record<MediaType, number> = {
    'image/jpeg': 5_242_880,
    'image/png': 5_242_880,
    'image/webp': 5_242_880,
    'image/gif': 15_728_640,
    'video/mp4': 536_870_912,
    'video/quicktime': 536_870_912,
    'text/srt': 1_048_576,
    'text/vtt': 1_048_576,
  };

  test.each(MediaType.options)('for %s is accepted, and one byte more refused with media_too_large', (type) => {
    expect(() => {
      assertSize(type, most[type]);
    }).not.toThrow();
    expect(() => {
      assertSize(type, most[type] + 1);
    }).toThrow(
      expect.objectContaining({ code: 'media_too_large', fields: [expect.objectContaining({ path: 'body.bytes' })] }),
    );
  });
});

describe('the announced type', () => {
  test.each<[string, string]>([
    ['image/jpg', 'image/jpeg'],
    ['image/pjpeg', 'image/jpeg'],
    ['IMAGE/JPEG', 'image/jpeg'],
    ['image/x-png', 'image/png'],
    ['video/x-m4v', 'video/mp4'],
    ['application/x-subrip', 'text/srt'],
    ['text/vtt; charset=utf-8', 'text/vtt'],
    ...MediaType.options.map((type): [string, string] => [type, type]),
  ])('%s is stored as %s', (said, kept) => {
    expect(SaidMediaType.parse(said)).toBe(kept);
  });

  test.each(['image/heic', 'image/svg+xml', 'jpeg', '', 'toString', 7, null])('%s is refused', (said) => {
    expect(SaidMediaType.safeParse(said).success).toBe(false);
  });
});

test('the object key of a file begins with its workspace', () => {
  expect(objectKeyOf(aMedia())).toBe(`${workspaceId}/${mediaId}`);
});
