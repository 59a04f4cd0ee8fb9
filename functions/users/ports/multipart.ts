import * as z from 'zod';
import type { Files } from './files.ts';

/** Smallest part that S3 accepts, except for the last one (AWS: multipart upload limits). */
export const partBytes = 5 * 1024 * 1024;

/** Progress of a file, from which a task continues. */
export const Upload = z.object({
  uploadId: z.string(),
  parts: z.array(z.object({ etag: z.string(), checksum: z.string().nullable() })),
  cursor: z.string(),
  events: z.int(),
});
export type Upload = z.infer<typeof Upload>;

/** The next part of a file, and where the following one begins; null: it is the last. */
interface Part {
  text: string;
  cursor: string | null;
  /** Events written including this part. */
  events: number;
}

/**
 * Writes the next part of a file, with only one part in memory. A file with a single part is written directly. Returns
 * where the next call continues; null: the file is complete.
 */
export const writePart = async (
  files: Files,
  { key, contentType }: { key: string; contentType: string },
  upload: Upload | null,
  { text, cursor, events }: Part,
): Promise<Upload | null> => {
  if (!upload && cursor === null) {
    await files.write(key, contentType, text);
    return null;
  }
  const uploadId = upload?.uploadId ?? (await files.begin(key, contentType));
  const written = upload?.parts ?? [];
  const parts = [...written, await files.writePart(key, uploadId, written.length + 1, text)];
  if (cursor !== null) return { uploadId, parts, cursor, events };
  await files.finish(key, uploadId, parts);
  return null;
};
