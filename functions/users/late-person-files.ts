import { auditFilesLate } from './late-audit-files.ts';
import type { PersonFiles } from './ports/files.ts';

/** Files whose client is opened when the first one is asked for: most cold starts do without S3. */
export const personFilesLate = (open: () => Promise<PersonFiles>): PersonFiles => ({
  ...auditFilesLate(open),
  read: async (key) => (await open()).read(key),
});
