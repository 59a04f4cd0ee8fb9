import type { AuditFiles } from './ports/files.ts';

/** Files whose client is opened when the first one is asked for: most cold starts do without S3. */
export const auditFilesLate = (open: () => Promise<AuditFiles>): AuditFiles => ({
  write: async (...given) => (await open()).write(...given),
  begin: async (...given) => (await open()).begin(...given),
  writePart: async (...given) => (await open()).writePart(...given),
  finish: async (...given) => (await open()).finish(...given),
  link: async (...given) => (await open()).link(...given),
});
