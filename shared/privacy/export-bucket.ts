import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { callLimits } from '../aws-client.ts';
import type { ExportFiles } from './export-person.ts';

/** The stage's bucket of people's archives, where each context may write its parts and read nothing. */
export const exportBucket = (Bucket: string): ExportFiles => {
  const s3 = new S3Client(callLimits());
  return {
    async write(Key, Body) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/jsonl' }));
    },
  };
};
