import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';
import { type Clock, instantAfter } from '#shared/time.ts';
import type { Files } from './files.ts';

const linkSeconds = 15 * 60;

/** Timeout for S3, which may not respond while it assembles a large file. Two attempts fit into 15 s. */
const assemblySeconds = 6;

/** Files in a bucket. Those in the bucket of audit files cannot be overwritten during the stage's object lock. */
export const fileBucket = (Bucket: string, now: Clock): Files => {
  const s3 = new S3Client(callLimits(assemblySeconds));
  return {
    async write(Key, ContentType, text) {
      await s3.send(new PutObjectCommand({ Bucket, Key, ContentType, Body: text }));
    },
    async begin(Key, ContentType) {
      const { UploadId } = await s3.send(
        new CreateMultipartUploadCommand({ Bucket, Key, ContentType, ChecksumAlgorithm: 'CRC32' }),
      );
      if (UploadId === undefined) throw new Error('S3 gave no id of the upload');
      return UploadId;
    },
    async writePart(Key, UploadId, PartNumber, text) {
      const part = await s3.send(
        new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body: text, ChecksumAlgorithm: 'CRC32' }),
      );
      return { etag: part.ETag ?? '', checksum: part.ChecksumCRC32 ?? null };
    },
    async finish(Key, UploadId, parts) {
      const Parts = parts.map(({ etag, checksum }, index) => ({
        PartNumber: index + 1,
        ETag: etag,
        ...(checksum !== null && { ChecksumCRC32: checksum }),
      }));
      try {
        await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
      } catch (error) {
        // The upload was already completed, but the response was lost.
        if (errorName(error) !== 'NoSuchUpload') throw error;
      }
    },
    async link(Key) {
      const ResponseContentDisposition = `attachment; filename="${Key.split('/').at(-1) ?? ''}"`;
      const command = new GetObjectCommand({ Bucket, Key, ResponseContentDisposition });
      const url = await getSignedUrl(s3, command, { expiresIn: linkSeconds });
      return { url, expiresAt: instantAfter(now(), linkSeconds * 1000) };
    },
  };
};
