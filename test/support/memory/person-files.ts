import type { PersonFiles } from '#functions/users/ports/files.ts';
import type { Clock } from '#shared/time.ts';
import { memoryAuditFiles } from './audit-exports.ts';

/** Archives and their parts in memory. */
export const memoryPersonFiles = (now: Clock): PersonFiles & { files: Map<string, string> } => {
  const all = memoryAuditFiles(now);
  return {
    ...all,
    async read(key) {
      const text = all.files.get(key);
      if (text === undefined) throw new Error(`There is no file ${key}`);
      return text;
    },
  };
};
