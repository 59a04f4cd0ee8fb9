import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { type AuditExport, contentTypes, fileKeyOf, headOf, lineOf } from '../domain/audit-export.ts';
import { partBytes, type Upload, writePart } from '../ports/multipart.ts';

const pageOfEvents = 500;

interface Step {
  workspaceId: string;
  exportId: string;
  upload: Upload | null;
}

/** Writes the next part of an export. */
export const exportAudit = async (
  deps: Deps,
  { workspaceId, exportId, upload }: Step,
  author: Author,
): Promise<{ isMore: boolean; upload: Upload | null }> => {
  const { auditExports, auditFiles } = deps;
  const wanted = await auditExports.get(workspaceId, exportId);
  if (wanted.status !== 'requested') return { isMore: false, upload: null };
  const part = await nextPart(deps, wanted, upload);
  const file = { key: fileKeyOf(wanted), contentType: contentTypes[wanted.format] };
  const rest = await writePart(auditFiles, file, upload, part);
  if (rest) return { isMore: true, upload: rest };
  await auditExports.save({ ...wanted, status: 'ready', events: part.events }, author);
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

/** Records that an export failed. */
export const giveUpExport = async (
  { auditExports }: Deps,
  { workspaceId, exportId }: Omit<Step, 'upload'>,
  author: Author,
) => {
  const wanted = await auditExports.get(workspaceId, exportId);
  if (wanted.status === 'requested') await auditExports.save({ ...wanted, status: 'failed' }, author);
};
