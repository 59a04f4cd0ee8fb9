import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { errorName } from '../../shared/errors.ts';
import { instantAfter, type Clock } from '../../shared/time.ts';
import type { MediaFiles } from './deps.ts';
import { objectKeyOf } from './domain/media.ts';

const uploadSeconds = 15 * 60;

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
    async inspect(media) {
      try {
        const object = await s3.send(
          new GetObjectCommand({ Bucket: bucket, Key: objectKeyOf(media), Range: 'bytes=0-63' }),
        );
        const bytes = Number(object.ContentRange?.split('/')[1]);
        const head = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
        return { bytes, head, etag: object.ETag ?? null };
      } catch (error) {
        if (errorName(error) === 'NoSuchKey') return undefined;
        throw error;
      }
    },
  };
};
