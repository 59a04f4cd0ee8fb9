import { csvFile } from '#shared/csv.ts';
import type { Post, PostStatus } from '../domain/post.ts';
import { textColumns } from './csv-rows.ts';

/** Statuses in which a post has a time that an import can give to another post. */
const isPlanned: readonly PostStatus[] = ['scheduled', 'held'];

/** A post as exported, in a form that an import accepts. */
export const rowOf = (post: Post) => ({
  id: post.id,
  status: post.status,
  accountId: post.accountId,
  parts: post.parts,
  ...(isPlanned.includes(post.status) &&
    post.scheduledAt !== null && {
      publishAt: post.scheduledAt,
      ...(post.timeZone !== null && { timeZone: post.timeZone }),
    }),
  replySettings: post.replySettings,
  madeWithAi: post.madeWithAi,
  paidPartnership: post.paidPartnership,
  ...(post.publication && post.publication.publishedAt !== null && { publishedAt: post.publication.publishedAt }),
});

export type ExportRow = ReturnType<typeof rowOf>;

/** Posts as a CSV file. Texts have separate columns; a post with files or a poll is written as JSON. */
export const csvOf = (rows: readonly ExportRow[]): string => {
  const cells = rows.map(({ parts, ...row }) => ({ ...row, ...partsOf(parts) }));
  const texts = textColumns.slice(0, Math.max(1, ...cells.map((row) => row.texts.length)));
  const columns = [
    ...(['thread', 'publishAt', 'timeZone'] as const),
    ...(['replySettings', 'madeWithAi', 'paidPartnership', 'publishedAt'] as const),
  ];
  return csvFile([
    ['id', 'status', 'accountId', ...texts, ...columns],
    ...cells.map((row) => [
      ...[row.id, row.status, row.accountId],
      ...texts.map((_, place) => row.texts[place]),
      ...columns.map((column) => row[column]),
    ]),
  ]);
};

const partsOf = (parts: ExportRow['parts']): { texts: string[]; thread?: string } =>
  parts.every(({ mediaIds, poll }) => mediaIds.length === 0 && poll === null)
    ? { texts: parts.map(({ text }) => text) }
    : { texts: [], thread: JSON.stringify(parts) };
