import { once } from './once.ts';
import type { ShareFiles } from './person-share.ts';

/** The bucket of people's archives; S3 is loaded when the first part is written. */
export const shareFilesLate = (bucket: string): ShareFiles => {
  const open = once(async () => (await import('./share-files.ts')).shareBucket(bucket));
  return { write: async (...given) => (await open()).write(...given) };
};
