import type { AuditExport } from '#functions/users/domain/audit-export.ts';
import type { AuditFiles } from '#functions/users/ports/files.ts';
import type { AuditExportStore } from '#functions/users/store/audit-exports.ts';
import { lostUpdate, nextVersion } from '#shared/entities.ts';
import { notFound } from '#shared/errors.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { type Clock, instantAfter } from '#shared/time.ts';

export const memoryAuditExports = (now: Clock, changes: Change[]): AuditExportStore => {
  const exports = new Map<string, AuditExport>();
  return {
    async get(workspaceId, exportId) {
      const found = exports.get(`${workspaceId}/${exportId}`);
      if (!found) throw notFound('export');
      return found;
    },
    async save(auditExport, author) {
      const key = `${auditExport.workspaceId}/${auditExport.id}`;
      const before = exports.get(key);
      if ((before?.version ?? 0) !== auditExport.version) throw lostUpdate();
      const after = nextVersion(auditExport, now(), author);
      exports.set(key, after);
      const type = 'audit_export';
      changes.push({ before: before && { ...before, type }, after: { ...after, type } });
      return after;
    },
  };
};

/** Files in memory; parts are put together in the order their upload is finished with. */
export const memoryAuditFiles = (
  now: Clock,
): AuditFiles & { files: Map<string, string>; parts: Map<string, string> } => {
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
  };
};
