import { expect, test } from 'vitest';
import { contentHashOf } from '#functions/posts/domain/content-hash.ts';
import type { Media } from '#functions/posts/domain/media.ts';
import { aMedia, aPart, aPost, mediaId } from '../samples.ts';

const track: Media['subtitles'][number] = {
  mediaId: 'med_01KATJ9V5H8Q3M4N5P6R7S8T9W',
  languageCode: 'EN',
  name: 'English',
  contentType: 'text/srt',
  bytes: 80,
  etag: '"s"',
};
const post = aPost({ parts: [aPart({ mediaIds: [mediaId] })] });
const hashWith = (said: Partial<Media>) => contentHashOf(post, new Map([[mediaId, aMedia(said)]]));

test('the hash covers the bytes, the alt text, and the subtitles of a file with their bytes', () => {
  const hashes = [
    hashWith({}),
    hashWith({ etag: '"other"' }),
    hashWith({ altText: 'A cup' }),
    hashWith({ subtitles: [track] }),
    hashWith({ subtitles: [{ ...track, etag: '"t"' }] }),
    hashWith({ subtitles: [{ ...track, languageCode: 'DE' }] }),
    hashWith({ subtitles: [{ ...track, name: 'Anglais' }] }),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('the hash of a file without subtitles never changes, so that earlier approvals stay valid', () => {
  expect(hashWith({})).toBe('481af472511715245c6558f0ea84998a3e15f11d6bbc102d73465ed43c00ad54');
});
