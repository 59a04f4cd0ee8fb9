import Papa from 'papaparse';
import * as z from 'zod';

/** A record of a CSV file; without cells where it is not well-formed. */
export interface CsvRecord {
  /** Line at which it begins, from 1. */
  line: number;
  cells: string[] | undefined;
}

/** Characters of a record: a thread of the longest texts, with every quote doubled. */
const longestRecord = 160_000;

const Parsed = z.object({
  data: z.array(z.array(z.string())),
  errors: z.array(z.unknown()),
  meta: z.object({ cursor: z.int() }),
});

/**
 * The records of a CSV file (RFC 4180), the header first; empty ones are passed over. A record that is not well-formed or
 * has not as many cells as the header costs no other: reading goes on at the line after the one it begins at, since a
 * quote that is never closed would take all that follows.
 */
export function* csvRecords(content: string): Generator<CsvRecord, void> {
  const text = content.replace(/^\uFEFF/, '');
  const headerLine = text.slice(0, lineEnd(text, 0));
  const delimiter = [',', ';', '\t'].find((each) => headerLine.includes(each)) ?? ',';
  const newline = headerLine.endsWith('\r\n') ? ('\r\n' as const) : ('\n' as const);
  const parser = new Papa.Parser({ delimiter, newline, preview: 1, fastMode: false });
  let width: number | undefined;
  let line = 1;
  for (let at = 0; at < text.length;) {
    const ahead = text.slice(at, at + longestRecord);
    const { data, errors, meta } = Parsed.parse(parser.parse(ahead, 0, false));
    const cells = data[0] ?? [];
    const isCut = meta.cursor >= ahead.length && at + ahead.length < text.length;
    const isEmpty = cells.every((cell) => cell.trim() === '');
    const isWellFormed = errors.length === 0 && !isCut && !hasBareQuote(ahead, cells, delimiter);
    const isWhole = isWellFormed && (isEmpty || cells.length === (width ??= cells.length));
    const next = isWhole ? at + meta.cursor : lineEnd(text, at);
    if (!(isWhole && isEmpty)) yield { line, cells: isWhole ? cells : undefined };
    line += linesIn(text.slice(at, next));
    at = next;
  }
}

/**
 * Whether a cell without quotes holds one, which RFC 4180 excludes and the library lets pass: it is what is left of a cell
 * that a quote left open before it has cut.
 */
const hasBareQuote = (record: string, cells: readonly string[], delimiter: string): boolean => {
  let at = 0;
  for (const cell of cells) {
    const isQuoted = record[at] === '"';
    if (!isQuoted && cell.includes('"')) return true;
    at += isQuoted ? cell.replaceAll('"', '""').length + 2 : cell.length;
    // Behind a closing quote the library passes over white space.
    while (at < record.length && record[at] !== delimiter) at += 1;
    at += 1;
  }
  return false;
};

/** Where the line at that place ends, its line feed included. */
const lineEnd = (text: string, at: number): number => {
  const feed = text.indexOf('\n', at);
  return feed === -1 ? text.length : feed + 1;
};

const linesIn = (text: string): number => text.split('\n').length - 1;
