import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { callLimits } from '#shared/aws-client.ts';
import { type Clock, instantAfter } from '#shared/time.ts';
import type { ReportFiles } from './report-files.ts';

const linkSeconds = 15 * 60;

/** Opens a bucket of the stage. A signed link has the permissions of its signer, this function. */
export const fileBucket = (Bucket: string, now: Clock): ReportFiles => {
  const s3 = new S3Client(callLimits());
  const erase = async (listed: readonly { Key?: string | undefined }[]): Promise<number> => {
    const Objects = listed.map(({ Key }) => ({ Key: String(Key) }));
    if (Objects.length === 0) return 0;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    if (Errors.length > 0) throw new Error(`${Errors.length} files could not be erased: ${Errors[0]?.Code}`);
    return Objects.length;
  };
  return {
    async write(Key, ContentType, Body) {
      await s3.send(new PutObjectCommand({ Bucket, Key, ContentType, Body }));
    },
    async read(Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      if (!Body) throw new Error('S3 gave no body of the file');
      return Body.transformToString();
    },
    async link(Key, name) {
      const ResponseContentDisposition = `attachment; filename="${name}"`;
      const command = new GetObjectCommand({ Bucket, Key, ResponseContentDisposition });
      const url = await getSignedUrl(s3, command, { expiresIn: linkSeconds });
      return { url, expiresAt: instantAfter(now(), linkSeconds * 1000) };
    },
    async eraseSome(Prefix) {
      // A listing has at most a thousand keys, and a deletion accepts as many (AWS S3: ListObjectsV2, DeleteObjects).
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      return erase(Contents);
    },
    async eraseWhere(Prefix, isOutdated) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
        await erase(
          Contents.filter(
            ({ Key, LastModified }) => LastModified && isOutdated({ key: String(Key), writtenAt: LastModified }),
          ),
        );
      }
    },
  };
};
