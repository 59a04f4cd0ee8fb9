import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { callLimits } from '#shared/aws-client.ts';
import { errorName } from '#shared/errors.ts';
import { type Clock, instantAfter } from '#shared/time.ts';
import { objectKeyOf, pendingKeyOf } from '../domain/media.ts';
import type { MediaFiles } from './media-files.ts';

const linkSeconds = 15 * 60;

/** S3 takes some seconds to copy the largest video, without responding. Two attempts fit into an invocation of 29 s. */
const copySeconds = 12;

/** Bytes read when a file is opened: all of most subtitles, and the index of many videos. */
const firstBytes = 64 * 1024;

/**
 * The stage's media bucket (AWS S3 presigned URLs: type and length are signed, so nothing else is accepted). A key
 * accepts one file, which cannot be replaced once it has been inspected (AWS S3: conditional writes).
 */
export const mediaBucket = (bucket: string, now: Clock): MediaFiles => {
  const s3 = new S3Client(callLimits(copySeconds));
  return {
    async uploadTarget(media) {
      const headers = {
        'content-type': media.contentType,
        'content-length': String(media.bytes),
        'if-none-match': '*',
      };
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: pendingKeyOf(media),
        ContentType: media.contentType,
        ContentLength: media.bytes,
        IfNoneMatch: '*',
      });
      const url = await getSignedUrl(s3, command, {
        expiresIn: linkSeconds,
        signableHeaders: new Set(Object.keys(headers)),
      });
      return { url, headers, expiresAt: instantAfter(now(), linkSeconds * 1000) };
    },
    async open(media) {
      const place = { Bucket: bucket, Key: pendingKeyOf(media) };
      try {
        const object = await s3.send(new GetObjectCommand({ ...place, Range: `bytes=0-${firstBytes - 1}` }));
        const first = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
        const etag = object.ETag ?? null;
        return {
          bytes: Number(object.ContentRange?.split('/')[1] ?? first.length),
          etag,
          async read(start, end) {
            if (end <= first.length) return first.slice(start, end);
            // Only of the file that was opened, not of one that has replaced it meanwhile.
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
    async keep(media, etag) {
      const copied = await s3.send(
        new CopyObjectCommand({
          Bucket: bucket,
          Key: objectKeyOf(media),
          CopySource: `${bucket}/${pendingKeyOf(media)}`,
          // Only the bytes that were inspected, not others that have replaced them meanwhile.
          ...(etag !== null && { CopySourceIfMatch: etag }),
        }),
      );
      return copied.CopyObjectResult?.ETag ?? null;
    },
    async remove(media) {
      const Objects = [objectKeyOf(media), pendingKeyOf(media)].map((Key) => ({ Key }));
      const { Errors = [] } = await s3.send(
        new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      if (Errors.length > 0) throw new Error(`A media file could not be removed: ${Errors[0]?.Code}`);
    },
  };
};
