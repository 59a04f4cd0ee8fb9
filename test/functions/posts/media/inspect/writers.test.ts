import { describe, expect, test } from 'vitest';
import type { MediaType } from '#functions/posts/domain/media.ts';
import { inspect } from '#functions/posts/media/inspect/inspect.ts';
import { captions } from '#test/support/media/captions.ts';
import { photos } from '#test/support/media/photos.ts';
import { pictures } from '#test/support/media/pictures.ts';
import { videos } from '#test/support/media/videos.ts';

const look = (contentType: MediaType, bytes: Buffer) =>
  inspect({ contentType }, { bytes: bytes.length, etag: null, read: async (start, end) => bytes.subarray(start, end) });

describe('a photo is accepted with the size at which it is shown, as written by', () => {
  test.each(photos)('%s', async (_, bytes, width, height) => {
    expect(await look('image/jpeg', bytes)).toMatchObject({ contentType: 'image/jpeg', width, height });
  });
});

describe('a picture that every browser shows is accepted, as written by', () => {
  test.each(pictures)('%s', async (_, bytes, found) => {
    expect(await look('image/png', bytes)).toMatchObject(found);
  });
});

describe('a video is accepted with its real type, as written by', () => {
  test.each(videos)('%s', async (_, bytes, found) => {
    expect(await look('video/mp4', bytes)).toMatchObject(found);
    expect(await look('video/quicktime', bytes)).toMatchObject(found);
  });
});

describe('subtitles are accepted with their real type, as written by', () => {
  test.each(captions)('%s', async (_, contentType, text) => {
    expect(await look('text/srt', Buffer.from(text))).toMatchObject({ contentType });
  });
});
