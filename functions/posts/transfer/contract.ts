import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { PostId } from '#shared/ids.ts';
import { pageQuery } from '#shared/page.ts';
import { AskedInstant, TimeZone } from '#shared/time.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { ListedStatus } from '../domain/post.ts';
import { exportsPerDay, importsPerDay } from '../domain/transfer.ts';

const operation = capability<PostErrors>({
  name: 'Import and export',
  group: 'Content',
  description: 'Import and export posts as CSV or JSON.',
});

export const Format = z.enum(['csv', 'json']).meta({ description: 'Format of the file' });

/** With the JSON around it, a request can have 6 MB (AWS: Lambda quotas). */
const longestContent = 4_000_000;
const largestBody = 5 * 1024 * 1024;

const ImportedRow = z
  .object({
    row: z.int().meta({ description: 'Number of the row, from 1; the header and empty lines do not count' }),
    line: z
      .int()
      .nullable()
      .meta({ description: 'Line of the CSV file at which the row begins, from 1; null for JSON' }),
    outcome: z.enum(['valid', 'created', 'scheduled', 'refused']).meta({
      description:
        '`valid`: it can be imported, but was not written; `created`: it is a draft; `scheduled`: it is scheduled; ' +
        '`refused`: see `fields`',
    }),
    postId: PostId.nullable().meta({ description: 'Post that was created; null if none was' }),
    fields: z
      .array(
        z.object({
          path: z.string().meta({ description: 'Column, or field in JSON; empty if the row as a whole is refused' }),
          code: z.string().meta({ description: 'Machine-readable code; stable' }),
          message: z.string().meta({ description: 'Human-readable explanation of what is wrong' }),
        }),
      )
      .meta({ description: 'Why the row was refused: the first two reasons' }),
  })
  .meta({ id: 'ImportedRow' });
export type ImportedRow = z.infer<typeof ImportedRow>;

export const importPosts = operation({
  id: 'importPosts',
  method: 'POST',
  path: '/v1/posts/import',
  summary: 'Import up to 1,000 posts from CSV or JSON',
  description:
    'A row with a time is scheduled, under the same conditions as scheduling a post; a row without one becomes a ' +
    'draft. All rows together can have at most 2,000 parts. Use `dryRun` to validate without writing. ' +
    `A workspace can import ${importsPerDay.most} times per UTC day, dry runs included; one person a third of that, rounded ` +
    'up.\n\n' +
    'CSV: the header names the columns. Required are `accountId` and either `text` (with `part2` to `part25` for a thread) ' +
    'or `thread` (the parts as JSON). Optional are `publishAt` or `localTime` with `timeZone`, `replySettings`, ' +
    '`madeWithAi` and `paidPartnership`. Case, spaces, `_` and `-` in column names are ignored. Cells are separated by ' +
    'commas, semicolons or tabs; a first line such as `sep=;` sets the separator. A time without an offset, such as ' +
    '`2026-12-24 09:30`, is local to `timeZone`; one with an offset is an instant. Dates with the year ' +
    'last, such as `24.12.2026` or `12/24/2026`, are refused: day and month could be confused.\n\n' +
    'JSON: an array of objects with `accountId`, `parts` (in place of `text`, `part2` to `part25` and `thread`) and the ' +
    'optional fields above; `publishAt` needs a UTC offset.\n\n' +
    'Exports can be imported; their `id`, `status` and `publishedAt` are ignored.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      format: Format,
      content: z
        .string()
        .min(1)
        .max(longestContent)
        .meta({ description: `The file as text, at most ${longestContent.toLocaleString('en')} characters` }),
      mode: z
        .enum(['all', 'each'])
        .meta({ description: '`all`: write nothing unless every row is valid; `each`: write every valid row' }),
      dryRun: z.boolean().default(false).meta({ description: 'Validate and report every row, but write nothing' }),
      timeZone: TimeZone.optional().meta({ description: 'Zone of local times in rows that name none (IANA)' }),
    }),
  },
  response: z
    .object({
      written: z.int().meta({ description: 'Number of rows that were created or scheduled' }),
      refused: z.int().meta({ description: 'Number of rows that were refused' }),
      rows: z.array(ImportedRow).meta({ description: 'Outcome of each row, in the order of the file' }),
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
  summary: 'Export posts as CSV or JSON',
  description:
    'The file can be imported again. A page has at most 500 posts (X Developer Policy, redistribution), fewer if they are ' +
    'long. CSV starts with a byte order mark (U+FEFF) so that Excel reads UTF-8; cells that a spreadsheet would run as a ' +
    'formula start with an apostrophe, which an import removes. ' +
    `A workspace can export ${exportsPerDay.most.toLocaleString('en')} pages per UTC day, ` +
    'one person a third of that, rounded up.',
  access: 'posts:read',
  request: {
    query: pageQuery({
      format: Format,
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(500)
        .default(500)
        .meta({ description: 'Maximum number of posts on the page' }),
      status: ListedStatus.optional(),
      from: AskedInstant.optional().meta({
        description: 'Earliest scheduled time (creation time if never scheduled), inclusive; any UTC offset',
      }),
      to: AskedInstant.optional().meta({
        description: 'Latest scheduled time (creation time if never scheduled), exclusive; any UTC offset',
      }),
    }).check(range()),
  },
  response: z.object({
    format: Format,
    count: z.int().meta({ description: 'Number of posts in `content`' }),
    content: z.string().meta({ description: 'The file: CSV (RFC 4180) or a JSON array' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Pass it as `cursor` to get the next page; null on the last page' }),
  }),
  errors: { 'rate-limited': ['too_many_exports'] },
  limit: 'costly',
});

export const operations = [importPosts, exportPosts] as const;
