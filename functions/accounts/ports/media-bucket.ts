import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';

/** The stage's media bucket, read in ranges (RFC 9110, section 14.1.2): a file never lies in memory as a whole. */
export const mediaBucket = (bucket: string): MediaObjects => {
  const s3 = new S3Client(callLimits());
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

/** The bucket that media files were uploaded to. */
export interface MediaObjects {
  /**
   * Bytes of an object from `start` (inclusive) to `end` (exclusive); undefined when there is no such
   * object, or when it is not the one that the entity tag names.
   */
  read(objectKey: string, start: number, end: number, etag: string | null): Promise<Uint8Array | undefined>;
}
