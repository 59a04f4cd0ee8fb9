import * as z from 'zod';
import type { Files } from './files.ts';

/** S3's parts have 5 MiB at least, but for the last one (AWS: multipart upload limits). */
export const partBytes = 5 * 1024 * 1024;

/** The part of a file written so far; a task continues from there. */
export const Upload = z.object({
  uploadId: z.string(),
  parts: z.array(z.object({ etag: z.string(), checksum: z.string().nullable() })),
  cursor: z.string(),
  events: z.int(),
});
export type Upload = z.infer<typeof Upload>;

/** The next part of a file, and where the one after it begins: null when it is the last. */
interface Part {
  text: string;
  cursor: string | null;
  /** Events that are written by then. */
  events: number;
}

/**
 * Writes the next part of a file: one part in memory at a time. A file of one part is written at once. Returns where
 * the next call continues; null when the file is complete.
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
