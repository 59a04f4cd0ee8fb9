import type * as z from 'zod';
import type { Caller } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import type { exportPosts as contract } from './contract.ts';
import { csvOf, type ExportRow, rowOf } from './export-row.ts';

/** Number of posts read at a time: the longest ones fit into a response of 6 MB (AWS: Lambda quotas). */
const postsAtOnce = 10;

/** Characters of a response after which no more posts are read. */
const longEnough = 1_000_000;

/** Exports a page of posts, in the order of their times. */
export const exportPosts = async (
  { posts }: Deps,
  { format, limit, cursor, ...filter }: z.infer<typeof contract.request.query>,
  { workspaceId }: Caller,
): Promise<z.infer<typeof contract.response>> => {
  const scope = { operation: 'exportPosts', workspaceId, format, ...filter };
  const rows: ExportRow[] = [];
  let length = 0;
  let next = cursor;
  do {
    const most = Math.min(postsAtOnce, limit - rows.length);
    const page = await posts.list(workspaceId, filter, { limit: most, cursor: next, scope });
    const more = page.items.map(rowOf);
    length += JSON.stringify(more).length;
    rows.push(...more);
    next = page.nextCursor ?? undefined;
  } while (next !== undefined && rows.length < limit && length < longEnough);
  const content = format === 'csv' ? csvOf(rows) : JSON.stringify(rows, null, 2);
  return { format, count: rows.length, content, nextCursor: next ?? null };
};
