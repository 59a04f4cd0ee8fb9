import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';

/** Opens the stage's media bucket. Files are read in ranges (RFC 9110, section 14.1.2), never entirely into memory. */
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
        // Missing, shorter than expected, or changed since it was checked (S3: If-Match).
        if (['NoSuchKey', 'InvalidRange', 'PreconditionFailed'].includes(errorName(error) ?? '')) return undefined;
        throw error;
      }
    },
  };
};

/** The bucket that media files were uploaded to. */
export interface MediaObjects {
  /**
   * Reads bytes of an object from `start` (inclusive) to `end` (exclusive); undefined when the object is missing or
   * does not match the entity tag.
   */
  read(objectKey: string, start: number, end: number, etag: string | null): Promise<Uint8Array | undefined>;
}
