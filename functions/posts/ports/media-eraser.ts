import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { callLimits } from '#shared/aws-client.ts';
import { pendingPrefix } from '../domain/media.ts';

/** Erases everything under a workspace's prefixes in the stage's media bucket, even files without a record. */
export const mediaEraser = (bucket: string): MediaEraser => {
  const s3 = new S3Client(callLimits());
  return {
    async eraseSome(workspaceId) {
      let erased = 0;
      for (const Prefix of [`${workspaceId}/`, `${pendingPrefix}${workspaceId}/`]) {
        // A listing has at most a thousand keys, as many as a deletion accepts (AWS S3: ListObjectsV2, DeleteObjects).
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
        const Objects = Contents.map(({ Key }) => ({ Key: String(Key) }));
        if (Objects.length === 0) continue;
        const { Errors = [] } = await s3.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        if (Errors.length > 0) throw new Error(`${Errors.length} media files could not be erased: ${Errors[0]?.Code}`);
        erased += Objects.length;
      }
      return erased;
    },
  };
};

/** Erases the media files of a workspace. */
export interface MediaEraser {
  /** Erases some of a workspace's files, at most two thousand, and returns how many. */
  eraseSome(workspaceId: string): Promise<number>;
}
