import { withoutApostrophe } from '#shared/csv.ts';
import type { FieldError } from '#shared/errors.ts';
import { AccountId } from '#shared/ids.ts';
import { jsonOf } from '#shared/json.ts';
import { cellTime } from './cell-time.ts';
import { csvRecords } from './csv.ts';
import { maxRows, parsedJson, type SentRow, tooManyRows, unreadable } from './rows.ts';

const maxParts = 25;

/** Columns for the texts of a post, in the order of its parts. */
export const textColumns = ['text', ...Array.from({ length: maxParts - 1 }, (_, place) => `part${place + 2}`)];

const columns = [
  ...textColumns,
  ...['accountId', 'thread', 'publishAt', 'localTime', 'timeZone', 'replySettings', 'madeWithAi', 'paidPartnership'],
  ...['id', 'status', 'publishedAt'],
];

/** Normalizes names as people write them: `Account ID`, `publish_at`. */
const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');
const named = new Map(columns.map((name) => [plainName(name), name]));

/** Our name of a column; empty if the column has no name, undefined if it is unknown. */
const columnOf = (cell: string): string | undefined => (cell.trim() === '' ? '' : named.get(plainName(cell)));

/**
 * The rows of a CSV file. A malformed record becomes a row with a fault.
 * @throws DomainError `unknown_column`, `column_twice`, `column_missing`, `malformed_header`, `too_many_rows`
 */
export const csvRows = (content: string): SentRow[] => {
  const namesColumns = (cells: readonly string[]) => cells.some((cell) => columnOf(cell));
  const namesAccount = (cells: readonly string[]) => cells.some((cell) => AccountId.safeParse(cell.trim()).success);
  const records = csvRecords(content, namesColumns, namesAccount);
  const header = headerOf(records.next().value?.cells);
  const rows: SentRow[] = [];
  for (const { line, cells } of records) {
    if (rows.length === maxRows) throw tooManyRows();
    rows.push(cells ? rowOf(line, header, cells) : malformed(line, header.length));
  }
  return rows;
};

const headerOf = (cells: readonly string[] | undefined): string[] => {
  if (!cells) throw unreadable('malformed_header', 'must begin with a header that names its columns');
  const header = cells.map((cell) => {
    const name = columnOf(cell);
    if (name !== undefined) return name;
    // If it were ignored, a misspelt time column would make drafts of posts that are to be published.
    throw unreadable('unknown_column', `has an unknown column “${cell.trim().slice(0, 40)}”: rename or remove it`);
  });
  header.forEach((name, place) => {
    if (name !== '' && header.indexOf(name) < place) throw unreadable('column_twice', `has the column ${name} twice`);
  });
  const isThere = (name: string) => header.includes(name);
  if (!isThere('accountId')) throw unreadable('column_missing', 'must have a column accountId');
  if (!isThere('text') && !isThere('thread')) throw unreadable('column_missing', 'must have a column text or thread');
  return header;
};

const malformed = (line: number, width: number): SentRow => ({
  line,
  said: undefined,
  faults: [{ path: '', code: 'malformed_row', message: `must have at most ${width} cells, and quotes must be closed` }],
  columnOf: (path) => path,
});

/** A row by the names of its columns; empty cells count as absent. */
const rowOf = (line: number, header: readonly string[], cells: readonly string[]): SentRow => {
  const said = new Map(header.map((name, place) => [name, withoutApostrophe(cells[place] ?? '')] as const));
  const value = (name: string): string | undefined => said.get(name)?.trim() || undefined;
  const faults = faultsOf(header, cells);
  const thread = value('thread');
  const texts = textsOf(said);
  if (thread !== undefined && texts.length > 0) {
    faults.push({ path: 'thread', code: 'text_and_thread', message: 'cannot be combined with text columns' });
  }
  const isThread = thread !== undefined;
  const { movedFrom, ...times } = timesOf(value('publishAt'), value('localTime'), faults);
  return {
    line,
    faults,
    columnOf: (path) => {
      if (path === 'localTime' && movedFrom !== undefined) return movedFrom;
      return isThread ? path.replace(/^parts\b/, 'thread') : textColumnOf(path);
    },
    said: withoutUndefined({
      accountId: value('accountId'),
      parts: isThread ? parsedThread(thread, faults) : texts.map((text) => ({ text })),
      ...times,
      timeZone: value('timeZone'),
      replySettings: value('replySettings'),
      madeWithAi: truth(value('madeWithAi')),
      paidPartnership: truth(value('paidPartnership')),
    }),
  };
};

/** Values that would be dropped because their column has no name. */
const faultsOf = (header: readonly string[], cells: readonly string[]): FieldError[] =>
  cells.flatMap((cell, place) => {
    if (header[place] !== '' || cell.trim() === '') return [];
    return { path: '', code: 'unknown_column', message: `has a value in column ${place + 1}, which has no name` };
  });

/** The time of a row; in `publishAt`, one without an offset is local to the row's zone. */
const timesOf = (
  publishAt: string | undefined,
  localTime: string | undefined,
  faults: FieldError[],
): { publishAt?: string; localTime?: string; movedFrom?: string } => {
  const read = (path: 'publishAt' | 'localTime', cell: string | undefined) => {
    if (cell === undefined) return {};
    const time = cellTime(path, cell);
    if (!('unclear' in time)) return time;
    faults.push({ path, code: 'invalid_format', message: time.unclear });
    return {};
  };
  const at: { publishAt?: string; localTime?: string } = read('publishAt', publishAt);
  const shown = read('localTime', localTime);
  // Both are given: the schema reports it under the column of publishAt.
  if (publishAt !== undefined && localTime !== undefined) return { publishAt, ...shown };
  return { ...at, ...shown, ...(at.localTime !== undefined && { movedFrom: 'publishAt' }) };
};

/** The texts of the parts, up to the last one that is not empty. */
const textsOf = (said: ReadonlyMap<string, string>): string[] => {
  const texts = textColumns.map((name) => said.get(name) ?? '');
  return texts.slice(0, texts.findLastIndex((text) => text.trim() !== '') + 1);
};

const textColumnOf = (path: string): string => {
  const place = /^parts(?:\.(\d+)\b.*)?$/.exec(path);
  return place ? (textColumns[Number(place[1] ?? 0)] ?? path) : path;
};

const parsedThread = (thread: string, faults: FieldError[]): unknown => {
  const parsed = jsonOf(thread);
  if (parsed === undefined) {
    faults.push({ path: 'thread', code: 'malformed_json', message: 'must be a JSON array of parts' });
    return undefined;
  }
  const { said, faults: found } = parsedJson(parsed, 'thread');
  faults.push(...found);
  return said;
};

const yes = ['true', 'yes', '1', 'wahr', 'vrai', 'verdadero', 'verdadeiro', 'vero', 'waar', 'prawda', 'истина', '真'];
const no = ['false', 'no', '0', 'falsch', 'faux', 'falso', 'onwaar', 'fałsz', 'ложь', '假'];

/** Spreadsheets write TRUE in the user's language; what is neither true nor false is refused later. */
const truth = (cell: string | undefined): unknown => {
  const word = cell?.toLowerCase() ?? '';
  return yes.includes(word) ? true : no.includes(word) ? false : cell;
};

const withoutUndefined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
