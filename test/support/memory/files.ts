import type { Files } from '#functions/users/ports/files.ts';
import type { PersonFiles } from '#functions/users/ports/person-files.ts';
import { type Clock, instantAfter } from '#shared/time.ts';

/** An in-memory bucket of files; the parts of an upload are joined in the order given when it is finished. */
export const memoryFiles = (
  now: Clock,
): Files & PersonFiles & { files: Map<string, string>; parts: Map<string, string> } => {
  const files = new Map<string, string>();
  const parts = new Map<string, string>();
  return {
    files,
    parts,
    write: async (key, _contentType, text) => void files.set(key, text),
    begin: async (key) => `upload of ${key}`,
    async writePart(_key, uploadId, part, text) {
      const etag = `${uploadId}/${part}`;
      parts.set(etag, text);
      return { etag, checksum: null };
    },
    finish: async (key, _uploadId, written) =>
      void files.set(key, written.map(({ etag }) => parts.get(etag) ?? '').join('')),
    link: async (key) => ({ url: `https://files.example/${key}`, expiresAt: instantAfter(now(), 900_000) }),
    async read(key) {
      const text = files.get(key);
      if (text === undefined) throw new Error(`There is no file ${key}`);
      return text;
    },
  };
};
