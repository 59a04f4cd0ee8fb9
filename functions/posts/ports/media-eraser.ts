import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { callLimits } from '#shared/aws-client.ts';
import { pendingPrefix } from '../domain/media.ts';

/** Erases what lies under a workspace's prefixes in the stage's media bucket, even files whose record is gone. */
export const mediaEraser = (bucket: string): MediaEraser => {
  const s3 = new S3Client(callLimits());
  return {
    async eraseSome(workspaceId) {
      let erased = 0;
      for (const Prefix of [`${workspaceId}/`, `${pendingPrefix}${workspaceId}/`]) {
        // A listing has at most a thousand keys, and a deletion takes as many (AWS S3: ListObjectsV2, DeleteObjects).
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

/** Whose files of the media bucket can be erased. */
export interface MediaEraser {
  /** Erases a part of a workspace's files, some thousands at most; how many there were. */
  eraseSome(workspaceId: string): Promise<number>;
}
