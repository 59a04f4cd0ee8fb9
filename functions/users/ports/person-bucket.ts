import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { callLimits } from '#shared/aws-client.ts';
import type { Clock } from '#shared/time.ts';
import { fileBucket } from './file-bucket.ts';
import type { PersonFiles } from './person-files.ts';

/** The stage's bucket of people's archives, which are deleted after a week. */
export const personBucket = (Bucket: string, now: Clock): PersonFiles => {
  const s3 = new S3Client(callLimits());
  return {
    ...fileBucket(Bucket, now),
    async read(Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      if (!Body) throw new Error(`The file ${Key} has no content`);
      return Body.transformToString();
    },
  };
};
