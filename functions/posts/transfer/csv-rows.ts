import type { FieldError } from '../../../shared/errors.ts';
import { csvRecords } from './csv.ts';
import { withoutApostrophe } from './formula.ts';
import { mostRows, parsedJson, tooManyRows, unreadable, type SentRow } from './rows.ts';

const mostParts = 25;

/** Columns of the texts of a post, in the order of its parts. */
export const textColumns = ['text', ...Array.from({ length: mostParts - 1 }, (_, place) => `part${place + 2}`)];

const columns = new Set([
  ...textColumns,
  ...['accountId', 'thread', 'publishAt', 'localTime', 'timeZone', 'replySettings', 'madeWithAi', 'paidPartnership'],
  ...['id', 'status', 'publishedAt'],
]);

/**
 * The rows of a CSV file. One that is not well-formed is a row with a fault.
 * @throws DomainError `unknown_column`, `column_twice`, `column_missing`, `malformed_header`, `too_many_rows`
 */
export const csvRows = (content: string): SentRow[] => {
  const records = csvRecords(content);
  const header = headerOf(records.next().value?.cells);
  const rows: SentRow[] = [];
  for (const { line, cells } of records) {
    if (rows.length === mostRows) throw tooManyRows();
    rows.push(cells ? rowOf(line, header, cells) : malformed(line, header.length));
  }
  return rows;
};

const headerOf = (cells: readonly string[] | undefined): string[] => {
  if (!cells) throw unreadable('malformed_header', 'must begin with the names of its columns');
  const header = cells.map((cell) => cell.trim());
  header.forEach((name, place) => {
    if (!columns.has(name)) throw unreadable('unknown_column', `has a column ${place + 1} of no known name`);
    if (header.indexOf(name) < place) throw unreadable('column_twice', `has the column ${name} twice`);
  });
  const isThere = (name: string) => header.includes(name);
  if (!isThere('accountId')) throw unreadable('column_missing', 'must have a column accountId');
  if (!isThere('text') && !isThere('thread')) throw unreadable('column_missing', 'must have a column text or thread');
  return header;
};

const malformed = (line: number, width: number): SentRow => ({
  line,
  said: undefined,
  faults: [{ path: '', code: 'malformed_row', message: `must have ${width} cells, with quotes that close` }],
  columnOf: (path) => path,
});

/** A row by the names of its columns; empty cells say nothing. */
const rowOf = (line: number, header: readonly string[], cells: readonly string[]): SentRow => {
  const said = new Map(header.map((name, place) => [name, withoutApostrophe(cells[place] ?? '')] as const));
  const value = (name: string): string | undefined => said.get(name)?.trim() || undefined;
  const faults: FieldError[] = [];
  const thread = value('thread');
  const texts = textsOf(said);
  if (thread !== undefined && texts.length > 0) {
    faults.push({ path: 'thread', code: 'text_and_thread', message: 'excludes texts in columns of their own' });
  }
  const isThread = thread !== undefined;
  return {
    line,
    faults,
    columnOf: isThread ? (path) => path.replace(/^parts\b/, 'thread') : textColumnOf,
    said: withoutUndefined({
      accountId: value('accountId'),
      parts: isThread ? parsedThread(thread, faults) : texts.map((text) => ({ text })),
      publishAt: value('publishAt'),
      localTime: value('localTime'),
      timeZone: value('timeZone'),
      replySettings: value('replySettings'),
      madeWithAi: truth(value('madeWithAi')),
      paidPartnership: truth(value('paidPartnership')),
    }),
  };
};

/** The texts of the parts, up to the last that is not empty. */
const textsOf = (said: ReadonlyMap<string, string>): string[] => {
  const texts = textColumns.map((name) => said.get(name) ?? '');
  return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1);
};

const textColumnOf = (path: string): string => {
  const place = /^parts(?:\.(\d+)\b.*)?$/.exec(path);
  return place ? (textColumns[Number(place[1] ?? 0)] ?? path) : path;
};

const parsedThread = (thread: string, faults: FieldError[]): unknown => {
  try {
    const { said, faults: found } = parsedJson(JSON.parse(thread), 'thread');
    faults.push(...found);
    return said;
  } catch {
    faults.push({ path: 'thread', code: 'malformed_json', message: 'must be the parts as a JSON list' });
    return undefined;
  }
};

/** Spreadsheets write TRUE; what is neither true nor false is refused later. */
const truth = (cell: string | undefined): unknown => ({ true: true, false: false })[cell?.toLowerCase() ?? ''] ?? cell;

const withoutUndefined = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
