import type { Author } from '../../shared/actor.ts';
import type { Deps } from './deps.ts';
import { contentTypes, fileKeyOf, headOf, lineOf, type AuditExport, type Upload } from './domain/audit-export.ts';

/** S3's parts have 5 MiB at least, but for the last one (AWS: multipart upload limits). */
const partBytes = 5 * 1024 * 1024;

const pageOfEvents = 500;

interface Step {
  workspaceId: string;
  exportId: string;
  upload: Upload | null;
}

/** Writes the next part of an export: one part in memory at a time. A file of one part is written at once. */
export const exportAudit = async (
  deps: Deps,
  { workspaceId, exportId, upload }: Step,
  author: Author,
): Promise<{ isMore: boolean; upload: Upload | null }> => {
  const { auditExports, auditFiles } = deps;
  const wanted = await auditExports.get(workspaceId, exportId);
  if (wanted.status !== 'requested') return { isMore: false, upload: null };
  const { text, events, cursor } = await nextPart(deps, wanted, upload);
  const [key, contentType] = [fileKeyOf(wanted), contentTypes[wanted.format]];
  if (!upload && cursor === null) {
    await auditFiles.write(key, contentType, text);
  } else {
    const uploadId = upload?.uploadId ?? (await auditFiles.begin(key, contentType));
    const written = upload?.parts ?? [];
    const parts = [...written, await auditFiles.writePart(key, uploadId, written.length + 1, text)];
    if (cursor !== null) return { isMore: true, upload: { uploadId, parts, cursor, events } };
    await auditFiles.finish(key, uploadId, parts);
  }
  await auditExports.save({ ...wanted, status: 'ready', events }, author);
  return { isMore: false, upload: null };
};

const nextPart = async ({ audit }: Deps, { id, workspaceId, from, to, format }: AuditExport, upload: Upload | null) => {
  const lines = upload ? [] : [headOf(format)];
  let cursor = upload?.cursor ?? null;
  let bytes = 0;
  let events = upload?.events ?? 0;
  do {
    const page = { limit: pageOfEvents, cursor: cursor ?? undefined, scope: { task: 'export', id } };
    const { items, nextCursor } = await audit.list(workspaceId, { from, to, isOldestFirst: true }, page);
    for (const link of items) {
      const line = lineOf(format, link);
      lines.push(line);
      bytes += Buffer.byteLength(line);
      events += 1;
    }
    cursor = nextCursor;
  } while (cursor !== null && bytes < partBytes);
  return { text: lines.join(''), events, cursor };
};

/** Takes down that an export came to nothing. */
export const giveUpExport = async (
  { auditExports }: Deps,
  { workspaceId, exportId }: Omit<Step, 'upload'>,
  author: Author,
) => {
  const wanted = await auditExports.get(workspaceId, exportId);
  if (wanted.status === 'requested') await auditExports.save({ ...wanted, status: 'failed' }, author);
};
