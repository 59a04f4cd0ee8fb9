import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { callLimits } from '../aws-client.ts';
import type { ExportFiles } from './export-person.ts';

/** Opens the stage's bucket of personal data exports, which each context can write to but not read. */
export const exportBucket = (Bucket: string): ExportFiles => {
  const s3 = new S3Client(callLimits());
  return {
    async write(Key, Body) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/jsonl' }));
    },
  };
};
