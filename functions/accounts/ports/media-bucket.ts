import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { errorName } from '#shared/errors.ts';
import type { MediaObjects } from '../deps.ts';

/** The stage's media bucket, read in ranges (RFC 9110, section 14.1.2): a file never lies in memory as a whole. */
export const mediaBucket = (bucket: string): MediaObjects => {
  const s3 = new S3Client({});
  return {
    async read(objectKey, start, end, etag) {
      const range = `bytes=${start}-${end - 1}`;
      try {
        const object = await s3.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: objectKey,
            Range: range,
            ...(etag !== null && { IfMatch: etag }),
          }),
        );
        return await object.Body?.transformToByteArray();
      } catch (error) {
        // Not there, shorter, or other bytes than those that were checked (S3: If-Match).
        if (['NoSuchKey', 'InvalidRange', 'PreconditionFailed'].includes(errorName(error) ?? '')) return undefined;
        throw error;
      }
    },
  };
};
