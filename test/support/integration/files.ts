import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { asRoot, resourceOf } from './stage.ts';

const s3 = new S3Client({ ...asRoot, forcePathStyle: true });

/** The objects in the stage's media bucket of a file or a workspace, by its id. */
export const objectsOf = async (id: string): Promise<{ key: string; bytes: Buffer }[]> => {
  const Bucket = await resourceOf('media', 'S3::Bucket');
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1000 }));
  const keys = Contents.flatMap(({ Key = '' }) => (Key.includes(id) ? [Key] : []));
  return Promise.all(
    keys.map(async (key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
      return { key, bytes: Buffer.from((await Body?.transformToByteArray()) ?? []) };
    }),
  );
};
