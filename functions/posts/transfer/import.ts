import type * as z from 'zod';
import type { Caller } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { inLanes } from '#shared/lanes.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import { batchOf } from './batch.ts';
import { besideEarlier } from './beside-rows.ts';
import type { ImportedRow, importPosts as contract } from './contract.ts';
import { jsonRows } from './json-rows.ts';
import { type PlannedRow, planRow } from './plan-row.ts';
import { assertFewParts, type SentRow } from './rows.ts';
import { writeAll, writeEach, type Written } from './write.ts';

/** Number of rows checked concurrently: they wait for accounts and files that they share. */
const lanes = 25;
/**
 * Maximum number of reasons reported per row: the report of the largest import is kept for its Idempotency-Key (400
 * KB).
 */
const maxReasons = 2;

/**
 * Writes the posts that rows describe, and returns the outcome of each row.
 * @throws DomainError if no row can be read from the content; what is wrong with a single row is in the report
 */
export const importPosts = async (
  deps: Deps,
  { format, content, mode, dryRun, timeZone }: z.infer<typeof contract.request.body>,
  caller: Caller,
): Promise<z.infer<typeof contract.response>> => {
  const zone = timeZone === undefined ? undefined : knownTimeZone(timeZone);
  const sent = await rowsOf(format, content);
  assertFewParts(sent);
  const batch = batchOf(deps);
  const plans = await inLanes(sent, lanes, async (row) => ({
    sent: row,
    plan: await planRow(batch, row, zone, caller),
  }));
  const planned = await besideEarlier(batch, plans);
  const posts = planned.flatMap(({ post }) => post ?? []);
  const isWanted = !dryRun && (mode === 'each' || posts.length === planned.length);
  const written = isWanted ? await (mode === 'all' ? writeAll : writeEach)(deps, posts, caller) : undefined;
  const rows = planned.map((row, place) => reportOf(row, sent[place], place, written));
  const count = (...outcomes: ImportedRow['outcome'][]) =>
    rows.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return { written: count('created', 'scheduled'), refused: count('refused'), rows };
};

const rowsOf = async (format: 'csv' | 'json', content: string): Promise<SentRow[]> =>
  format === 'csv' ? (await import('./csv-rows.ts')).csvRows(content) : jsonRows(content);

const reportOf = (
  { post, fields }: PlannedRow,
  sent: SentRow | undefined,
  place: number,
  written: Written | undefined,
): ImportedRow => {
  const at = { row: place + 1, line: sent?.line ?? null };
  const refused = (reasons: ImportedRow['fields']) => ({
    ...at,
    outcome: 'refused' as const,
    postId: null,
    fields: reasons.slice(0, maxReasons).map(({ path, code, message }) => ({
      path: path.slice(0, 60),
      code: code.slice(0, 40),
      message: message.slice(0, 100),
    })),
  });
  if (!post) return refused(fields);
  if (!written) return { ...at, outcome: 'valid', postId: null, fields: [] };
  if (!written.has(post.id)) {
    return refused([{ path: '', code: 'not_written', message: 'could not be saved: import this row again' }]);
  }
  return { ...at, outcome: outcomeOf(post), postId: post.id, fields: [] };
};

const outcomeOf = ({ status }: Post) => (status === 'scheduled' ? ('scheduled' as const) : ('created' as const));
