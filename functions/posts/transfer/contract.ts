import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { PostId } from '#shared/ids.ts';
import { pageQuery } from '#shared/page.ts';
import { AskedInstant, TimeZone } from '#shared/time.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { PostStatus } from '../domain/post.ts';
import { exportsPerDay, importsPerDay } from '../domain/transfer.ts';

const operation = capability<PostErrors>({
  name: 'Import and export',
  group: 'Content',
  description: 'Import and export posts as CSV or JSON.',
});

export const Format = z.enum(['csv', 'json']);

/** With its JSON around it, a request of 6 MB is the largest that Lambda takes (AWS: Lambda quotas). */
const longestContent = 4_000_000;
const largestBody = 5 * 1024 * 1024;

const ImportedRow = z
  .object({
    row: z.int().meta({ description: 'Place among the rows, from 1; the header and empty lines do not count' }),
    line: z.int().nullable().meta({ description: 'Line of a CSV file at which the row begins, from 1' }),
    outcome: z.enum(['valid', 'created', 'scheduled', 'refused']).meta({
      description:
        'valid: could be written, and was not; created: a draft; scheduled: with its time; refused: see fields',
    }),
    postId: PostId.nullable(),
    fields: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).meta({
      description: 'Why it was refused, by column; the first two reasons',
    }),
  })
  .meta({ id: 'ImportedRow' });
export type ImportedRow = z.infer<typeof ImportedRow>;

export const importPosts = operation({
  id: 'importPosts',
  method: 'POST',
  path: '/v1/posts/import',
  summary: 'Write up to 1,000 posts (2,000 parts in all) from CSV or JSON, or try whether they could be written',
  description:
    'CSV: a header names the columns `accountId`, `text` (and `part2` to `part25` of a thread) or `thread` (the parts as ' +
    'JSON), and if wanted `publishAt` or `localTime` with `timeZone`, `replySettings`, `madeWithAi`, `paidPartnership`; ' +
    'case, blanks, `_` and `-` in a name do not matter. Files are taken as spreadsheets write them: with commas, ' +
    'semicolons or tabs, any line ends, a first line `sep=;`, without empty cells at the end. A time such as ' +
    '`2026-12-24 09:30` is on the clock of `timeZone`, one with an offset an instant; `24.12.2026` and `12/24/2026` are ' +
    'refused, since they may be read in two ways. ' +
    'JSON: a list of objects with these fields, and `parts` in place of `text`. A row with a time is scheduled, which takes ' +
    'the permission and the approval that scheduling takes; a row without one is a draft. ' +
    'What an export gives can be imported; its `id`, `status` and `publishedAt` are passed over. Mode `all` writes ' +
    'nothing unless every row is valid, `each` writes every row that is. ' +
    `A workspace may import ${importsPerDay.most} times a day (UTC), one member a third of that.`,
  access: 'posts:write',
  request: {
    body: z.strictObject({
      format: Format,
      content: z.string().min(1).max(longestContent),
      mode: z.enum(['all', 'each']),
      dryRun: z
        .boolean()
        .default(false)
        .meta({ description: 'Validates and reports every row without writing anything' }),
      timeZone: TimeZone.optional().meta({ description: 'Zone of every time on a clock whose row names none' }),
    }),
  },
  response: z
    .object({
      written: z.int().meta({ description: 'Rows that were created or scheduled' }),
      refused: z.int(),
      rows: z.array(ImportedRow),
    })
    .meta({ id: 'ImportReport' }),
  status: 200,
  errors: {
    invalid: [
      'malformed_header',
      'unknown_column',
      'column_twice',
      'column_missing',
      'too_many_rows',
      'too_many_parts',
      'invalid_time_zone',
    ],
    'rate-limited': ['too_many_imports'],
  },
  maxBodyBytes: largestBody,
  limit: 'costly',
});

export const exportPosts = operation({
  id: 'exportPosts',
  method: 'GET',
  path: '/v1/posts/export',
  summary: 'Give posts out as CSV or JSON, in the form that an import takes',
  description:
    'At most 500 posts at a time (X, Developer Policy: redistribution), fewer where they are long. Cells that a ' +
    'spreadsheet would run as a formula begin with an apostrophe, which an import takes off again. CSV begins with ' +
    'U+FEFF, by which Excel knows UTF-8. ' +
    `A workspace may export ${exportsPerDay.most.toLocaleString('en')} pages a day (UTC), one member a third of that.`,
  access: 'posts:read',
  request: {
    query: pageQuery({
      format: Format,
      limit: z.coerce.number().int().min(1).max(500).default(500).meta({ description: 'Most posts of a page' }),
      status: PostStatus.exclude(['deleted']).optional(),
      from: AskedInstant.optional().meta({ description: 'Earliest due time (or creation time of a draft), inclusive' }),
      to: AskedInstant.optional().meta({ description: 'Latest due time (or creation time of a draft), exclusive' }),
    }).check(range()),
  },
  response: z.object({
    format: Format,
    count: z.int().meta({ description: 'Posts in `content`' }),
    content: z.string().meta({ description: 'The file: CSV (RFC 4180) or a JSON list' }),
    nextCursor: z.string().nullable(),
  }),
  errors: { 'rate-limited': ['too_many_exports'] },
  limit: 'costly',
});

export const operations = [importPosts, exportPosts] as const;
