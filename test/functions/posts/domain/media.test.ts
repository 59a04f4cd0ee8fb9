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

  test('that is what was announced makes the file ready', () => {
    expect(complete(media, uploaded, found)).toEqual({ ...media, ...found, status: 'ready', etag: '"abc"' });
  });

  test.each([101, Number.NaN])('of %s bytes in place of 100 is refused', (bytes) => {
    expect(() => assertUploaded(media, { ...uploaded, bytes })).toThrow(
      expect.objectContaining({
        kind: 'unprocessable',
        code: 'media_mismatch',
        fields: [expect.objectContaining({ path: 'bytes' })],
      }),
    );
    expect(assertUploaded(media, uploaded)).toBe(uploaded);
  });

  test('of another type is kept as what it is, of another kind is refused', () => {
    expect(complete(media, uploaded, { ...found, contentType: 'image/webp' }).contentType).toBe('image/webp');
    expect(() => complete(media, uploaded, { ...found, contentType: 'video/mp4' })).toThrow(
      expect.objectContaining({ code: 'media_mismatch', fields: [expect.objectContaining({ path: 'contentType' })] }),
    );
  });

  test('that is not there yet is a conflict', () => {
    expect(() => assertUploaded(media, undefined)).toThrow(
      expect.objectContaining({ kind: 'conflict', code: 'media_not_uploaded' }),
    );
  });
});

describe('what is said about a file', () => {
  const video = aMedia({ contentType: 'video/mp4', altText: 'A cup' });
  const track = { mediaId: 'med_01KATJ9V5H8Q3M4N5P6R7S8T9W', languageCode: 'EN', name: 'English' };
  const subtitles = aMedia({ id: track.mediaId, contentType: 'text/srt', bytes: 80, etag: '"s"' });
  const files = new Map([[track.mediaId, subtitles]]);

  test('changes what is named, and keeps of subtitles what is known of their file', () => {
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
  ] as const)('%s', (code, media, tracks, known) => {
    expect(() => redescribe(media, { subtitles: tracks }, new Map(known))).toThrow(
      expect.objectContaining({ kind: 'unprocessable', code }),
    );
  });

  test('subtitles have no alt text: they are words', () => {
    expect(() => redescribe(subtitles, { altText: 'Words' }, files)).toThrow(
      expect.objectContaining({ code: 'media_without_alt_text' }),
    );
  });

  test('goes to X with the file', () => {
    const described = redescribe(video, { subtitles: [track] }, files);
    expect(uploadOf(described)).toMatchObject({
      mediaId,
      altText: 'A cup',
      subtitles: [{ ...track, objectKey: `${workspaceId}/${track.mediaId}`, bytes: 80, etag: '"s"' }],
    });
  });
});

describe('the size that X takes', () => {
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

  test.each(MediaType.options)('%s has its limit', (type) => {
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

describe('the type that is announced', () => {
  test.each<[string, string]>([
    ['image/jpg', 'image/jpeg'],
    ['image/pjpeg', 'image/jpeg'],
    ['IMAGE/JPEG', 'image/jpeg'],
    ['image/x-png', 'image/png'],
    ['video/x-m4v', 'video/mp4'],
    ['application/x-subrip', 'text/srt'],
    ['text/vtt; charset=utf-8', 'text/vtt'],
    ...MediaType.options.map((type): [string, string] => [type, type]),
  ])('%s is kept as %s', (said, kept) => {
    expect(SaidMediaType.parse(said)).toBe(kept);
  });

  test.each(['image/heic', 'image/svg+xml', 'jpeg', '', 'toString', 7, null])('%s is refused', (said) => {
    expect(SaidMediaType.safeParse(said).success).toBe(false);
  });
});

test('files of workspaces lie apart', () => {
  expect(objectKeyOf(aMedia())).toBe(`${workspaceId}/${mediaId}`);
});
