import * as z from 'zod';
import { DomainError, type FieldError } from '#shared/errors.ts';
import { fieldMessage, plainIssues } from '#shared/http/field-messages.ts';
import { jsonFault } from '#shared/http/json.ts';
import { AccountId } from '#shared/ids.ts';
import { AskedInstant, TimeZone } from '#shared/time.ts';
import { LocalTime } from '../domain/local-time.ts';
import { contentFields, SentParts } from '../domain/post.ts';

/** Maximum number of rows that one request can check and write within its time. */
export const maxRows = 1_000;
/** Maximum number of texts in an import: each is compared with the workspace's other texts. */
export const maxParts = 2_000;

const passedOver = z.unknown().optional();

const Row = z
  .strictObject({
    accountId: AccountId,
    parts: SentParts,
    ...contentFields,
    publishAt: AskedInstant.optional(),
    localTime: LocalTime.optional(),
    timeZone: TimeZone.optional(),
    // Further columns of an export, which are ignored.
    id: passedOver,
    status: passedOver,
    publishedAt: passedOver,
  })
  .refine(({ publishAt, localTime }) => publishAt === undefined || localTime === undefined, {
    path: ['publishAt'],
    error: 'must not be combined with localTime',
  })
  .refine(({ localTime, timeZone }) => localTime === undefined || timeZone !== undefined, {
    path: ['timeZone'],
    error: 'must name the zone of the local time, such as Europe/Berlin',
  });
type Row = z.infer<typeof Row>;

/** A row as it was sent, before its contents are checked. */
export interface SentRow {
  /** Line in the CSV file; null for JSON. */
  line: number | null;
  /** Its contents; undefined if they could not be read. */
  said: unknown;
  /** Why it could not be read. */
  faults: FieldError[];
  /** Returns the column of a field in the row: `part2` for `parts.1.text`. */
  columnOf: (path: string) => string;
}

/** Ten times what the longest thread needs, with all its files and polls. */
const rowBounds = { levels: 20, values: 5_000 };

/**
 * The contents of a row in JSON, unless they are more than any row can hold. A text that is not valid Unicode becomes
 * null, which no row may have.
 * @param path of the column that contains them
 */
export const parsedJson = (said: unknown, path: string): Pick<SentRow, 'said' | 'faults'> => {
  const code = jsonFault(said, rowBounds, null);
  return code === undefined
    ? { said, faults: [] }
    : { said: undefined, faults: [{ path, code, message: 'is too large or nested too deeply' }] };
};

/** Parses a row, or returns its faults. `timeZone` is for local times without a zone. */
export const readRow = (
  { said, faults, columnOf }: SentRow,
  timeZone: string | undefined,
): { row: Row; fields: [] } | { row: undefined; fields: FieldError[] } => {
  if (faults.length > 0) return { row: undefined, fields: faults };
  const parsed = Row.safeParse(withZone(said, timeZone), { error: fieldMessage });
  if (parsed.success) return { row: parsed.data, fields: [] };
  const fields = plainIssues(parsed.error).map(({ path, code, message }) => ({
    path: columnOf(path.map(String).join('.')),
    code,
    message,
  }));
  return { row: undefined, fields };
};

const withZone = (said: unknown, timeZone: string | undefined): unknown =>
  typeof said === 'object' &&
  said !== null &&
  'localTime' in said &&
  said.localTime !== undefined &&
  timeZone !== undefined
    ? { timeZone, ...said }
    : said;

/** The error for a file from which no row can be read. */
export const unreadable = (code: string, message: string): DomainError =>
  new DomainError('invalid', code, `The content ${message}.`, {
    fields: [{ path: 'body.content', code, message }],
  });

/** @throws DomainError `too_many_parts` if the rows have more texts in total than one request compares */
export const assertFewParts = (rows: readonly SentRow[]): void => {
  const parts = rows.reduce((sum, { said }) => sum + partsIn(said), 0);
  if (parts > maxParts) {
    throw unreadable('too_many_parts', `must have at most ${maxParts} parts in all: split it`);
  }
};

const partsIn = (said: unknown): number =>
  typeof said === 'object' && said !== null && 'parts' in said && Array.isArray(said.parts) ? said.parts.length : 0;

export const tooManyRows = (): DomainError => unreadable('too_many_rows', `must have at most ${maxRows} rows`);
