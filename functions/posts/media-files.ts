import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { errorName } from '../../shared/errors.ts';
import { instantAfter, type Clock } from '../../shared/time.ts';
import type { MediaFiles } from './deps.ts';
import { objectKeyOf } from './domain/media.ts';

const uploadSeconds = 15 * 60;

/** Read when a file is opened: all of most subtitles, and the index of many videos. */
const firstBytes = 64 * 1024;

/** The stage's media bucket (AWS S3 presigned URLs: type and length are signed, so nothing else is taken). */
export const mediaBucket = (bucket: string, now: Clock): MediaFiles => {
  const s3 = new S3Client({});
  return {
    async uploadTarget(media) {
      const headers = { 'content-type': media.contentType, 'content-length': String(media.bytes) };
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: objectKeyOf(media),
        ContentType: media.contentType,
        ContentLength: media.bytes,
      });
      const url = await getSignedUrl(s3, command, {
        expiresIn: uploadSeconds,
        signableHeaders: new Set(Object.keys(headers)),
      });
      return { url, headers, expiresAt: instantAfter(now(), uploadSeconds * 1000) };
    },
    async open(media) {
      const place = { Bucket: bucket, Key: objectKeyOf(media) };
      try {
        const object = await s3.send(new GetObjectCommand({ ...place, Range: `bytes=0-${firstBytes - 1}` }));
        const first = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
        const etag = object.ETag ?? null;
        return {
          bytes: Number(object.ContentRange?.split('/')[1] ?? first.length),
          etag,
          async read(start, end) {
            if (end <= first.length) return first.slice(start, end);
            // Of the file that was opened, and no other that somebody puts in its place meanwhile.
            const range = { Range: `bytes=${start}-${end - 1}`, ...(etag !== null && { IfMatch: etag }) };
            const piece = await s3.send(new GetObjectCommand({ ...place, ...range }));
            return (await piece.Body?.transformToByteArray()) ?? new Uint8Array();
          },
        };
      } catch (error) {
        if (errorName(error) === 'NoSuchKey') return undefined;
        throw error;
      }
    },
  };
};
